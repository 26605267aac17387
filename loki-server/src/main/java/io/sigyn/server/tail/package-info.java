/**
 * Live tails: what arrives, handed to whoever listens. Slow listeners lose entries and are told; pushes never wait.
 * Refuses HTTP's parameters.
 */
@NullMarked
package io.sigyn.server.tail;

import org.jspecify.annotations.NullMarked;
