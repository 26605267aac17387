/** Tests of Go's regular expressions. */
@NullMarked
package io.sigyn.gocompat.regexp;

import org.jspecify.annotations.NullMarked;
