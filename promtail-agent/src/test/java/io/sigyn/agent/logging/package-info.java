/** Tests of the package of the same name. */
@NullMarked
package io.sigyn.agent.logging;

import org.jspecify.annotations.NullMarked;
