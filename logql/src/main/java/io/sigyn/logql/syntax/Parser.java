package io.sigyn.logql.syntax;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.LabelMatcher;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Text to tree. */
public final class Parser {
  /** A query of this many bytes is refused. */
  private static final int MAX_BYTES = 131_072;

  private Parser() {}

  /**
   * Parses and checks a query.
   *
   * @throws LokiException BAD_REQUEST with Loki's text and position
   */
  public static Expr parse(String query) {
    Expr expr = parseUnchecked(query);
    for (List<LabelMatcher> matchers : expr.selectors()) {
      SelectorParser.requireUseful(matchers);
    }
    return expr;
  }

  /**
   * Parses a bare stream selector, as the parameters {@code query} of labels and {@code match[]} of series hold.
   *
   * @throws LokiException BAD_REQUEST with Loki's text and position
   */
  public static List<LabelMatcher> parseSelector(String selector) {
    return switch (parse(selector)) {
      case LogExpr logs when logs.stages().isEmpty() -> logs.matchers();
      case LogExpr _, MetricExpr _ ->
          throw new LokiException(ErrorKind.BAD_REQUEST, "only label matchers are supported");
    };
  }

  private static Expr parseUnchecked(String query) {
    if (query.length() >= MAX_BYTES / 3) {
      int size = query.getBytes(StandardCharsets.UTF_8).length;
      if (size >= MAX_BYTES) {
        throw ParseErrors.general("input size too long (" + size + " > " + MAX_BYTES + ")");
      }
    }
    Tokens tokens = new Tokens(query);
    ExprParser parser = new ExprParser(tokens);
    Expr expr;
    try {
      expr = parser.query();
    } catch (StackOverflowError e) {
      throw Nesting.tooDeep();
    }
    if (!tokens.at(TokenKind.END)) {
      throw tokens.unexpected();
    }
    parser.throwFirstComplaint();
    Nesting.check(expr);
    return expr;
  }
}
