/**
 * Who may still be looking at what has left the store's view. Knows neither files nor memory, only epochs.
 */
@NullMarked
package io.sigyn.storage.leases;

import org.jspecify.annotations.NullMarked;
