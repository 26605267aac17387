/** The load tool against a real server. */
@NullMarked
package io.sigyn.benchmarks.macro;

import org.jspecify.annotations.NullMarked;
