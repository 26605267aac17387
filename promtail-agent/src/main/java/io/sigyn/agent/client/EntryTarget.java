package io.sigyn.agent.client;

import io.sigyn.agent.positions.Ticket;
import io.sigyn.model.Labels;

/** Takes finished entries: to be sent, or to be shown. Safe for use by several threads. */
public interface EntryTarget {
  /** Whether more may be read now. */
  boolean hasRoom();

  /**
   * Takes an entry. Its tickets are held until it is delivered.
   *
   * @param tenant empty for the client's own
   * @param timestamp nanoseconds since the Unix epoch
   * @param line {@code line[from, to)} is well-formed UTF-8; copied
   */
  void append(
      String tenant, Labels labels, long timestamp, byte[] line, int from, int to, Labels metadata, Ticket[] tickets);
}
