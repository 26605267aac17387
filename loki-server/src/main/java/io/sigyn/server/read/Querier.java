package io.sigyn.server.read;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.logql.engine.Engine;
import io.sigyn.logql.engine.EntrySource;
import io.sigyn.logql.engine.QueryContext;
import io.sigyn.logql.engine.QueryParams;
import io.sigyn.logql.explain.Estimate;
import io.sigyn.logql.explain.Explainer;
import io.sigyn.logql.explain.Explanation;
import io.sigyn.logql.plan.Plan;
import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.rewrite.Rule;
import io.sigyn.logql.syntax.Expr;
import io.sigyn.logql.syntax.MetricExpr;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.logql.syntax.Printer;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.result.CacheStats;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryResult.LogStream;
import io.sigyn.result.QueryResult.Matrix;
import io.sigyn.result.QueryResult.Sample;
import io.sigyn.result.QueryResult.Scalar;
import io.sigyn.result.QueryResult.Series;
import io.sigyn.result.QueryResult.Streams;
import io.sigyn.result.QueryResult.Vector;
import io.sigyn.result.QueryStats;
import io.sigyn.server.config.OnPartial;
import io.sigyn.server.limits.TenantLimits;
import io.sigyn.server.read.QueryLimits.Range;
import io.sigyn.server.read.cache.CachedQuery;
import io.sigyn.server.read.cache.ResultsCache;
import io.sigyn.storage.IndexStats;
import io.sigyn.storage.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs queries for tenants within their limits. Safe for use by many threads. */
public final class Querier {
  /** The most series computed for a reader who takes a part of them. */
  private static final int MAX_PARTIAL_SERIES = 100_000;

  /** Answers have milliseconds; points between them cannot be told apart. */
  private static final long MILLI = 1_000_000L;

  private final Store store;
  private final TenantLimits limits;
  private final QueryPool pool;
  private final Optional<ResultsCache> cache;
  private final long maxMemory;
  private final OnPartial onPartial;
  private final Clock clock;

  /**
   * A querier over a store.
   *
   * @param cache keeps answers of metric range queries
   * @param maxMemory the most bytes that one query may hold for its answer
   */
  public Querier(
      Store store,
      TenantLimits limits,
      QueryPool pool,
      Optional<ResultsCache> cache,
      long maxMemory,
      OnPartial onPartial,
      Clock clock) {
    this.maxMemory = maxMemory;
    this.store = store;
    this.limits = limits;
    this.pool = pool;
    this.cache = cache;
    this.onPartial = onPartial;
    this.clock = clock;
  }

  /**
   * Runs a query when there is a thread for it.
   *
   * @param tenants at least one
   * @param partial whether too many series are cut off with a warning instead of failing the query
   * @param cached whether the cache may be used
   * @param request makes the request, on the query's thread
   * @param cancellation is given the switch that stops the query
   * @return completes exceptionally with a {@link LokiException} that has Loki's text
   */
  public CompletableFuture<Answer> query(
      List<Tenant> tenants,
      boolean partial,
      boolean cached,
      Supplier<QueryRequest> request,
      Consumer<Runnable> cancellation) {
    QueryLimits allowed = new QueryLimits(tenants.stream().map(limits::of).toList());
    int maxSeries = partial ? MAX_PARTIAL_SERIES : allowed.maxSeries();
    QueryContext context = context(allowed, maxSeries);
    long submitted = clock.ticks();
    return pool.run(
        tenants,
        context,
        () -> {
          long waited = clock.ticks() - submitted;
          return run(tenants, request.get(), partial, cached, allowed, context, waited);
        },
        cancellation);
  }

