/** Tests of what waits for live tails: one copy for all, bounds, what is lost. */
@NullMarked
package io.sigyn.server.tail;

import org.jspecify.annotations.NullMarked;
