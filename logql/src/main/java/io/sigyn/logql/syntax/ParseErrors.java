package io.sigyn.logql.syntax;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;

/** The shape of every complaint about a query's text. */
public final class ParseErrors {
  private static final String NO_USEFUL_MATCHER =
      "queries require at least one regexp or equality matcher that does not have an empty-compatible value. For"
          + " instance, app=~\".*\" does not meet this requirement, but app=~\".+\" will";

  private ParseErrors() {}

  /** A complaint about the whole. */
  public static LokiException general(String message) {
    return new LokiException(ErrorKind.BAD_REQUEST, "parse error : " + message);
  }

  /** A complaint about one stage that cannot be set up. */
  public static LokiException stage(String canonicalStage, String reason) {
    return general("stage '" + canonicalStage + "' : " + reason);
  }

  /** A selector that would select streams by what they lack. */
  public static LokiException noUsefulMatcher() {
    return general(NO_USEFUL_MATCHER);
  }

  static LokiException at(Token token, String message) {
    return new LokiException(
        ErrorKind.BAD_REQUEST,
        "parse error at line " + token.line() + ", col " + token.column() + ": " + message);
  }

  /**
   * An unexpected token.
   *
   * @param expecting what would have been right, in the order of the grammar's tokens; empty when there is too much
   */
  static LokiException unexpected(Token token, String... expecting) {
    if (token.kind() == TokenKind.BROKEN) {
      return at(token, token.text());
    }
    StringBuilder out = new StringBuilder("syntax error: unexpected ").append(token.kind().text);
    String separator = ", expecting ";
    for (String one : expecting) {
      out.append(separator).append(one);
      separator = " or ";
    }
    if (token.kind() == TokenKind.END && token.at() == 0) {
      return general(out.toString());
    }
    return at(token, out.toString());
  }
}
