package io.sigyn.storage.rows;

import java.util.List;

/**
 * Runs of one stream that follow each other in time: none starts before the one before it ends. No row of a chain is an
 * exact duplicate of another of the same chain.
 */
public interface Chain {
  /** The time of the first row, without looking at the runs. */
  long minTs();

  /** The time of the last row, without looking at the runs. */
  long maxTs();

  /** The runs, oldest first; at least one. */
  List<? extends Run> runs();
}
