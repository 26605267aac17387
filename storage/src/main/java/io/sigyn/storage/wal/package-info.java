/**
 * The write-ahead log, format 1: files, records, the writer that commits groups, and the reader that survives damage.
 * Knows batches and bytes; neither the head nor segments.
 */
@NullMarked
package io.sigyn.storage.wal;

import org.jspecify.annotations.NullMarked;
