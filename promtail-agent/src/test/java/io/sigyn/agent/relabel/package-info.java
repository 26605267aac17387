/** Tests of the package of the same name. */
@NullMarked
package io.sigyn.agent.relabel;

import org.jspecify.annotations.NullMarked;
