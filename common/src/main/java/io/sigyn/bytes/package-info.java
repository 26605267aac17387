/** Bytes without meaning: variable-length integers, hashes, search. Refuses every word of the domain. */
@NullMarked
package io.sigyn.bytes;

import org.jspecify.annotations.NullMarked;
