package io.sigyn.logql.syntax;

/** Tree to text for people: canonical when it is short, one construct a line when it is long. */
public final class PrettyPrinter {
  private PrettyPrinter() {}

  /** The text. */
  public static String print(Expr expr) {
    return Printer.print(expr);
  }
}
