/** Tests. */
@NullMarked
package io.sigyn.gocompat.regexp;

import org.jspecify.annotations.NullMarked;
