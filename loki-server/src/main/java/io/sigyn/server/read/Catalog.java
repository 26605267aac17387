package io.sigyn.server.read;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.logql.engine.QueryContext;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.server.detect.DetectedLabels;
import io.sigyn.server.limits.TenantLimits;
import io.sigyn.server.read.QueryLimits.Range;
import io.sigyn.storage.Store;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What streams there are: names of labels, their values, label sets. Safe for use by many threads. Every question is given
 * the switch that stops it.
 */
public final class Catalog {
  private final Store store;
  private final TenantLimits limits;
  private final QueryPool pool;
  private final Clock clock;

  /** A catalogue over a store. */
  public Catalog(Store store, TenantLimits limits, QueryPool pool, Clock clock) {
    this.store = store;
    this.limits = limits;
    this.pool = pool;
    this.clock = clock;
  }

  /**
   * What is asked.
   *
   * @param selectors stream selectors of which one must match; none is every stream
   * @param start nanoseconds since the Unix epoch
   * @param end nanoseconds since the Unix epoch
   */
  public record Question(List<String> selectors, long start, long end) {
    /** Copies the list. */
    public Question {
      selectors = List.copyOf(selectors);
    }
  }

  /**
   * An answer with what its reader should know.
   *
   * @param partial whether something is missing because it is lost or damaged; the warnings say what
   */
  public record Found<T>(T value, List<String> warnings, boolean partial) {
    /** Copies the list. */
    public Found {
      warnings = List.copyOf(warnings);
    }

    static <T> Found<T> of(T value, ScanStats scan) {
      return new Found<>(value, scan.warnings(), !scan.damages().isEmpty());
    }
  }

  /** Names of labels, ascending. */
  public CompletableFuture<Found<List<String>>> labelNames(
      List<Tenant> tenants, Supplier<Question> question, Consumer<Runnable> cancellation) {
    return run(
        tenants,
        cancellation,
        scan -> {
          SortedSet<String> names = new TreeSet<>();
          each(
              tenants,
              question.get(),
              scan,
              (tenant, matchers, range) -> {
                List<String> found = store.labelNames(tenant, matchers, range, scan);
                names.addAll(found);
                if (tenants.size() > 1 && !found.isEmpty()) {
                  names.add(TenantMatchers.LABEL);
                }
              });
          return List.copyOf(names);
        });
  }

  /** Values of one label, ascending. */
  public CompletableFuture<Found<List<String>>> labelValues(
      List<Tenant> tenants, String name, Supplier<Question> question, Consumer<Runnable> cancellation) {
    return run(
        tenants,
        cancellation,
        scan -> {
          SortedSet<String> values = new TreeSet<>();
          each(
              tenants,
              question.get(),
              scan,
              (tenant, matchers, range) -> {
                if (tenants.size() > 1 && name.equals(TenantMatchers.LABEL)) {
                  values.add(tenant.id());
                } else {
                  values.addAll(store.labelValues(tenant, name, matchers, range, scan));
                }
              });
          return List.copyOf(values);
        });
  }

  /** Label sets, ascending. */
  public CompletableFuture<Found<List<Labels>>> series(
      List<Tenant> tenants, Supplier<Question> question, Consumer<Runnable> cancellation) {
    return run(
        tenants,
        cancellation,
        scan -> {
          SortedSet<Labels> series = new TreeSet<>();
          each(
              tenants,
              question.get(),
              scan,
              (tenant, matchers, range) -> {
                List<Labels> found = store.series(tenant, matchers, range, scan);
                if (tenants.size() == 1) {
                  series.addAll(found);
                } else {
                  found.forEach(labels -> series.add(TenantMatchers.complete(labels, tenant)));
                }
              });
          return List.copyOf(series);
        });
  }

  /** How many values each label has that tells people something, ascending by name. */
  public CompletableFuture<Found<SortedMap<String, Integer>>> detectedLabels(
      List<Tenant> tenants, Supplier<Question> question, Consumer<Runnable> cancellation) {
    return run(
        tenants,
        cancellation,
        scan -> {
          SortedMap<String, Set<String>> values = new TreeMap<>();
          each(
              tenants,
              question.get(),
              scan,
              (tenant, matchers, range) -> {
                for (String name : store.labelNames(tenant, matchers, range, scan)) {
                  values
                      .computeIfAbsent(name, n -> new HashSet<>())
                      .addAll(store.labelValues(tenant, name, matchers, range, scan));
                }
              });
          SortedMap<String, Integer> detected = new TreeMap<>();
          values.forEach(
              (name, found) -> {
                if (DetectedLabels.isOfInterest(name, found)) {
                  detected.put(name, found.size());
                }
              });
          return detected;
        });
  }

  private <T> CompletableFuture<Found<T>> run(
      List<Tenant> tenants, Consumer<Runnable> cancellation, Function<ScanStats, T> work) {
    QueryContext context = new QueryContext(clock, allowed(tenants).timeout().toNanos(), 0);
    return pool.run(
        tenants,
        context,
        () -> {
          T value = work.apply(context.stats());
          return Found.of(value, context.stats());
        },
        cancellation);
  }

  private QueryLimits allowed(List<Tenant> tenants) {
    return new QueryLimits(tenants.stream().map(limits::of).toList());
  }

  /** Looks into one tenant's streams. */
  private interface Look {
    void at(Tenant tenant, List<LabelMatcher> matchers, TimeRange range);
  }

  private void each(List<Tenant> tenants, Question question, ScanStats scan, Look look) {
    List<List<LabelMatcher>> selectors = new ArrayList<>();
    for (String text : question.selectors()) {
      scan.check();
      selectors.add(Parser.parseSelector(text));
    }
    if (selectors.isEmpty()) {
      selectors.add(List.of());
    }
    QueryLimits allowed = allowed(tenants);
    Optional<Range> seen =
        allowed.lookback(new Range(question.start(), question.end()), clock.epochNanos());
    if (seen.isEmpty()) {
      return;
    }
    if (seen.get().end() < seen.get().start()) {
      throw new LokiException(
          ErrorKind.BAD_REQUEST,
          "this data is no longer available, it is past now - max_query_lookback (0s)");
    }
    allowed.checkLength(seen.get());
    // Both ends belong to the question.
    long end = seen.get().end();
    TimeRange range = new TimeRange(seen.get().start(), end == Long.MAX_VALUE ? end : end + 1);
    for (List<LabelMatcher> selector : selectors) {
      for (Tenant tenant :
          tenants.size() == 1 ? tenants : TenantMatchers.accepted(tenants, selector)) {
        scan.check();
        look.at(tenant, tenants.size() == 1 ? selector : TenantMatchers.others(selector), range);
      }
    }
  }
}
