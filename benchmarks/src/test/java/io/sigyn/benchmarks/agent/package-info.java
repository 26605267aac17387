/** Programs that mistreat an agent and a server of their own and look afterwards what is left of the lines. */
@NullMarked
package io.sigyn.benchmarks.agent;

import org.jspecify.annotations.NullMarked;
