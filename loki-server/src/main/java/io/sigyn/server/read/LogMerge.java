package io.sigyn.server.read;

import io.sigyn.logql.engine.QueryParams;
import io.sigyn.logql.syntax.Expr;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryResult.LogEntry;
import io.sigyn.result.QueryResult.LogStream;
import io.sigyn.result.QueryResult.Streams;
import io.sigyn.storage.Store;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A log query over several tenants: one run for each, the tenant's label added to what came out (no
 * stage of the query sees it), and the answers cut to the limit in the order of time.
 */
final class LogMerge {
  private LogMerge() {}

  /** One entry on its way into the common answer. */
  private record Row(Labels stream, LogEntry entry) {}

  static Streams overTenants(
      List<Tenant> tenants, Expr expr, QueryParams params, Function<Tenant, QueryResult> run) {
    List<Row> rows = new ArrayList<>();
    for (Tenant tenant : tenants) {
      boolean wanted = true;
      for (List<LabelMatcher> selector : expr.selectors()) {
        wanted &= !TenantMatchers.accepted(List.of(tenant), selector).isEmpty();
      }
      if (wanted && run.apply(tenant) instanceof Streams streams) {
        for (LogStream stream : streams.streams()) {
          Labels marked = TenantMatchers.mark(stream.labels(), tenant);
          stream.entries().forEach(entry -> rows.add(new Row(marked, entry)));
        }
      }
    }
    Comparator<Row> byTime = Comparator.comparingLong(row -> row.entry().timestamp());
    if (params.direction() == Direction.BACKWARD) {
      byTime = byTime.reversed();
    }
    // The sort is stable: entries of one stream and one time stay in the order the engine gave
    // them.
    rows.sort(byTime.thenComparing(Row::stream));
    Map<Labels, List<LogEntry>> byStream = new TreeMap<>(Comparator.comparing(Labels::toString));
    for (Row row : rows.subList(0, Math.min(params.limit(), rows.size()))) {
      byStream.computeIfAbsent(row.stream(), labels -> new ArrayList<>()).add(row.entry());
    }
    List<LogStream> merged = new ArrayList<>();
    byStream.forEach((labels, entries) -> merged.add(new LogStream(labels, entries)));
    return new Streams(merged);
  }

  /** The tenant's entries; matchers on the tenant's label were looked at before. */
  static EntryCursor select(Store store, Tenant tenant, Selection selection, ScanStats stats) {
    List<LabelMatcher> others = TenantMatchers.others(selection.matchers());
    return store.select(tenant, selection.withMatchers(others), stats);
  }
}
