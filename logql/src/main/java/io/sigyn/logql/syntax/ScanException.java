package io.sigyn.logql.syntax;

/** Text that is no token; never leaves the lexer. */
final class ScanException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String text;
  private final int at;

  ScanException(String text, int at) {
    super(text, null, false, false);
    this.text = text;
    this.at = at;
  }

  String text() {
    return text;
  }

  /** Where to complain, an offset in code points. */
  int at() {
    return at;
  }
}
