/** Tests of the package of the same name. */
@NullMarked
package io.sigyn.agent.pipeline;

import org.jspecify.annotations.NullMarked;
