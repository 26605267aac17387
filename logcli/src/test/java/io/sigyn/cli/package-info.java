/** The command line against a server that plays back answers. Refuses main code. */
@NullMarked
package io.sigyn.cli;

import org.jspecify.annotations.NullMarked;
