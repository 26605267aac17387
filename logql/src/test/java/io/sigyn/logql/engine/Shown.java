package io.sigyn.logql.engine;

import io.sigyn.error.LokiException;
import io.sigyn.result.QueryResult;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Answers as text, to be compared: numbers to ten digits, what is next to nothing as 0, and of an error not which of several
 * series it names.
 */
public final class Shown {
  private Shown() {}

  /** The answer, or the error and its kind. */
  public static String answer(Supplier<QueryResult> query) {
    try {
      return show(query.get());
    } catch (LokiException e) {
      String text = e.text();
      int from = text.indexOf("' for series: '");
      int to = text.indexOf('\n', Math.max(from, 0));
      return e.kind() + " " + (from < 0 || to < 0 ? text : text.substring(0, from) + text.substring(to));
    }
  }

  /** The result, one line per entry, sample or point. */
  public static String show(QueryResult result) {
    StringBuilder out = new StringBuilder();
    switch (result) {
      case QueryResult.Streams streams ->
          streams
              .streams()
              .forEach(
                  stream -> {
                    out.append(stream.labels()).append('\n');
                    stream
                        .entries()
                        .forEach(
                            e ->
                                out.append("  ")
                                    .append(e.timestamp())
                                    .append(' ')
                                    .append(e.metadata())
                                    .append(e.parsed())
                                    .append(' ')
                                    .append(new String(e.line(), StandardCharsets.UTF_8))
                                    .append('\n'));
                  });
      case QueryResult.Matrix matrix ->
          matrix
              .series()
              .forEach(
                  series -> {
                    for (int i = 0; i < series.times().length; i++) {
                      out.append(series.labels())
                          .append(' ')
                          .append(series.times()[i])
                          .append(' ')
                          .append(number(series.values()[i]))
                          .append('\n');
                    }
                  });
      case QueryResult.Vector vector ->
          vector
              .samples()
              .forEach(s -> out.append(s.labels()).append(' ').append(number(s.value())).append('\n'));
      case QueryResult.Scalar scalar -> out.append(number(scalar.value()));
    }
    return out.toString();
  }

  /** Whether two answers are the same but for numbers that round to neighbours, because their last digits differ. */
  public static boolean isSame(String one, String other) {
    if (one.equals(other)) {
      return true;
    }
    String[] ours = one.split("\n");
    String[] theirs = other.split("\n");
    boolean same = ours.length == theirs.length;
    for (int i = 0; same && i < ours.length; i++) {
      same = ours[i].equals(theirs[i]) || areNeighbours(ours[i], theirs[i]);
    }
    return same;
  }

  private static boolean areNeighbours(String one, String other) {
    int number = one.lastIndexOf(' ') + 1;
    if (number != other.lastIndexOf(' ') + 1 || !one.regionMatches(0, other, 0, number)) {
      return false;
    }
    try {
      BigDecimal ours = new BigDecimal(one.substring(number));
      BigDecimal theirs = new BigDecimal(other.substring(number));
      // Both have the same number of digits, of which the last may differ by one.
      return ours.scale() == theirs.scale() && ours.subtract(theirs).abs().compareTo(ours.ulp()) <= 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static String number(double value) {
    return Math.abs(value) < 1e-12 ? "0" : String.format(Locale.ROOT, "%.9e", value);
  }
}
