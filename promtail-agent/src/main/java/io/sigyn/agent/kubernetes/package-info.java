/**
 * Pods of this node as targets: a small client of the Kubernetes API that lists and watches. Refuses to change anything
 * there, and to know what becomes of targets.
 */
@NullMarked
package io.sigyn.agent.kubernetes;

import org.jspecify.annotations.NullMarked;
