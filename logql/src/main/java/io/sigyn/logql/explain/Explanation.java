package io.sigyn.logql.explain;

import io.sigyn.logql.rewrite.Rewrites.Applied;
import io.sigyn.logql.rewrite.Rule;
import io.sigyn.result.QueryStats;
import java.util.List;
import java.util.Optional;

/**
 * A plan for people.
 *
 * @param query in canonical form
 * @param applied what rules did
 * @param off the rules that were switched off
 * @param actual what the query did cost; empty when it was not run
 */
public record Explanation(
    String query, Node plan, List<Applied> applied, List<Rule> off, Optional<QueryStats> actual) {
  /** Copies the lists. */
  public Explanation {
    applied = List.copyOf(applied);
    off = List.copyOf(off);
  }

  /** The same after the query was run. */
  public Explanation withActual(QueryStats stats) {
    return new Explanation(query, plan, applied, off, Optional.of(stats));
  }
}
