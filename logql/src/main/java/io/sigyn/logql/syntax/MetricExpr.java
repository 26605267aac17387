package io.sigyn.logql.syntax;

import io.sigyn.model.LabelMatcher;
import java.util.ArrayList;
import java.util.List;

/** An expression whose value is samples or a number. */
public sealed interface MetricExpr extends Expr {
  @Override
  default boolean isLogQuery() {
    return false;
  }

  /** Which labels tell groups apart. */
  record Grouping(Kind kind, List<String> labels) {
    /** No clause at all. */
    public static final Grouping NONE = new Grouping(Kind.NONE, List.of());

    /** Copies the list. */
    public Grouping {
      labels = List.copyOf(labels);
    }

    /** The clause. */
    public enum Kind {
      /** None. */
      NONE,
      /** The labels listed. */
      BY,
      /** All but the labels listed. */
      WITHOUT
    }

    /** Whether a clause was written that is more than an empty {@code by ()}. */
    public boolean isSignificant() {
      return kind == Kind.WITHOUT || !labels.isEmpty();
    }
  }

  /** How the value of a label becomes a sample. */
  enum Conversion {
    /** A number. */
    NUMBER(""),
    /** A size in bytes. */
    BYTES("bytes"),
    /** A duration in seconds. */
    DURATION("duration"),
    /** A duration in seconds. */
    DURATION_SECONDS("duration_seconds");

    final String text;

    Conversion(String text) {
      this.text = text;
    }
  }

  /**
   * What lines are measured by.
   *
   * @param filters conditions on the labels of lines that were measured, in order
   */
  record Unwrap(String label, Conversion conversion, List<LabelFilterExpr> filters) {
    /** No unwrap at all. */
    public static final Unwrap NONE = new Unwrap("", Conversion.NUMBER, List.of());

    /** Copies the list. */
    public Unwrap {
      filters = List.copyOf(filters);
    }

    /** Whether there is any. */
    public boolean isPresent() {
      return !label.isEmpty();
    }
  }

  /**
   * Lines of a window of time.
   *
   * @param range length of the window, nanoseconds, at least 0
   * @param offset how far the window lies in the past, nanoseconds; negative is the future
   */
  record LogRange(LogExpr logs, Unwrap unwrap, long range, long offset) {}

  /**
   * One sample per series, window and step.
   *
   * @param quantile of {@code quantile_over_time}, otherwise 0
   */
  record RangeAggregation(RangeOp op, double quantile, LogRange range, Grouping grouping, int at)
      implements MetricExpr {
    @Override
    public List<List<LabelMatcher>> selectors() {
      return range.logs().selectors();
    }

    @Override
    public String toString() {
      return Printer.print(this);
    }
  }

  /**
   * One sample per group and step.
   *
   * @param k of the operators that take one, otherwise 0
   */
  record VectorAggregation(VectorOp op, int k, MetricExpr inner, Grouping grouping, int at) implements MetricExpr {
    @Override
    public List<List<LabelMatcher>> selectors() {
      return inner.selectors();
    }

    @Override
    public String toString() {
      return Printer.print(this);
    }
  }

  /**
   * How the samples of two sides find each other.
   *
   * @param returnBool whether comparisons give 0 and 1 instead of filtering
   * @param labels of {@code on} or {@code ignoring}
   * @param include labels copied from the side of which there is one
   */
  record Matching(boolean returnBool, Scope scope, List<String> labels, Cardinality cardinality, List<String> include) {
    /** Whole label sets, one to one. */
    public static final Matching DEFAULT =
        new Matching(false, Scope.ALL, List.of(), Cardinality.ONE_TO_ONE, List.of());

    /** Copies the lists. */
    public Matching {
      labels = List.copyOf(labels);
      include = List.copyOf(include);
    }

    /** Which labels are compared. */
    public enum Scope {
      /** All. */
      ALL,
      /** Those listed. */
      ON,
      /** All but those listed. */
      IGNORING
    }

    /** How many samples may share the compared labels. */
    public enum Cardinality {
      /** One on each side. */
      ONE_TO_ONE,
      /** Many on the left. */
      GROUP_LEFT,
      /** Many on the right. */
      GROUP_RIGHT
    }
  }

  /** An operator between two expressions, of which at most one is a {@link Literal}. */
  record Binary(BinaryOp op, MetricExpr left, MetricExpr right, Matching matching, int at) implements MetricExpr {
    @Override
    public List<List<LabelMatcher>> selectors() {
      List<List<LabelMatcher>> all = new ArrayList<>(left.selectors());
      all.addAll(right.selectors());
      return all;
    }

    @Override
    public String toString() {
      return Printer.print(this);
    }
  }

  /** A number. */
  record Literal(double value, int at) implements MetricExpr {
    @Override
    public List<List<LabelMatcher>> selectors() {
      return List.of();
    }

    @Override
    public String toString() {
      return Printer.print(this);
    }
  }

  /** One sample without labels. */
  record Vector(double value, int at) implements MetricExpr {
    @Override
    public List<List<LabelMatcher>> selectors() {
      return List.of();
    }

    @Override
    public String toString() {
      return Printer.print(this);
    }
  }

  /** {@code label_replace}; the regular expression is known to compile. */
  record LabelReplace(
      MetricExpr inner, String destination, String replacement, String source, String regexp, int at)
      implements MetricExpr {
    @Override
    public List<List<LabelMatcher>> selectors() {
      return inner.selectors();
    }

    @Override
    public String toString() {
      return Printer.print(this);
    }
  }

  /** Several aggregations over one range. */
  record Variants(List<MetricExpr> variants, LogRange of, int at) implements MetricExpr {
    /** Copies the list. */
    public Variants {
      variants = List.copyOf(variants);
    }

    @Override
    public List<List<LabelMatcher>> selectors() {
      return of.logs().selectors();
    }

    @Override
    public String toString() {
      return Printer.print(this);
    }
  }
}
