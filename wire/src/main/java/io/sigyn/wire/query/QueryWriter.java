package io.sigyn.wire.query;

import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryStats;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Writes answers as Loki's JSON. */
@SuppressWarnings({"unused", "DoNotCallSuggester"})
public final class QueryWriter {
  private QueryWriter() {}

  /**
   * The answer of query and query_range.
   *
   * @param encodingFlags values of the request's header X-Loki-Response-Encoding-Flags, echoed; {@code
   *     categorize-labels} among them selects 3-element entries grouped by index labels
   */
  public static void result(
      QueryResult result, QueryStats stats, List<String> warnings, List<String> encodingFlags, OutputStream out)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** The answer of labels and label values. */
  public static void strings(List<String> values, OutputStream out) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** The answer of series. */
  public static void series(List<Labels> series, OutputStream out) throws IOException {
    throw new UnsupportedOperationException();
  }
}
