/** Tests of the JSON reader and writer: grammar, escapes, slices, and random texts there and back. */
@NullMarked
package io.sigyn.json;

import org.jspecify.annotations.NullMarked;
