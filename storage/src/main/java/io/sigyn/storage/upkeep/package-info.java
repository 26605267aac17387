/**
 * The thread that looks after a store, its agents and what they may spend. Knows nothing of what the agents do.
 */
@NullMarked
package io.sigyn.storage.upkeep;

import org.jspecify.annotations.NullMarked;