  /**
   * Explains a query when there is a thread for it, within the same limits.
   *
   * @param tenants at least one
   * @param off rules that are not applied
   * @param run whether it is run as well, to tell what it costs
   * @param request makes the request, on the query's thread
   * @param cancellation is given the switch that stops the query
   * @return completes exceptionally with a {@link LokiException} that has Loki's text
   */
  public CompletableFuture<Explanation> explain(
      List<Tenant> tenants,
      Set<Rule> off,
      boolean run,
      Supplier<QueryRequest> request,
      Consumer<Runnable> cancellation) {
    QueryLimits allowed = new QueryLimits(tenants.stream().map(limits::of).toList());
    QueryContext context = context(allowed, allowed.maxSeries());
    long submitted = clock.ticks();
    return pool.run(
        tenants,
        context,
        () -> {
          long started = clock.ticks();
          QueryRequest asked = request.get();
          Expr expr = checked(tenants, asked, allowed);
          Rewrites rewrites = Rewrites.without(off);
          Optional<Range> seen = seen(asked, allowed);
          QueryParams params = params(asked, seen.orElse(new Range(asked.end(), asked.end())), allowed);
          Plan plan = Engine.plan(expr, params, rewrites);
          Explanation explanation =
              Explainer.explain(
                  expr,
                  plan,
                  rewrites,
                  (m, range) -> seen.isEmpty() ? Estimate.NONE : estimate(tenants, m, range));
          if (!run || seen.isEmpty()) {
            return explanation;
          }
          QueryResult result = execute(tenants, expr, params, plan, context);
          return explanation.withActual(
              new QueryStats(
                  context.stats(), started - submitted, clock.ticks() - started, entries(result)));
        },
        cancellation);
  }

  private QueryContext context(QueryLimits allowed, int maxSeries) {
    return new QueryContext(
        clock, allowed.timeout().toNanos(), maxSeries, allowed.maxBytes(), maxMemory);
  }

  private Estimate estimate(List<Tenant> tenants, List<LabelMatcher> matchers, TimeRange range) {
    boolean one = tenants.size() == 1;
    IndexStats sum = IndexStats.NONE;
    for (Tenant tenant : one ? tenants : TenantMatchers.accepted(tenants, matchers)) {
      sum = sum.plus(store.stats(tenant, one ? matchers : TenantMatchers.others(matchers), range));
    }
    return new Estimate(sum.streams(), sum.chunks(), sum.entries(), sum.bytes());
  }

  private Answer run(
      List<Tenant> tenants,
      QueryRequest request,
      boolean partial,
      boolean cached,
      QueryLimits allowed,
      QueryContext context,
      long waited) {
    long started = clock.ticks();
    Expr expr = checked(tenants, request, allowed);
    RangeRun.Outcome outcome = evaluate(tenants, expr, request, cached, allowed, context);
    QueryResult result = outcome.result();
    List<String> warnings = new ArrayList<>();
    if (expr instanceof MetricExpr.Variants variants) {
      result = VariantLimit.apply(result, variants.variants().size(), allowed.maxSeries(), warnings);
    } else if (partial && allowed.maxSeries() > 0) {
      result = cut(result, allowed.maxSeries(), warnings);
    }
    QueryStats stats =
        new QueryStats(
            context.stats(), waited, clock.ticks() - started, entries(result), outcome.splits(), outcome.cache());
    return Answer.of(result, stats, warnings, onPartial);
  }

  /** The query as a tree, if the limits allow it. */
  private static Expr checked(List<Tenant> tenants, QueryRequest request, QueryLimits allowed) {
    Expr expr = Parser.parse(request.query());
    if (request.instant() && expr.isLogQuery()) {
      throw new LokiException(
          ErrorKind.BAD_REQUEST,
          "log queries are not supported as an instant query type, please change your query to a"
              + " range query type");
    }
    allowed.checkEnabled();
    if (expr.isLogQuery() || (expr instanceof MetricExpr.Variants && !request.instant())) {
      allowed.checkEntries(request.limit());
    }
    allowed.checkMatchers(expr);
    if (!request.instant()) {
      // Loki looks at the labels of range queries only.
      allowed.checkRequiredLabels(expr);
    }
    allowed.checkWindow(QueryShapes.longestWindow(expr));
    allowed.checkBlocked(request.query(), QueryShapes.type(expr));
    return tenants.size() == 1 ? expr : TenantMatchers.grouped(expr);
  }

