/** How answers are printed. Refuses main code. */
@NullMarked
package io.sigyn.cli.output;

import org.jspecify.annotations.NullMarked;
