package io.sigyn.storage.rows;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntrySummary;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one stream, oldest first and without exact duplicates, that may still have to be read. The bounds cost nothing.
 */
public interface Run {
  /** The time of the first row, nanoseconds. */
  long minTs();

  /** The time of the last row, nanoseconds. */
  long maxTs();

  /**
   * The place in the order of arrival among all runs of the stream: of two rows with one timestamp, the one of the lower
   * rank came first. Runs of one chain have rising ranks.
   */
  int rank();

  /** Whether the rows lie in memory only. */
  boolean inHead();

  /** Whether the bounds are the times of rows; otherwise there may be rows of narrower bounds, or none. */
  default boolean isExact() {
    return true;
  }

  /** What is known of the rows without reading them; null when nothing is. */
  default @Nullable EntrySummary summary() {
    return null;
  }

  /** The rows; empty when they turned out to be damaged. Costs a read unless cached; columns may be decoded later. */
  EntryBlock rows();
}
