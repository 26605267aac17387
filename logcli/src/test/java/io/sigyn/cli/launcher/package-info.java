/** The launcher script, run by a real shell. Refuses main code. */
@NullMarked
package io.sigyn.cli.launcher;

import org.jspecify.annotations.NullMarked;
