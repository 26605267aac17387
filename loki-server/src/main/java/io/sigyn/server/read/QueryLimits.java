package io.sigyn.server.read;

import io.sigyn.config.ByteSize;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.GoDurations;
import io.sigyn.logql.plan.Extension;
import io.sigyn.logql.syntax.Expr;
import io.sigyn.logql.syntax.MetricExpr;
import io.sigyn.logql.syntax.VectorOp;
import io.sigyn.model.BytesLimit;
import io.sigyn.model.LabelMatcher;
import io.sigyn.server.limits.BlockedQuery;
import io.sigyn.server.limits.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * What tenants' limits say about a query before it runs. With several tenants the strictest limit
 * counts. Every refusal has Loki's text.
 */
final class QueryLimits {
  /**
   * A limit of bytes that is smaller counts as this: what comes from disk comes in blocks, which hold entries of other
   * streams as well, and one of them is no reason to refuse a query.
   */
  private static final long SMALLEST_READ = 1 << 20;

  private final List<Limits> limits;

  QueryLimits(List<Limits> limits) {
    this.limits = List.copyOf(limits);
  }

  /** How long the query may take. */
  Duration timeout() {
    return smallest(Limits::queryTimeout).orElse(Duration.ofMinutes(1));
  }

  /** The most series of a metric query's answer; 0 is no limit. */
  int maxSeries() {
    return smallestInt(Limits::maxQuerySeries);
  }

  /** How much a query may read and decode. */
  BytesLimit maxBytes() {
    long query = smallestSize(Limits::maxQueryBytesRead);
    long querier = smallestSize(Limits::maxQuerierBytesRead);
    return query <= querier ? BytesLimit.ofQuery(query) : BytesLimit.ofQuerier(querier);
  }

  /** How many threads may work for one query at a time. */
  int parallelism() {
    return Math.max(1, smallestInt(Limits::maxQueryParallelism));
  }

  /** Nanoseconds of a query's range that are worth a thread of their own; 0 is none. */
  long split() {
    return smallest(Limits::splitQueriesByInterval).map(Duration::toNanos).orElse(0L);
  }

  /** Nanoseconds before now from which on answers are not kept. */
  long freshness() {
    return limits.stream().mapToLong(l -> l.maxCacheFreshnessPerQuery().toNanos()).max().orElse(0);
  }

  /** What may be used beyond the language everybody has. Compatible: for variants one tenant that may is enough. */
  Set<Extension> extensions() {
    Set<Extension> extensions = EnumSet.noneOf(Extension.class);
    if (limits.stream().allMatch(l -> l.shardAggregations().contains(VectorOp.APPROX_TOPK.text()))) {
      extensions.add(Extension.APPROX_TOPK);
    }
    if (limits.stream().anyMatch(Limits::enableMultiVariantQueries)) {
      extensions.add(Extension.VARIANTS);
    }
    return extensions;
  }

  /** Refuses tenants that may not ask for volumes. */
  void checkVolume() {
    if (!limits.stream().allMatch(Limits::volumeEnabled)) {
      throw new LokiException(ErrorKind.NOT_FOUND, "not found");
    }
  }

  /** Refuses volumes of too many groups. */
  void checkVolumes(int groups) {
    int most = smallestInt(Limits::volumeMaxSeries);
    if (most > 0 && groups > most) {
      throw bad("the query hit the max number of series limit (limit: " + most + " series)");
    }
  }

  /** Refuses tenants that may not query at all. */
  void checkEnabled() {
    for (Limits l : limits) {
      if (l.maxQueryParallelism() < 1) {
        throw new LokiException(
            ErrorKind.TOO_MANY_REQUESTS, "querying is disabled, please contact your Loki operator");
      }
    }
  }

  /**
   * The range a query may see.
   *
   * @return empty when all of it is too long ago
   */
  Optional<Range> lookback(Range asked, long now) {
    Optional<Duration> lookback = smallest(Limits::maxQueryLookback);
    if (lookback.isEmpty()) {
      return Optional.of(asked);
    }
    long oldest = now - lookback.get().toNanos();
    if (asked.end() < oldest) {
      return Optional.empty();
    }
    return Optional.of(new Range(Math.max(asked.start(), oldest), asked.end()));
  }

  /** Nanoseconds since the Unix epoch, the start not after the end. */
  record Range(long start, long end) {}

