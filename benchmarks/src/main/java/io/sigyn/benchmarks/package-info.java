/**
 * JMH benchmarks, one class per question. May call every module; nobody calls it. {@code README.md} of this module has
 * the command and what the figures mean.
 */
@NullMarked
package io.sigyn.benchmarks;

import org.jspecify.annotations.NullMarked;