  private RangeRun.Outcome evaluate(
      List<Tenant> tenants,
      Expr expr,
      QueryRequest request,
      boolean cached,
      QueryLimits allowed,
      QueryContext context) {
    Optional<Range> seen = seen(request, allowed);
    if (seen.isEmpty()) {
      return alone(nothing(expr, request));
    }
    QueryParams params = params(request, seen.get(), allowed);
    Plan plan = Engine.plan(expr, params, Rewrites.all());
    if (plan instanceof Plan.MetricQuery metric && !metric.instant()) {
      EntrySource source =
          tenants.size() == 1
              ? new StoreSource(store, tenants.getFirst())
              : new TenantsSource(store, tenants);
      RangeRun run =
          new RangeRun(
              expr, params, metric, source, context, pool, allowed.parallelism(), allowed.split());
      return run.run(cached ? cached(tenants, expr, request, allowed) : Optional.empty());
    }
    return alone(execute(tenants, expr, params, plan, context));
  }

  private static RangeRun.Outcome alone(QueryResult result) {
    return new RangeRun.Outcome(result, 0, CacheStats.NONE);
  }

  /** The query's dealings with the cache, if it is one that can be cached. */
  private Optional<CachedQuery> cached(
      List<Tenant> tenants, Expr expr, QueryRequest request, QueryLimits allowed) {
    if (cache.isEmpty() || tenants.size() > 1 || request.step() % MILLI != 0 || QueryShapes.mayHaveTwins(expr)) {
      return Optional.empty();
    }
    return Optional.of(
        cache
            .get()
            .open(
                tenants.getFirst(),
                Printer.print(expr),
                request.step(),
                QueryShapes.reach(expr),
                allowed.split(),
                clock.epochNanos() - allowed.freshness()));
  }

  /** The part of the range the tenants may look at; empty when they may see nothing of it. */
  private Optional<Range> seen(QueryRequest request, QueryLimits allowed) {
    Optional<Range> seen =
        allowed.lookback(new Range(request.start(), request.end()), clock.epochNanos());
    seen.ifPresent(allowed::checkLength);
    return seen;
  }

  private QueryResult execute(
      List<Tenant> tenants, Expr expr, QueryParams params, Plan plan, QueryContext context) {
    if (tenants.size() == 1) {
      return Engine.run(plan, new StoreSource(store, tenants.getFirst()), context);
    }
    if (!expr.isLogQuery()) {
      return Engine.run(plan, new TenantsSource(store, tenants), context);
    }
    return LogMerge.overTenants(
        tenants,
        expr,
        params,
        tenant -> {
          EntrySource source =
              (selection, stats) -> LogMerge.select(store, tenant, selection, stats);
          return Engine.run(plan, source, context);
        });
  }

  private static QueryParams params(QueryRequest request, Range range, QueryLimits allowed) {
    return request.instant()
        ? new QueryParams(
            range.end(), range.end(), 0, 0, request.limit(), request.direction(), allowed.extensions())
        : new QueryParams(
            range.start(),
            range.end(),
            request.step(),
            request.interval(),
            request.limit(),
            request.direction(),
            allowed.extensions());
  }

  private static QueryResult nothing(Expr expr, QueryRequest request) {
    if (expr.isLogQuery()) {
      return new Streams(List.of());
    }
    return request.instant() ? new Vector(List.of()) : new Matrix(List.of());
  }

  private static QueryResult cut(QueryResult result, int most, List<String> warnings) {
    if (!(result instanceof Streams) && entries(result) > most) {
      warnings.add(
          "maximum number of series ("
              + most
              + ") reached for a single query; returning partial results");
    }
    return switch (result) {
      case Matrix(List<Series> series) when series.size() > most ->
          new Matrix(series.subList(0, most));
      case Vector(List<Sample> samples) when samples.size() > most ->
          new Vector(samples.subList(0, most));
      case Matrix _, Vector _, Streams _, Scalar _ -> result;
    };
  }

  private static long entries(QueryResult result) {
    return switch (result) {
      case Streams streams -> {
        long sum = 0;
        for (LogStream stream : streams.streams()) {
          sum += stream.entries().size();
        }
        yield sum;
      }
      case Matrix matrix -> matrix.series().size();
      case Vector vector -> vector.samples().size();
      case Scalar _ -> 1;
    };
  }
}
