package io.sigyn.logql.stage;

import io.sigyn.gocompat.GoDurations;
import io.sigyn.gocompat.GoFloats;
import io.sigyn.gocompat.HumanBytes;
import io.sigyn.gocompat.regexp.LiteralTest;
import io.sigyn.logql.syntax.LabelFilterExpr;
import io.sigyn.logql.syntax.LabelFilterExpr.Comparison;
import io.sigyn.logql.syntax.ParseErrors;
import io.sigyn.logql.syntax.Printer;
import io.sigyn.model.LabelMatcher;
import java.nio.charset.StandardCharsets;

/** Conditions on labels, compiled. */
final class LabelTests {
  static final String ERROR_TYPE = "LabelFilterErr";

  private LabelTests() {}

  static LabelTest of(LabelFilterExpr expr) {
    return switch (expr) {
      case LabelFilterExpr.Text t -> text(t.matcher());
      case LabelFilterExpr.Ip ip -> ip(ip);
      case LabelFilterExpr.Numeric n ->
          new Converted(n.name(), n.comparison()) {
            @Override
            int compare(String value) {
              double v = GoFloats.parse(value);
              return v < n.limit() ? -1 : v > n.limit() ? 1 : v == n.limit() ? 0 : UNORDERED;
            }
          };
      case LabelFilterExpr.Duration d ->
          new Converted(d.name(), d.comparison()) {
            @Override
            int compare(String value) {
              return Long.compare(GoDurations.parseGo(value), d.limit());
            }
          };
      case LabelFilterExpr.Bytes b -> {
        // Compatible: the limit is what its canonical text says, 10KiB is 10kB.
        long limit = HumanBytes.parse(HumanBytes.format(b.limit()));
        yield new Converted(b.name(), b.comparison()) {
          @Override
          int compare(String value) {
            return Long.compareUnsigned(HumanBytes.parse(value), limit);
          }
        };
      }
      case LabelFilterExpr.And a -> {
        LabelTest left = of(a.left());
        LabelTest right = of(a.right());
        // Both sides always run, since either may record an error.
        yield labels -> {
          boolean first = left.test(labels);
          return right.test(labels) && first;
        };
      }
      case LabelFilterExpr.Or o -> {
        LabelTest left = of(o.left());
        LabelTest right = of(o.right());
        yield labels -> left.test(labels) || right.test(labels);
      }
    };
  }

  private static LabelTest text(LabelMatcher matcher) {
    String name = matcher.name();
    return switch (matcher) {
      case LabelMatcher.Equal e -> labels -> labels.text(name).equals(e.value());
      case LabelMatcher.NotEqual e -> labels -> !labels.text(name).equals(e.value());
      case LabelMatcher.Regexp r -> {
        LiteralTest literal = r.regexp().literalTest(true);
        yield literal == null
            ? labels -> r.regexp().matchesWhole(labels.text(name))
            : labels -> literal.test(labels.text(name));
      }
      case LabelMatcher.NotRegexp r -> {
        LiteralTest literal = r.regexp().literalTest(true);
        yield literal == null
            ? labels -> !r.regexp().matchesWhole(labels.text(name))
            : labels -> !literal.test(labels.text(name));
      }
    };
  }

  private static LabelTest ip(LabelFilterExpr.Ip ip) {
    IpPattern pattern = IpPattern.parse(ip.pattern());
    if (pattern == null) {
      throw ParseErrors.stage("| " + Printer.print(ip), IpPattern.invalid(ip.pattern()));
    }
    return labels -> {
      if (labels.hasError()) {
        return true;
      }
      String value = labels.get(ip.name());
      if (value == null) {
        return false;
      }
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      return pattern.isIn(bytes, 0, bytes.length) != ip.negated();
    };
  }

  /** A label converted to something ordered; without the label the line goes, without a conversion it stays. */
  private abstract static class Converted implements LabelTest {
    static final int UNORDERED = Integer.MIN_VALUE;

    private final String name;
    private final Comparison comparison;

    Converted(String name, Comparison comparison) {
      this.name = name;
      this.comparison = comparison;
    }

    /** How the value compares to the limit; throws IllegalArgumentException when it is of another kind. */
    abstract int compare(String value);

    @Override
    public boolean test(LabelScratch labels) {
      String value = labels.get(name);
      if (value == null) {
        return false;
      }
      try {
        int order = compare(value);
        return order == UNORDERED ? comparison == Comparison.NE : comparison.holds(order);
      } catch (IllegalArgumentException e) {
        if (!labels.hasError()) {
          labels.error(ERROR_TYPE, String.valueOf(e.getMessage()));
        }
        return true;
      }
    }
  }
}
