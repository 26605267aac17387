/**
 * The log of the program: logfmt or JSON on standard error, configured by flags, not by files.
 * Refuses log files.
 */
@NullMarked
package io.sigyn.server.logging;

import org.jspecify.annotations.NullMarked;
