package io.sigyn.agent.client;

import io.sigyn.agent.positions.Ticket;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.List;

/** Entries of one tenant that will be sent together, and the pieces of files that depend on them. Not thread-safe. */
final class PendingBatch {
  private static final class Held {
    final Ticket[] tickets;
    int entries;

    Held(Ticket[] tickets) {
      this.tickets = tickets;
    }
  }

  private final String tenant;
  private final long started;
  private final Rows rows;
  private final List<Held> held = new ArrayList<>();
  private long size;
  private long weight;

  /**
   * An empty batch.
   *
   * @param started ticks
   * @param rows without entries, the batch's alone until it is released
   */
  PendingBatch(String tenant, long started, Rows rows) {
    this.tenant = tenant;
    this.started = started;
    this.rows = rows;
  }

  // Tickets of one piece of a file are one array: identity is what is meant.
  @SuppressWarnings("ReferenceEquality")
  void add(
      Labels labels, long timestamp, byte[] b, int from, int to, Labels metadata, int entrySize, Ticket[] tickets) {
    rows.add(labels, timestamp, b, from, to, metadata);
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

  /** Bytes of lines and structured metadata. */
  long size() {
    return size;
  }

  /** What it takes of the memory allowed. */
  long weight() {
    return weight;
  }

  /** The batch to be written; valid until it is released. */
  EntryBatch build() {
    return rows.build();
  }

  /** Tells the pieces of files that their entries are delivered, or given up. Gives its arrays back, without entries. */
  Rows release() {
    for (Held one : held) {
      for (Ticket ticket : one.tickets) {
        ticket.release(one.entries);
      }
    }
    rows.clear();
    return rows;
  }
}
