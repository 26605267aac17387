/** The grammar of parameters. */
@NullMarked
package io.sigyn.server.api;

import org.jspecify.annotations.NullMarked;
