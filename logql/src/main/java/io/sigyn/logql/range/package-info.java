/** Sliding windows over samples of one series. Refuses labels and lines. */
@NullMarked
package io.sigyn.logql.range;

import org.jspecify.annotations.NullMarked;
