package io.sigyn.server.read;

import io.sigyn.logql.engine.Engine;
import io.sigyn.logql.engine.EntrySource;
import io.sigyn.logql.engine.QueryContext;
import io.sigyn.logql.engine.QueryParams;
import io.sigyn.logql.plan.Plan;
import io.sigyn.logql.range.Steps;
import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.syntax.Expr;
import io.sigyn.result.CacheStats;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryResult.Matrix;
import io.sigyn.server.read.cache.CachedQuery;
import io.sigyn.server.read.cache.Reach;
import io.sigyn.server.read.cache.Stretch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A metric query over a range: points that are known are taken from the cache, the others are computed, in parts at the same
 * time when they are many and threads have nothing else to do. Every point is what it would be on its own and belongs to the
 * series with its labels, so neither changes an answer.
 */
final class RangeRun {
  private final Expr expr;
  private final QueryParams params;
  private final Plan.MetricQuery plan;
  private final long step;
  private final Reach reach;
  private final EntrySource source;
  private final QueryContext context;
  private final QueryPool pool;
  private final int parallelism;
  private final long splitNanos;
  private final boolean divisible;
  private long splits;

  /**
   * For a query.
   *
   * @param params of all its points
   * @param plan of the same
   * @param parallelism threads that may work for it at a time
   * @param splitNanos a part is at least so long; 0 when there shall be none
   */
  RangeRun(
      Expr expr,
      QueryParams params,
      Plan.MetricQuery plan,
      EntrySource source,
      QueryContext context,
      QueryPool pool,
      int parallelism,
      long splitNanos) {
    this.expr = expr;
    this.params = params;
    this.plan = plan;
    this.step = plan.steps().step();
    this.reach = QueryShapes.reach(expr);
    this.source = source;
    this.context = context;
    this.pool = pool;
    this.parallelism = parallelism;
    this.splitNanos = splitNanos;
    this.divisible =
        splitNanos > 0
            && parallelism > 1
            && QueryShapes.readsLines(plan.root())
            && !QueryShapes.mayHaveTwins(expr);
  }

  /** What came of it. */
  record Outcome(QueryResult result, long splits, CacheStats cache) {}

  /** Numbers of points. */
  private record Span(long first, long last) {
    long length() {
      return last - first + 1;
    }
  }

  /** All points. */
  Outcome run(Optional<CachedQuery> cached) {
    Steps steps = plan.steps();
    Span all = new Span(Math.floorDiv(steps.start(), step), Math.floorDiv(steps.end(), step));
    Stretch answer = cached.isPresent() ? completed(all, cached.get()) : computed(all);
    if (plan.isLimitedAsOne()) {
      context.checkSeries(answer.series().size());
    }
    return new Outcome(
        new Matrix(answer.series()), splits, cached.map(CachedQuery::stats).orElse(CacheStats.NONE));
  }

  private Stretch completed(Span all, CachedQuery cached) {
    List<Stretch> known = worthwhile(all, cached.find(all.first, all.last));
    List<Stretch> parts = new ArrayList<>();
    long next = all.first;
    for (Stretch stretch : known) {
      if (next < stretch.first()) {
        parts.add(computed(new Span(next, stretch.first() - 1)));
      }
      parts.add(stretch);
      next = stretch.last() + 1;
    }
    if (next <= all.last) {
      parts.add(computed(new Span(next, all.last)));
    }
    cached.used(known);
    Stretch answer = Stretch.join(parts);
    // What is kept has no warnings: later answers from it would lack them.
    if (context.stats().warnings().isEmpty()) {
      cached.keep(answer);
    }
    return answer;
  }

  /**
   * Leaves out what is known between two gaps when computing it with them costs no more than what both gaps would read of
   * the time before them.
   */
  private List<Stretch> worthwhile(Span all, List<Stretch> known) {
    long window = reach.back() / step;
    List<Stretch> kept = new ArrayList<>();
    int i = 0;
    while (i < known.size()) {
      int end = i;
      while (end + 1 < known.size() && known.get(end + 1).first() == known.get(end).last() + 1) {
        end++;
      }
      long first = known.get(i).first();
      long last = known.get(end).last();
      boolean between = first > all.first && last < all.last;
      if (!between || last - first + 1 > window) {
        kept.addAll(known.subList(i, end + 1));
      }
      i = end + 1;
    }
    return kept;
  }

  private Stretch computed(Span span) {
    int parts = parts(span);
    if (parts < 2) {
      return whole(span, context);
    }
    List<Span> spans = new ArrayList<>();
    long next = span.first;
    for (int i = 1; i <= parts; i++) {
      long last = span.first + span.length() * i / parts - 1;
      spans.add(new Span(next, last));
      next = last + 1;
    }
    List<Stretch> computed = Parts.run(spans, this::whole, context, pool, parallelism - 1);
    splits += parts;
    return Stretch.join(computed);
  }

  /** Two for each thread that would work, so that none waits long for another; none shorter than what it reads twice. */
  private int parts(Span span) {
    int threads = divisible ? Math.min(parallelism, pool.idle() + 1) : 1;
    if (threads == 1) {
      return 1;
    }
    long shortest = Math.max(1, Math.ceilDiv(Math.max(splitNanos, reach.back()), step));
    return (int) Math.min(2L * threads, span.length() / shortest);
  }

  private Stretch whole(Span span, QueryContext own) {
    long first = span.first * step;
    long last = span.last * step;
    boolean all = first == plan.steps().start() && last == plan.steps().end();
    QueryResult result =
        Engine.run(all ? plan : Engine.plan(expr, params.between(first, last), Rewrites.all()), source, own);
    return switch (result) {
      case Matrix(var series) -> new Stretch(span.first, span.last, series);
      case QueryResult.Streams _, QueryResult.Vector _, QueryResult.Scalar _ ->
          throw new IllegalStateException("no matrix for a range: " + result.getClass());
    };
  }
}
