/**
 * What a command sees of the world: streams, environment, clock, colours, and how it gives up.
 * Refuses requests.
 */
@NullMarked
package io.sigyn.cli.terminal;

import org.jspecify.annotations.NullMarked;
