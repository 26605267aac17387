/**
 * The store: one door ({@link io.sigyn.storage.Store}) to the write-ahead log, the head and the segments. Refuses HTTP,
 * LogQL and JSON.
 */
@NullMarked
package io.sigyn.storage;

import org.jspecify.annotations.NullMarked;
