/** Tests of the package of the same name. */
@NullMarked
package io.sigyn.agent.client;

import org.jspecify.annotations.NullMarked;
