/** Tests of the package of the same name. */
@NullMarked
package io.sigyn.agent.diagnosis;

import org.jspecify.annotations.NullMarked;
