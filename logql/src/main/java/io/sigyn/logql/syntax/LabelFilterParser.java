package io.sigyn.logql.syntax;

import io.sigyn.gocompat.GoFloats;
import io.sigyn.gocompat.HumanBytes;
import io.sigyn.logql.syntax.LabelFilterExpr.Comparison;

/**
 * Conditions on labels. {@code or} binds less than {@code and}; a comma, or nothing at all, between two conditions takes
 * everything to its right as one operand.
 */
final class LabelFilterParser {
  private static final int OR_LEVEL = 1;
  private static final int AND_LEVEL = 2;

  private LabelFilterParser() {}

  static LabelFilterExpr filter(Tokens tokens) {
    return climb(tokens, 0);
  }

  private static LabelFilterExpr climb(Tokens tokens, int least) {
    LabelFilterExpr left = primary(tokens);
    while (true) {
      TokenKind kind = tokens.kind();
      if (kind == TokenKind.OR && OR_LEVEL >= least) {
        tokens.take();
        left = new LabelFilterExpr.Or(left, climb(tokens, OR_LEVEL + 1));
      } else if (kind == TokenKind.AND && AND_LEVEL >= least) {
        tokens.take();
        left = new LabelFilterExpr.And(left, climb(tokens, AND_LEVEL + 1));
      } else if (kind == TokenKind.COMMA) {
        tokens.take();
        left = new LabelFilterExpr.And(left, climb(tokens, 0));
      } else if (kind == TokenKind.IDENTIFIER || kind == TokenKind.OPEN_PAREN) {
        left = new LabelFilterExpr.And(left, climb(tokens, 0));
      } else {
        return left;
      }
    }
  }

  private static LabelFilterExpr primary(Tokens tokens) {
    if (tokens.accept(TokenKind.OPEN_PAREN)) {
      LabelFilterExpr inner = filter(tokens);
      tokens.expect(TokenKind.CLOSE_PAREN);
      return inner;
    }
    String name = tokens.expect(TokenKind.IDENTIFIER, "IDENTIFIER", "(").text();
    TokenKind operator = tokens.kind();
    if (operator == TokenKind.RE || operator == TokenKind.NRE) {
      return new LabelFilterExpr.Text(SelectorParser.matcher(tokens, name));
    }
    Comparison comparison = comparison(tokens);
    boolean text = operator == TokenKind.EQ || operator == TokenKind.NEQ;
    if (text && tokens.at(TokenKind.STRING)) {
      return new LabelFilterExpr.Text(SelectorParser.of(operator, name, tokens.take().text()));
    }
    if (text && tokens.accept(TokenKind.IP)) {
      return new LabelFilterExpr.Ip(name, operator == TokenKind.NEQ, PipelineParser.ipPattern(tokens));
    }
    return limit(tokens, name, comparison);
  }

  private static LabelFilterExpr limit(Tokens tokens, String name, Comparison comparison) {
    return switch (tokens.kind()) {
      case DURATION -> new LabelFilterExpr.Duration(name, comparison, tokens.take().nanos());
      case BYTES -> new LabelFilterExpr.Bytes(name, comparison, HumanBytes.parse(tokens.take().text()));
      case NUMBER, ADD, SUB -> new LabelFilterExpr.Numeric(name, comparison, number(tokens));
      default -> throw tokens.unexpected();
    };
  }

  private static double number(Tokens tokens) {
    boolean negative = tokens.at(TokenKind.SUB);
    if (!tokens.at(TokenKind.NUMBER)) {
      tokens.take();
    }
    String number = tokens.expect(TokenKind.NUMBER, "NUMBER").text();
    double value;
    try {
      value = GoFloats.parse(number);
    } catch (NumberFormatException e) {
      // Compatible: a hexadecimal integer is accepted here and means 0.
      value = 0;
    }
    return negative ? -value : value;
  }

  private static Comparison comparison(Tokens tokens) {
    Comparison comparison =
        switch (tokens.kind()) {
      case EQ, CMP_EQ -> Comparison.EQ;
      case NEQ -> Comparison.NE;
      case LT -> Comparison.LT;
      case LTE -> Comparison.LE;
      case GT -> Comparison.GT;
      case GTE -> Comparison.GE;
      default -> throw tokens.unexpected();
        };
    tokens.take();
    return comparison;
  }
}
