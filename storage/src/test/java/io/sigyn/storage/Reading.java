package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads a selection to its end and checks on the way that the cursor keeps its word. */
final class Reading {
  private Reading() {}

  static Map<Labels, List<Oracle.Entry>> all(Store store, Tenant tenant) {
    return select(store, tenant, List.of(), TimeRange.ALL, Direction.FORWARD, new ScanStats());
  }

  static Map<Labels, List<Oracle.Entry>> select(
      Store store,
      Tenant tenant,
      List<LabelMatcher> matchers,
      TimeRange range,
      Direction direction,
      ScanStats stats) {
    return select(store, tenant, new Selection(matchers, range, direction), stats);
  }

  static Map<Labels, List<Oracle.Entry>> select(Store store, Tenant tenant, Selection selection, ScanStats stats) {
    TimeRange range = selection.range();
    boolean byTime = selection.order() == Selection.Order.TIME;
    Map<Labels, List<Oracle.Entry>> result = new TreeMap<>();
    boolean forward = selection.direction() == Direction.FORWARD;
    long lines = 0;
    try (EntryCursor cursor = store.select(tenant, selection, stats)) {
      long key = Long.MIN_VALUE;
      long bound = key(cursor.bound(), forward);
      while (cursor.next()) {
        EntryBlock block = cursor.block();
        assertThat(block.size()).isPositive();
        if (byTime) {
          long edge = key(block.timestamp(forward ? 0 : block.size() - 1), forward);
          assertThat(edge).as("order of blocks").isGreaterThanOrEqualTo(key);
          assertThat(edge).as("bound before the block").isGreaterThanOrEqualTo(bound);
          key = edge;
          bound = key(cursor.bound(), forward);
        }
        List<Oracle.Entry> entries = entries(block, range);
        lines += entries.size();
        List<Oracle.Entry> stream = result.computeIfAbsent(block.stream(), labels -> new ArrayList<>());
        stream.addAll(forward ? stream.size() : 0, entries);
      }
      assertThat(cursor.bound()).isEqualTo(forward ? Long.MAX_VALUE : Long.MIN_VALUE);
    }
    assertThat(stats.headLines + stats.segmentLines - stats.duplicates).as("lines in stats").isEqualTo(lines);
    return result;
  }

  private static long key(long ts, boolean forward) {
    return forward ? ts : ~ts;
  }

  private static List<Oracle.Entry> entries(EntryBlock block, TimeRange range) {
    List<Oracle.Entry> entries = new ArrayList<>(block.size());
    for (int r = 0; r < block.size(); r++) {
      if (!range.contains(block.timestamp(r))) {
        throw new AssertionError("row of " + block.timestamp(r) + " outside of " + range);
      }
      if (r > 0 && (block.timestamp(r - 1) > block.timestamp(r) || block.lineEnd(r - 1) != block.lineStart(r))) {
        throw new AssertionError("rows out of order, or lines not back to back, at row " + r + " of " + block.stream());
      }
      String line =
          new String(
              block.text(), block.lineStart(r), block.lineEnd(r) - block.lineStart(r), StandardCharsets.ISO_8859_1);
      entries.add(new Oracle.Entry(block.timestamp(r), line, block.metadata(r)));
    }
    return entries;
  }
}
