/** Tests of the package of the same name. */
@NullMarked
package io.sigyn.agent.source;

import org.jspecify.annotations.NullMarked;
