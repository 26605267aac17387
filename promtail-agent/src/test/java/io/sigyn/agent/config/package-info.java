/** Tests of the package of the same name. */
@NullMarked
package io.sigyn.agent.config;

import org.jspecify.annotations.NullMarked;
