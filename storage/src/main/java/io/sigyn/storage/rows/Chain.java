package io.sigyn.storage.rows;

import java.util.List;

/**
 * Runs of one stream that follow each other in time: none starts before the one before it ends. No row of a chain is an
 * exact duplicate of another of the same chain.
 */
public interface Chain {
  /** The time of the first row. Costs nothing: whoever has to look for his runs knows it without them. */
  default long minTs() {
    return runs().getFirst().minTs();
  }

  /** The time of the last row. Costs nothing, either. */
  default long maxTs() {
    return runs().getLast().maxTs();
  }

  /** The runs, oldest first; at least one. */
  List<? extends Run> runs();
}
