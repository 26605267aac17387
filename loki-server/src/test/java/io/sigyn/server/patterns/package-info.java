/** Tests of the search for patterns: what is found, that it matches what it was found in, bounds, files. */
@NullMarked
package io.sigyn.server.patterns;

import org.jspecify.annotations.NullMarked;
