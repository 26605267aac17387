package io.sigyn.logql.syntax;

/** Operators between two expressions. */
public enum BinaryOp {
  /** Either side. */
  OR("or", 1, Kind.SET),
  /** Left where there is a right. */
  AND("and", 2, Kind.SET),
  /** Left where there is no right. */
  UNLESS("unless", 2, Kind.SET),
  /** Equal. */
  EQ("==", 3, Kind.COMPARISON),
  /** Not equal. */
  NE("!=", 3, Kind.COMPARISON),
  /** Less. */
  LT("<", 3, Kind.COMPARISON),
  /** Less or equal. */
  LE("<=", 3, Kind.COMPARISON),
  /** Greater. */
  GT(">", 3, Kind.COMPARISON),
  /** Greater or equal. */
  GE(">=", 3, Kind.COMPARISON),
  /** Sum. */
  ADD("+", 4, Kind.ARITHMETIC),
  /** Difference. */
  SUB("-", 4, Kind.ARITHMETIC),
  /** Product. */
  MUL("*", 5, Kind.ARITHMETIC),
  /** Quotient. */
  DIV("/", 5, Kind.ARITHMETIC),
  /** Remainder. */
  MOD("%", 5, Kind.ARITHMETIC),
  /** Power, the only one that binds to the right. */
  POW("^", 6, Kind.ARITHMETIC);

  private enum Kind {
    SET,
    COMPARISON,
    ARITHMETIC
  }

  private final String text;
  private final int level;
  private final Kind kind;

  BinaryOp(String text, int level, Kind kind) {
    this.text = text;
    this.level = level;
    this.kind = kind;
  }

  /** As written. */
  public String text() {
    return text;
  }

  /** How tightly it binds; more is tighter. */
  int level() {
    return level;
  }

  /** {@code and}, {@code or}, {@code unless}. */
  public boolean isSet() {
    return kind == Kind.SET;
  }

  /** Comparisons. */
  public boolean isComparison() {
    return kind == Kind.COMPARISON;
  }

  /** Whether a comparison holds; NaN is only unequal. */
  public boolean holds(double left, double right) {
    return switch (this) {
      case EQ -> left == right;
      case NE -> left != right;
      case LT -> left < right;
      case LE -> left <= right;
      case GT -> left > right;
      case GE -> left >= right;
      case OR, AND, UNLESS, ADD, SUB, MUL, DIV, MOD, POW -> throw new IllegalStateException(text);
    };
  }

  /** The value of an arithmetic operator, or 1 or 0 for a comparison. Division by zero is NaN, never infinite. */
  public double apply(double left, double right) {
    return switch (this) {
      case ADD -> left + right;
      case SUB -> left - right;
      case MUL -> left * right;
      case DIV -> right == 0 ? Double.NaN : left / right;
      case MOD -> right == 0 ? Double.NaN : left % right;
      // Go: one to any power is one, even to NaN.
      case POW -> left == 1 ? 1 : Math.pow(left, right);
      case EQ, NE, LT, LE, GT, GE -> holds(left, right) ? 1 : 0;
      case OR, AND, UNLESS -> throw new IllegalStateException(text);
    };
  }
}
