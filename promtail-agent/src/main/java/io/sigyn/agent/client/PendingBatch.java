package io.sigyn.agent.client;

import io.sigyn.agent.positions.Ticket;
import io.sigyn.bytes.ByteSink;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Entries of one tenant that will be sent together, and the pieces of files that depend on them. Not thread-safe. */
final class PendingBatch {
  private static final class Rows {
    long[] timestamps = new long[16];
    int[] from = new int[16];
    int[] to = new int[16];
    Labels[] metadata = new Labels[16];
    int count;

    void add(long timestamp, int start, int end, Labels marks) {
      if (count == timestamps.length) {
        int capacity = count * 2;
        timestamps = Arrays.copyOf(timestamps, capacity);
        from = Arrays.copyOf(from, capacity);
        to = Arrays.copyOf(to, capacity);
        metadata = Arrays.copyOf(metadata, capacity);
      }
      timestamps[count] = timestamp;
      from[count] = start;
      to[count] = end;
      metadata[count++] = marks;
    }
  }

  private static final class Held {
    final Ticket[] tickets;
    int entries;

    Held(Ticket[] tickets) {
      this.tickets = tickets;
    }
  }

  private final String tenant;
  private final long started;
  private final ByteSink lines;
  private final Map<Labels, Rows> streams = new LinkedHashMap<>();
  private final List<Held> held = new ArrayList<>();
  private Labels lastLabels = Labels.EMPTY;
  private Rows lastRows = new Rows();
  private int entries;
  private long size;
  private long weight;

  /**
   * An empty batch.
   *
   * @param started ticks
   * @param expected bytes of lines
   */
  PendingBatch(String tenant, long started, int expected) {
    this.tenant = tenant;
    this.started = started;
    this.lines = new ByteSink(expected);
  }

  // Tickets of one piece of a file are one array: identity is what is meant.
  @SuppressWarnings("ReferenceEquality")
  void add(
      Labels labels, long timestamp, byte[] b, int from, int to, Labels metadata, int entrySize, Ticket[] tickets) {
    int start = lines.size();
    lines.bytes(b, from, to - from);
    if (streams.isEmpty() || !labels.equals(lastLabels)) {
      lastLabels = labels;
      lastRows = streams.computeIfAbsent(labels, l -> new Rows());
    }
    lastRows.add(timestamp, start, lines.size(), metadata);
    entries++;
    size += entrySize;
    weight += Outbox.weight(entrySize);
    for (Ticket ticket : tickets) {
      ticket.hold();
    }
    Held last = held.isEmpty() ? null : held.getLast();
    if (last == null || last.tickets != tickets) {
      last = new Held(tickets);
      held.add(last);
    }
    last.entries++;
  }

  String tenant() {
    return tenant;
  }

  long started() {
    return started;
  }

  int entries() {
    return entries;
  }

  /** Bytes of lines and structured metadata. */
  long size() {
    return size;
  }

  /** What it takes of the memory allowed. */
  long weight() {
    return weight;
  }

  /** The batch to be written. */
  EntryBatch build() {
    EntryBatch.Builder builder = EntryBatch.builder(lines.array());
    streams.forEach(
        (labels, rows) -> {
          builder.stream(labels);
          for (int i = 0; i < rows.count; i++) {
            builder.entry(rows.timestamps[i], rows.from[i], rows.to[i], rows.metadata[i]);
          }
        });
    return builder.build();
  }

  /** Tells the pieces of files that their entries are delivered, or given up. */
  void release() {
    for (Held one : held) {
      for (Ticket ticket : one.tickets) {
        ticket.release(one.entries);
      }
    }
  }
}
