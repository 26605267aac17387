/** The one error taxonomy: what went wrong, in Loki's words where Loki has any. Refuses HTTP types. */
@NullMarked
package io.sigyn.error;

import org.jspecify.annotations.NullMarked;
