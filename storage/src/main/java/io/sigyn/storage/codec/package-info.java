/** Numbers, strings and bytes made small: checksums, packed integers, symbols, byte compression. Knows no file and no word of the domain. */
@NullMarked
package io.sigyn.storage.codec;

import org.jspecify.annotations.NullMarked;
