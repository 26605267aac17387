/** How answers look on the terminal and in pipes. Refuses requests. */
@NullMarked
package io.sigyn.cli.output;

import org.jspecify.annotations.NullMarked;
