package io.sigyn.server.read;

import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryStats;
import java.util.List;

/** A query's answer with what it cost and what its reader should know. */
public record Answer(QueryResult result, QueryStats stats, List<String> warnings) {
  /** Copies the list. */
  public Answer {
    warnings = List.copyOf(warnings);
  }
}
