package io.sigyn.server.read;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryStats;
import io.sigyn.server.config.OnPartial;
import java.util.ArrayList;
import java.util.List;

/**
 * A query's answer with what it cost and what its reader should know.
 *
 * @param partial whether something is missing because it is lost or damaged; the warnings say what
 */
public record Answer(
    QueryResult result, QueryStats stats, List<String> warnings, boolean partial) {
  /** Copies the list. */
  public Answer {
    warnings = List.copyOf(warnings);
  }

  /**
   * An answer that says what its statistics say is missing.
   *
   * @param warnings what there is to say before that
   * @throws LokiException INTERNAL when something is missing that must not be; notices take nothing from an answer
   */
  static Answer of(QueryResult result, QueryStats stats, List<String> warnings, OnPartial onPartial) {
    List<String> damages = stats.scan().damages();
    if (!damages.isEmpty() && onPartial == OnPartial.FAIL) {
      throw new LokiException(
          ErrorKind.INTERNAL,
          String.join("; ", damages) + " (sigyn.on_partial is fail; warn answers without it)");
    }
    List<String> all = new ArrayList<>(warnings);
    all.addAll(stats.scan().warnings());
    return new Answer(result, stats, all, !damages.isEmpty());
  }
}
