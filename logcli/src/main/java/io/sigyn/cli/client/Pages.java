package io.sigyn.cli.client;

import io.sigyn.model.Direction;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryResult.LogEntry;
import io.sigyn.result.QueryResult.LogStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Asks for many lines in several requests, as the server limits how many one answer may hold.
 *
 * <p>A request ends wherever its limit falls, which may be between two lines of the same
 * nanosecond. The next one therefore begins at that nanosecond again, asks for as many lines more
 * as were already seen there, and what was seen is dropped from its answer, occurrence by
 * occurrence: no line is lost and none comes twice.
 */
public final class Pages {
  private final LokiClient client;
  private final RangeQuery query;
  private final Consumer<QueryResult> metric;
  private final Predicate<List<ShownEntry>> lines;

  /**
   * A query to run.
   *
   * @param metric is given the answer if it is not lines
   * @param lines is given each page in the query's direction, never empty; false ends the query
   */
  public Pages(
      LokiClient client,
      RangeQuery query,
      Consumer<QueryResult> metric,
      Predicate<List<ShownEntry>> lines) {
    this.client = client;
    this.query = query;
    this.metric = metric;
    this.lines = lines;
  }

  /**
   * Runs the query to its end.
   *
   * @return the last answer, for its statistics
   */
  public Answer run() {
    boolean forward = query.direction() == Direction.FORWARD;
    long start = query.start();
    long end = query.end();
    long left = query.limit() == 0 ? Long.MAX_VALUE : query.limit();
    Map<Seen, Integer> seen = new HashMap<>();
    int overlap = 0;
    while (true) {
      int wanted = (int) Math.min(query.batch(), left) + overlap;
      Answer answer = client.queryRange(query, start, end, wanted);
      if (!(answer.result() instanceof QueryResult.Streams streams)) {
        metric.accept(answer.result());
        return answer;
      }
      List<ShownEntry> all = merged(streams, forward);
      if (all.isEmpty()) {
        return answer;
      }
      List<ShownEntry> fresh = without(all, seen, forward ? start : end - 1);
      if (fresh.size() > left) {
        fresh = fresh.subList(0, (int) left);
      }
      if (!fresh.isEmpty() && !lines.test(fresh)) {
        return answer;
      }
      left -= fresh.size();
      if (all.size() < wanted || left <= 0) {
        return answer;
      }
      long edge = all.get(all.size() - 1).timestamp();
      seen.clear();
      overlap = 0;
      for (ShownEntry entry : all) {
        if (entry.timestamp() == edge) {
          seen.merge(Seen.of(entry), 1, Integer::sum);
          overlap++;
        }
      }
      if (forward) {
        start = edge;
      } else {
        end = edge + 1;
      }
    }
  }

  private static List<ShownEntry> without(
      List<ShownEntry> all, Map<Seen, Integer> seen, long edge) {
    if (seen.isEmpty()) {
      return all;
    }
    Map<Seen, Integer> left = new HashMap<>(seen);
    List<ShownEntry> fresh = new ArrayList<>(all.size());
    for (ShownEntry entry : all) {
      if (entry.timestamp() == edge) {
        Seen key = Seen.of(entry);
        int times = left.getOrDefault(key, 0);
        if (times > 0) {
          left.put(key, times - 1);
          continue;
        }
      }
      fresh.add(entry);
    }
    return fresh;
  }

  /** All lines in the order of time; lines of one nanosecond in the order of the streams. */
  private static List<ShownEntry> merged(QueryResult.Streams streams, boolean forward) {
    List<ShownEntry> all = new ArrayList<>();
    for (LogStream stream : streams.streams()) {
      for (LogEntry entry : stream.entries()) {
        all.add(ShownEntry.of(stream, entry));
      }
    }
    Comparator<ShownEntry> byTime = Comparator.comparingLong(ShownEntry::timestamp);
    all.sort(forward ? byTime : byTime.reversed());
    return all;
  }
}
