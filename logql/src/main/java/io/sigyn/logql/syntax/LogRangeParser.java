package io.sigyn.logql.syntax;

import io.sigyn.logql.syntax.MetricExpr.Conversion;
import io.sigyn.logql.syntax.MetricExpr.LogRange;
import io.sigyn.logql.syntax.MetricExpr.Unwrap;
import io.sigyn.model.LabelMatcher;
import java.util.ArrayList;
import java.util.List;

/**
 * Ranges of lines. The window may stand after the selector (stages follow), after the stages, or after a parenthesis
 * around either.
 */
final class LogRangeParser {
  private LogRangeParser() {}

  static LogRange range(Tokens tokens) {
    if (!tokens.at(TokenKind.OPEN_PAREN)) {
      int at = tokens.peek().at();
      List<LabelMatcher> matchers = selector(tokens);
      if (tokens.at(TokenKind.RANGE)) {
        return windowFirst(tokens, matchers, at);
      }
      List<StageExpr> stages = PipelineParser.stages(tokens, true);
      Unwrap unwrap = unwrapIfAny(tokens);
      return window(tokens, new LogExpr(matchers, stages, at), unwrap);
    }
    tokens.take();
    if (tokens.at(TokenKind.OPEN_PAREN)) {
      LogRange inner = range(tokens);
      tokens.expect(TokenKind.CLOSE_PAREN, ")");
      return inner;
    }
    int at = tokens.peek().at();
    List<LabelMatcher> matchers = selector(tokens);
    if (tokens.at(TokenKind.RANGE)) {
      LogRange inner = windowFirst(tokens, matchers, at);
      tokens.expect(TokenKind.CLOSE_PAREN, ")");
      return inner;
    }
    List<StageExpr> stages = PipelineParser.stages(tokens, true);
    Unwrap unwrap = unwrapIfAny(tokens);
    LogExpr logs = new LogExpr(matchers, stages, at);
    if (tokens.accept(TokenKind.CLOSE_PAREN)) {
      LogRange outer = window(tokens, logs, unwrap);
      boolean bare = stages.isEmpty() && !unwrap.isPresent();
      return bare && unwrapFollows(tokens)
          ? new LogRange(logs, unwrapIfAny(tokens), outer.range(), outer.offset())
          : outer;
    }
    LogRange inner = window(tokens, logs, unwrap);
    tokens.expect(TokenKind.CLOSE_PAREN, ")");
    return inner;
  }

  private static List<LabelMatcher> selector(Tokens tokens) {
    if (!tokens.at(TokenKind.OPEN_BRACE)) {
      throw tokens.unexpected("{", "(");
    }
    return SelectorParser.selector(tokens);
  }

  private static LogRange windowFirst(Tokens tokens, List<LabelMatcher> matchers, int at) {
    LogRange window = window(tokens, new LogExpr(matchers, List.of(), at), Unwrap.NONE);
    List<StageExpr> stages = PipelineParser.stages(tokens, true);
    Unwrap unwrap = unwrapIfAny(tokens);
    return new LogRange(new LogExpr(matchers, stages, at), unwrap, window.range(), window.offset());
  }

  private static LogRange window(Tokens tokens, LogExpr logs, Unwrap unwrap) {
    if (!tokens.at(TokenKind.RANGE)) {
      throw unwrap.isPresent() ? tokens.unexpected("RANGE", "|") : tokens.unexpected();
    }
    long range = tokens.take().nanos();
    long offset = 0;
    if (tokens.accept(TokenKind.OFFSET)) {
      offset = tokens.expect(TokenKind.DURATION, "DURATION").nanos();
    }
    return new LogRange(logs, unwrap, range, offset);
  }

  private static boolean unwrapFollows(Tokens tokens) {
    return tokens.at(TokenKind.PIPE) && tokens.kindAfter() == TokenKind.UNWRAP;
  }

  private static Unwrap unwrapIfAny(Tokens tokens) {
    if (!unwrapFollows(tokens)) {
      return Unwrap.NONE;
    }
    tokens.take();
    tokens.take();
    Conversion conversion =
        switch (tokens.kind()) {
          case BYTES_CONV -> Conversion.BYTES;
          case DURATION_CONV -> Conversion.DURATION;
          case DURATION_SECONDS_CONV -> Conversion.DURATION_SECONDS;
          default -> Conversion.NUMBER;
        };
    String label;
    if (conversion == Conversion.NUMBER) {
      label =
          tokens.expect(TokenKind.IDENTIFIER, "IDENTIFIER", "BYTES_CONV", "DURATION_CONV", "DURATION_SECONDS_CONV").text();
    } else {
      tokens.take();
      tokens.expect(TokenKind.OPEN_PAREN, "(");
      label = tokens.expect(TokenKind.IDENTIFIER, "IDENTIFIER").text();
      tokens.expect(TokenKind.CLOSE_PAREN, ")");
    }
    List<LabelFilterExpr> filters = new ArrayList<>();
    while (tokens.accept(TokenKind.PIPE)) {
      filters.add(LabelFilterParser.filter(tokens));
    }
    return new Unwrap(label, conversion, filters);
  }
}
