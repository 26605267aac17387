/** Tests of the package of the same name. */
@NullMarked
package io.sigyn.agent.positions;

import org.jspecify.annotations.NullMarked;
