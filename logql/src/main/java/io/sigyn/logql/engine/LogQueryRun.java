package io.sigyn.logql.engine;

import io.sigyn.logql.plan.Plan;
import io.sigyn.logql.stage.LabelScratch;
import io.sigyn.logql.stage.Line;
import io.sigyn.logql.stage.Rows;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.Labels;
import io.sigyn.model.Selection;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryResult.LogEntry;
import io.sigyn.result.QueryResult.LogStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * A log query on its way. Blocks overlap in time, so lines wait until no later block can hold one that goes before them:
 * without an interval at most {@code limit} lines wait, the worst of which makes room for a better one; with an interval a
 * line can only be judged after the line before it, so all lines of overlapping blocks wait.
 */
final class LogQueryRun {
  private final Plan.LogQuery query;
  private final EntrySource source;
  private final QueryContext context;
  private final Comparator<Hit> order;
  private final boolean backward;
  private final Rows rows = new Rows();
  private final Line line = new Line();
  private final List<Hit> done = new ArrayList<>();
  private final PriorityQueue<Hit> waiting;
  private long sequence;

  LogQueryRun(Plan.LogQuery query, EntrySource source, QueryContext context) {
    this.query = query;
    this.source = source;
    this.context = context;
    this.order = Hit.order(query.direction());
    this.backward = query.direction() == Direction.BACKWARD;
    // The best first when lines are judged one after the other, the worst first when the worst makes room.
    this.waiting = new PriorityQueue<>(query.interval() > 0 ? order : order.reversed());
  }

  QueryResult run() {
    if (query.limit() > 0 && !query.range().isEmpty()) {
      Selection selection =
          query.logs().selection(query.range(), query.direction(), Selection.Order.TIME);
      try (EntryCursor cursor = source.select(selection, context.stats())) {
        while (!isFull(cursor.bound()) && cursor.next()) {
          context.check();
          scan(cursor.block());
          if (query.interval() > 0) {
            release(cursor.bound());
          }
        }
      }
      if (query.interval() > 0) {
        release(backward ? Long.MIN_VALUE : Long.MAX_VALUE);
        while (!waiting.isEmpty()) {
          accept(waiting.remove());
        }
      } else {
        done.addAll(waiting);
        done.sort(order);
      }
    }
    return streams();
  }

  /** Whether nothing at or beyond the bound can change the answer. */
  private boolean isFull(long bound) {
    if (query.interval() > 0) {
      return done.size() >= query.limit();
    }
    if (waiting.size() < query.limit()) {
      return false;
    }
    long worst = waiting.element().timestamp();
    return backward ? worst > bound : worst < bound;
  }

  private void scan(EntryBlock block) {
    if (query.logs().pipeline().rejects(block.stream())) {
      return;
    }
    query.logs().pipeline().select(block, rows);
    boolean plain = query.logs().pipeline().stages().isEmpty();
    int r = backward ? rows.previous(block.size() - 1) : rows.next(0);
    for (; r >= 0; r = backward ? rows.previous(r - 1) : rows.next(r + 1)) {
      long timestamp = block.timestamp(r);
      if (query.interval() == 0 && waiting.size() >= query.limit()) {
        long worst = waiting.element().timestamp();
        if (backward ? timestamp < worst : timestamp > worst) {
          return;
        }
      }
      context.checkSometimes();
      if (query.logs().pipeline().run(block, r, line)) {
        context.stats().postFilterLines++;
        keep(hit(block, timestamp, plain));
      }
    }
  }

  private Hit hit(EntryBlock block, long timestamp, boolean plain) {
    LabelScratch labels = line.labels();
    Labels stream = plain ? block.stream() : labels.stream();
    LogEntry entry = new LogEntry(timestamp, line.copy(), labels.metadata(), labels.parsed());
    return new Hit(block.stream(), stream, sequence++, entry);
  }

  private void keep(Hit hit) {
    waiting.add(hit);
    context.hold(QueryContext.LINE_BYTES + hit.entry().line().length);
    if (query.interval() == 0 && waiting.size() > query.limit()) {
      context.hold(-QueryContext.LINE_BYTES - waiting.remove().entry().line().length);
    }
  }

  /** Judges the lines that come before everything at the bound. */
  private void release(long bound) {
    while (!waiting.isEmpty() && done.size() < query.limit()) {
      long next = waiting.element().timestamp();
      if (backward ? next <= bound : next >= bound) {
        return;
      }
      accept(waiting.remove());
    }
  }

  private void accept(Hit hit) {
    if (done.size() >= query.limit()) {
      return;
    }
    if (!done.isEmpty()) {
      long last = done.get(done.size() - 1).timestamp();
      long distance = backward ? last - hit.timestamp() : hit.timestamp() - last;
      if (distance < query.interval()) {
        return;
      }
    }
    done.add(hit);
  }

  private QueryResult streams() {
    Map<Labels, List<LogEntry>> byLabels = new TreeMap<>();
    for (Hit hit : done) {
      byLabels.computeIfAbsent(hit.labels(), l -> new ArrayList<>()).add(hit.entry());
    }
    List<LogStream> streams = new ArrayList<>(byLabels.size());
    byLabels.forEach((labels, entries) -> streams.add(new LogStream(labels, entries)));
    return new QueryResult.Streams(streams);
  }
}
