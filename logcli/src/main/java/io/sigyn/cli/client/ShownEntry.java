package io.sigyn.cli.client;

import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult.LogEntry;
import io.sigyn.result.QueryResult.LogStream;
import java.nio.charset.StandardCharsets;

/**
 * One line of an answer with everything known about it.
 *
 * @param labels of the stream, with structured metadata and parsed labels
 * @param timestamp nanoseconds since the Unix epoch
 * @param line as the server sent it; not to be written to
 */
public record ShownEntry(Labels labels, long timestamp, byte[] line) {
  static ShownEntry of(LogStream stream, LogEntry entry) {
    Labels labels = stream.labels();
    if (!entry.metadata().isEmpty() || !entry.parsed().isEmpty()) {
      Labels.Builder builder = labels.toBuilder();
      entry.metadata().forEach(builder::set);
      entry.parsed().forEach(builder::set);
      labels = builder.build();
    }
    return new ShownEntry(labels, entry.timestamp(), entry.line());
  }

  /** The line as text. */
  public String text() {
    return new String(line, StandardCharsets.UTF_8);
  }
}
