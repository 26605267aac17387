/** Tests of the discovery of pods, and a Kubernetes API to test with. */
@NullMarked
package io.sigyn.agent.kubernetes;

import org.jspecify.annotations.NullMarked;
