/** Tests of the package of the same name. */
@NullMarked
package io.sigyn.bytes;

import org.jspecify.annotations.NullMarked;
