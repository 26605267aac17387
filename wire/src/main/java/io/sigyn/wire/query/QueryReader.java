package io.sigyn.wire.query;

import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult;
import java.util.List;

/** Reads what {@link QueryWriter}, or Loki, wrote. */
@SuppressWarnings({"unused", "DoNotCallSuggester"})
public final class QueryReader {
  private QueryReader() {}

  /**
   * The data of a query's answer; 2- and 3-element entries are both read.
   *
   * @throws io.sigyn.error.LokiException INTERNAL when the bytes are no such answer
   */
  public static QueryResult result(byte[] json) {
    throw new UnsupportedOperationException();
  }

  /** The answer of labels and label values; a missing list is empty. */
  public static List<String> strings(byte[] json) {
    throw new UnsupportedOperationException();
  }

  /** The answer of series; a missing list is empty. */
  public static List<Labels> series(byte[] json) {
    throw new UnsupportedOperationException();
  }
}
