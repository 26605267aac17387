package io.sigyn.storage.rows;

import io.sigyn.model.EntryBlock;

/**
 * The rows of one run that have the time of a {@link Tie}. Holds no rows: they are asked for each time they are wanted.
 *
 * @param chain the number of the chain that the run belongs to
 * @param from the first row
 * @param to behind the last row, or {@link #ALL}
 */
record TieSpan(Run run, int chain, int from, int to) {
  /** Of a run that has no row of another time, and need not be read to know that. */
  static final int ALL = Integer.MAX_VALUE;

  /** The rows; empty when they turned out to be damaged, which another time they may not have been. */
  EntryBlock rows() {
    EntryBlock rows = run.rows();
    if (to == ALL) {
      return rows;
    }
    return to <= rows.size() ? rows.slice(from, to) : rows.slice(0, 0);
  }
}
