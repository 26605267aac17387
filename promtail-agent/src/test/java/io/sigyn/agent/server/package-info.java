/** Tests of the package of the same name. */
@NullMarked
package io.sigyn.agent.server;

import org.jspecify.annotations.NullMarked;