  /** Refuses ranges that are too long. */
  void checkLength(Range range) {
    Optional<Duration> longest = smallest(Limits::maxQueryLength);
    long length = Math.floorDiv(range.end(), 1_000_000L) - Math.floorDiv(range.start(), 1_000_000L);
    if (longest.isPresent() && length > longest.get().toMillis()) {
      String asked =
          length > Long.MAX_VALUE / 1_000_000L
              ? "over 292y"
              : GoDurations.formatGo(length * 1_000_000L);
      throw bad(
          "the query time range exceeds the limit (query length: "
              + asked
              + ", limit: "
              + GoDurations.formatPrometheus(longest.get().toNanos())
              + ")");
    }
  }

  /** Refuses log queries that ask for too many entries. */
  void checkEntries(int asked) {
    int most = smallestInt(Limits::maxEntriesLimitPerQuery);
    if (most > 0 && asked > most) {
      throw bad(
          "max entries limit per query exceeded, limit > max_entries_limit_per_query ("
              + asked
              + " > "
              + most
              + ")");
    }
  }

  /** Refuses metric queries that look back too far from each point. */
  void checkWindow(long nanos) {
    Optional<Duration> longest = smallest(Limits::maxQueryRange);
    if (longest.isPresent() && nanos > longest.get().toNanos()) {
      throw bad(
          "[interval] value exceeds limit: ["
              + GoDurations.formatPrometheus(nanos)
              + "] > ["
              + GoDurations.formatPrometheus(longest.get().toNanos())
              + "]");
    }
  }

  /** Refuses queries with too many matchers. */
  void checkMatchers(Expr expr) {
    int most = smallestInt(Limits::maxStreamsMatchersPerQuery);
    int count = expr.selectors().stream().mapToInt(List::size).sum();
    if (most > 0 && count > most) {
      throw bad(
          "max streams matchers per query exceeded, matchers-count > limit ("
              + count
              + " > "
              + most
              + ")");
    }
  }

  /** Refuses queries whose selectors do not name the labels they have to. */
  void checkRequiredLabels(Expr expr) {
    expr.selectors().forEach(this::checkRequired);
    if (expr instanceof MetricExpr.Variants variants) {
      // What variants select themselves has no effect, but is looked at.
      variants.variants().stream()
          .flatMap(variant -> variant.selectors().stream())
          .filter(selector -> !selector.isEmpty())
          .forEach(this::checkRequired);
    }
  }

  private void checkRequired(List<LabelMatcher> selector) {
    List<String> present =
        new ArrayList<>(new TreeSet<>(selector.stream().map(LabelMatcher::name).toList()));
    for (Limits l : limits) {
      List<String> missing =
          l.requiredLabels().stream().filter(name -> !present.contains(name)).toList();
      if (!missing.isEmpty()) {
        throw bad(
            "stream selector is missing required matchers ["
                + String.join(", ", missing)
                + "], labels present in the query were ["
                + String.join(", ", present)
                + "]");
      }
      if (selector.size() < l.minimumLabelsNumber()) {
        throw bad(
            "stream selector has less label matchers than required: (present: ["
                + String.join(", ", present)
                + "], number_present: "
                + selector.size()
                + ", required_number_label_matchers: "
                + l.minimumLabelsNumber()
                + ")");
      }
    }
  }

  /** Refuses queries on the tenant's list. */
  void checkBlocked(String query, String type) {
    for (Limits l : limits) {
      for (BlockedQuery blocked : l.blockedQueries()) {
        if (blocked.matches(query, type)) {
          throw bad("query blocked by policy");
        }
      }
    }
  }

  private Optional<Duration> smallest(Function<Limits, Duration> limit) {
    return limits.stream().map(limit).filter(Duration::isPositive).min(Comparator.naturalOrder());
  }

  private long smallestSize(Function<Limits, ByteSize> limit) {
    return limits.stream()
        .mapToLong(l -> limit.apply(l).bytes())
        .filter(bytes -> bytes > 0)
        .map(bytes -> Math.max(bytes, SMALLEST_READ))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private int smallestInt(ToIntFunction<Limits> limit) {
    return limits.stream().mapToInt(limit).filter(value -> value > 0).min().orElse(0);
  }

  private static LokiException bad(String text) {
    return new LokiException(ErrorKind.BAD_REQUEST, text);
  }
}
