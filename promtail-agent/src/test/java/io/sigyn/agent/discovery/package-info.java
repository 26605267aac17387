/** Tests of the package of the same name. */
@NullMarked
package io.sigyn.agent.discovery;

import org.jspecify.annotations.NullMarked;
