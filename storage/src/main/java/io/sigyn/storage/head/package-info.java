/**
 * Entries in memory: generations of streams in pages that readers see without a lock. Knows neither the log nor
 * segments.
 */
@NullMarked
package io.sigyn.storage.head;

import org.jspecify.annotations.NullMarked;
