package io.sigyn.logql.syntax;

import io.sigyn.model.LabelMatcher;

/** A condition on labels. */
public sealed interface LabelFilterExpr {
  /** How a number is compared. */
  enum Comparison {
    /** Equal. */
    EQ("=="),
    /** Not equal. */
    NE("!="),
    /** Less. */
    LT("<"),
    /** Less or equal. */
    LE("<="),
    /** Greater. */
    GT(">"),
    /** Greater or equal. */
    GE(">=");

    final String text;

    Comparison(String text) {
      this.text = text;
    }

    /** Whether it holds for a value that compares to the limit as {@code order} compares to 0. */
    public boolean holds(int order) {
      return switch (this) {
        case EQ -> order == 0;
        case NE -> order != 0;
        case LT -> order < 0;
        case LE -> order <= 0;
        case GT -> order > 0;
        case GE -> order >= 0;
      };
    }
  }

  /** The label's text matches. */
  record Text(LabelMatcher matcher) implements LabelFilterExpr {}

  /** Some address in the label matches the pattern. */
  record Ip(String name, boolean negated, String pattern) implements LabelFilterExpr {}

  /** The label is a number. */
  record Numeric(String name, Comparison comparison, double limit) implements LabelFilterExpr {}

  /**
   * The label is a duration.
   *
   * @param limit nanoseconds
   */
  record Duration(String name, Comparison comparison, long limit) implements LabelFilterExpr {}

  /**
   * The label is a size.
   *
   * @param limit bytes, unsigned
   */
  record Bytes(String name, Comparison comparison, long limit) implements LabelFilterExpr {}

  /** Both hold. */
  record And(LabelFilterExpr left, LabelFilterExpr right) implements LabelFilterExpr {}

  /** One holds. */
  record Or(LabelFilterExpr left, LabelFilterExpr right) implements LabelFilterExpr {}
}
