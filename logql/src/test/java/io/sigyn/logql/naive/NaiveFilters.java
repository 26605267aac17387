package io.sigyn.logql.naive;

import io.sigyn.logql.syntax.LabelFilterExpr;
import io.sigyn.logql.syntax.StageExpr.LineFilter;
import io.sigyn.logql.syntax.StageExpr.Needle;
import io.sigyn.model.LabelMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/** Conditions on lines and labels. */
final class NaiveFilters {
  private NaiveFilters() {}

  static boolean line(LineFilter filter, String line) {
    List<Boolean> holds = new ArrayList<>();
    for (Needle needle : filter.alternatives()) {
      switch (filter.op()) {
        case CONTAINS, NOT_CONTAINS -> {
          if (!needle.text().isEmpty()) {
            holds.add(line.contains(needle.text()));
          }
        }
        case MATCHES, NOT_MATCHES -> {
          if (!needle.text().equals(".*")) {
            holds.add(Words.matches(needle.text(), line, false));
          }
        }
        case PATTERN, NOT_PATTERN -> holds.add(pattern(needle.text(), line));
      }
    }
    // An alternative that is always true does not count beside others.
    boolean any = holds.isEmpty() || holds.contains(true);
    return any != filter.op().negated();
  }

  private static boolean pattern(String pattern, String line) {
    if (pattern.isEmpty() || line.isEmpty()) {
      return pattern.isEmpty() && line.isEmpty();
    }
    int at = 0;
    boolean first = true;
    for (String literal : pattern.split("<_>", -1)) {
      if (!literal.isEmpty()) {
        int found = line.indexOf(literal, at);
        if (found < 0 || (found == at && !first)) {
          return false;
        }
        at = found + literal.length();
      }
      first = false;
    }
    return pattern.endsWith("<_>") ? at < line.length() : at == line.length();
  }

  /** The label of a plain condition; empty for a combination. */
  static String name(LabelFilterExpr filter) {
    return switch (filter) {
      case LabelFilterExpr.Text t -> t.matcher().name();
      case LabelFilterExpr.Ip i -> i.name();
      case LabelFilterExpr.Numeric n -> n.name();
      case LabelFilterExpr.Duration d -> d.name();
      case LabelFilterExpr.Bytes b -> b.name();
      case LabelFilterExpr.And _, LabelFilterExpr.Or _ -> "";
    };
  }

  static boolean holds(LabelFilterExpr filter, Row row) {
    return switch (filter) {
      case LabelFilterExpr.Text t -> text(t.matcher(), row.text(t.matcher().name()));
      case LabelFilterExpr.Numeric n ->
          compared(row, n.name(), n.comparison(), value -> Double.compare(Words.number(value), n.limit()));
      case LabelFilterExpr.Duration d ->
          compared(row, d.name(), d.comparison(), value -> Long.compare(Words.duration(value), d.limit()));
      case LabelFilterExpr.Bytes b ->
          compared(row, b.name(), b.comparison(), value -> Long.compare(Words.size(value), b.limit()));
      case LabelFilterExpr.Ip _ -> throw new IllegalArgumentException("addresses are not part of this");
      case LabelFilterExpr.And a -> {
        boolean left = holds(a.left(), row);
        boolean right = holds(a.right(), row);
        yield left && right;
      }
      case LabelFilterExpr.Or o -> holds(o.left(), row) || holds(o.right(), row);
    };
  }

  private static boolean compared(
      Row row, String name, LabelFilterExpr.Comparison comparison, ToIntFunction<String> compare) {
    String value = row.get(name);
    if (value == null) {
      return false;
    }
    try {
      return comparison.holds(compare.applyAsInt(value));
    } catch (Words.NotOne e) {
      if (row.error.isEmpty()) {
        row.fail("LabelFilterErr");
      }
      return true;
    }
  }

  private static boolean text(LabelMatcher matcher, String value) {
    return switch (matcher) {
      case LabelMatcher.Equal e -> value.equals(e.value());
      case LabelMatcher.NotEqual e -> !value.equals(e.value());
      case LabelMatcher.Regexp r -> Words.matches(r.value(), value, true);
      case LabelMatcher.NotRegexp r -> !Words.matches(r.value(), value, true);
    };
  }

  /** As selectors, {@code drop} and {@code keep} ask. */
  static boolean anchored(LabelMatcher matcher, String value) {
    return switch (matcher) {
      case LabelMatcher.Equal e -> value.equals(e.value());
      case LabelMatcher.NotEqual e -> !value.equals(e.value());
      case LabelMatcher.Regexp r -> Pattern.compile(r.value(), Pattern.DOTALL).matcher(value).matches();
      case LabelMatcher.NotRegexp r -> !Pattern.compile(r.value(), Pattern.DOTALL).matcher(value).matches();
    };
  }
}
