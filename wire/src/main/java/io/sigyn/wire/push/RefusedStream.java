package io.sigyn.wire.push;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.List;

/**
 * A stream that was decoded but cannot be stored, because a label name stands in it twice. The other streams of the
 * push are not concerned.
 *
 * @param labels the labels with the first value of each name, for finding the service name
 * @param repeated the first name, in order, that was given twice
 * @param pairs name, value, ... sorted by name, repetitions included
 * @param entries how many entries the stream has
 * @param lineBytes the length of their lines
 */
public record RefusedStream(Labels labels, String repeated, List<String> pairs, int entries, long lineBytes) {
  /** Copies the list. */
  public RefusedStream {
    pairs = List.copyOf(pairs);
  }

  /**
   * The complaint in Loki's words.
   *
   * @param enriched {@link #labels} with what the server adds by itself (the service name)
   */
  public LokiException error(Labels enriched) {
    List<String> all = new ArrayList<>(pairs);
    enriched.forEach(
        (name, value) -> {
          if (!labels.has(name)) {
            StreamLabels.insert(all, name, value);
          }
        });
    return new LokiException(
        ErrorKind.BAD_REQUEST,
        "stream '" + StreamLabels.print(all) + "' has duplicate label name: '" + repeated + "'");
  }
}
