/**
 * JSON over bytes: a pull reader that hands out slices and a writer with Go's escaping rules. Refuses reflection, trees
 * and every word of the domain.
 */
@NullMarked
package io.sigyn.json;

import org.jspecify.annotations.NullMarked;
