/**
 * Rows of one stream from several sources brought into one order, each once. Knows neither the head nor segments, only
 * {@link io.sigyn.storage.rows.Run}s of sorted rows.
 */
@NullMarked
package io.sigyn.storage.rows;

import org.jspecify.annotations.NullMarked;
