/** Go's regular expressions: one port over whichever linear-time engine runs them. */
@NullMarked
package io.sigyn.gocompat.regexp;

import org.jspecify.annotations.NullMarked;
