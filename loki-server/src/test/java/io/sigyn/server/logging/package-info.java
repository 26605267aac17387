/** Lines of the log. */
@NullMarked
package io.sigyn.server.logging;

import org.jspecify.annotations.NullMarked;
