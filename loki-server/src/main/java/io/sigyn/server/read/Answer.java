package io.sigyn.server.read;

import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryStats;
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
}
