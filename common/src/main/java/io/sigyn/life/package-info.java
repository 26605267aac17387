/** Time, threads and the order of starting and stopping. The only package that makes threads or reads a clock. */
@NullMarked
package io.sigyn.life;

import org.jspecify.annotations.NullMarked;
