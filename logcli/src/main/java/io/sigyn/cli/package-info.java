/**
 * The command line: what the user types and what is printed. The only rooms that may print or exit
 * are here.
 */
@NullMarked
package io.sigyn.cli;

import org.jspecify.annotations.NullMarked;
