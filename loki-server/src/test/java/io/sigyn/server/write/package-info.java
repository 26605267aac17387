/** Validation, automatic labels and limits of pushes, batch in, batch out. */
@NullMarked
package io.sigyn.server.write;

import org.jspecify.annotations.NullMarked;
