package io.sigyn.logql.syntax;

import io.sigyn.gocompat.regexp.RegexpSyntaxException;
import io.sigyn.model.LabelMatcher;
import java.util.ArrayList;
import java.util.List;

/** Stream selectors, matchers and lists of names. */
final class SelectorParser {
  private static final String[] OPERATORS = {"=", "=~", "!~", "!="};

  private SelectorParser() {}

  static List<LabelMatcher> selector(Tokens tokens) {
    tokens.expect(TokenKind.OPEN_BRACE);
    List<LabelMatcher> matchers = new ArrayList<>();
    if (tokens.accept(TokenKind.CLOSE_BRACE)) {
      return matchers;
    }
    Token name = tokens.expect(TokenKind.IDENTIFIER, "IDENTIFIER", "}");
    while (true) {
      matchers.add(matcher(tokens, name.text(), OPERATORS));
      if (tokens.accept(TokenKind.CLOSE_BRACE)) {
        return matchers;
      }
      tokens.expect(TokenKind.COMMA, "}", ",");
      name = tokens.expect(TokenKind.IDENTIFIER, "IDENTIFIER");
    }
  }

  static boolean isOperator(TokenKind kind) {
    return kind == TokenKind.EQ || kind == TokenKind.NEQ || kind == TokenKind.RE || kind == TokenKind.NRE;
  }

  /** The operator and value after a name. */
  static LabelMatcher matcher(Tokens tokens, String name, String... expecting) {
    TokenKind operator = tokens.kind();
    if (!isOperator(operator)) {
      throw tokens.unexpected(expecting);
    }
    tokens.take();
    String value = tokens.expect(TokenKind.STRING, "STRING").text();
    return of(operator, name, value);
  }

  static LabelMatcher of(TokenKind operator, String name, String value) {
    try {
      return switch (operator) {
        case EQ -> new LabelMatcher.Equal(name, value);
        case NEQ -> new LabelMatcher.NotEqual(name, value);
        case RE -> LabelMatcher.Regexp.of(name, value);
        case NRE -> LabelMatcher.NotRegexp.of(name, value);
        default -> throw new IllegalStateException(operator.text);
      };
    } catch (RegexpSyntaxException e) {
      throw ParseErrors.general(String.valueOf(e.getMessage()));
    }
  }

  /** {@code ( name, name )}, possibly empty. */
  static List<String> labels(Tokens tokens) {
    tokens.expect(TokenKind.OPEN_PAREN, "(");
    List<String> labels = new ArrayList<>();
    if (tokens.accept(TokenKind.CLOSE_PAREN)) {
      return labels;
    }
    labels.add(tokens.expect(TokenKind.IDENTIFIER, "IDENTIFIER", ")").text());
    while (!tokens.accept(TokenKind.CLOSE_PAREN)) {
      tokens.expect(TokenKind.COMMA, ",", ")");
      labels.add(tokens.expect(TokenKind.IDENTIFIER, "IDENTIFIER").text());
    }
    return labels;
  }

  /** Refuses selectors that would select streams by what they lack. */
  static void requireUseful(List<LabelMatcher> matchers) {
    for (LabelMatcher matcher : matchers) {
      if (!matcher.matches("")) {
        return;
      }
    }
    throw ParseErrors.noUsefulMatcher();
  }
}
