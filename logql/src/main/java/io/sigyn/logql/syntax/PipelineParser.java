package io.sigyn.logql.syntax;

import io.sigyn.logql.syntax.StageExpr.Extraction;
import io.sigyn.logql.syntax.StageExpr.Format;
import io.sigyn.logql.syntax.StageExpr.LabelPick;
import io.sigyn.logql.syntax.StageExpr.LineOp;
import io.sigyn.logql.syntax.StageExpr.Needle;
import java.util.ArrayList;
import java.util.List;

/** The stages of a pipeline. */
final class PipelineParser {
  private PipelineParser() {}

  /** As many stages as there are; stops before {@code | unwrap} when the caller can use it. */
  static List<StageExpr> stages(Tokens tokens, boolean unwrapAllowed) {
    List<StageExpr> stages = new ArrayList<>();
    while (true) {
      TokenKind kind = tokens.kind();
      if (isLineFilter(kind)) {
        lineFilter(tokens, stages);
      } else if (kind == TokenKind.PIPE) {
        if (unwrapAllowed && tokens.kindAfter() == TokenKind.UNWRAP) {
          return stages;
        }
        stages.add(stage(tokens));
      } else {
        return stages;
      }
    }
  }

  static boolean isLineFilter(TokenKind kind) {
    return switch (kind) {
      case PIPE_EXACT, PIPE_MATCH, PIPE_PATTERN, NEQ, NRE, NPA -> true;
      default -> false;
    };
  }

  private static void lineFilter(Tokens tokens, List<StageExpr> stages) {
    Token first = tokens.take();
    LineOp op =
        switch (first.kind()) {
          case PIPE_EXACT -> LineOp.CONTAINS;
          case NEQ -> LineOp.NOT_CONTAINS;
          case PIPE_MATCH -> LineOp.MATCHES;
          case NRE -> LineOp.NOT_MATCHES;
          case PIPE_PATTERN -> LineOp.PATTERN;
          case NPA -> LineOp.NOT_PATTERN;
          default -> throw new IllegalStateException(first.kind().text);
        };
    List<Needle> needles = new ArrayList<>();
    Needle needle = needle(tokens);
    needles.add(needle);
    // An address ends the chain, unless it is its first link.
    while ((needles.size() == 1 || !needle.ip()) && tokens.accept(TokenKind.OR)) {
      needle = needle(tokens);
      needles.add(needle);
    }
    if (op.negated) {
      for (Needle one : needles) {
        stages.add(new StageExpr.LineFilter(op, List.of(one), first.at()));
      }
    } else {
      stages.add(new StageExpr.LineFilter(op, needles, first.at()));
    }
  }

  private static Needle needle(Tokens tokens) {
    if (tokens.accept(TokenKind.IP)) {
      return new Needle(ipPattern(tokens), true);
    }
    return new Needle(tokens.expect(TokenKind.STRING, "STRING", "ip").text(), false);
  }

  static String ipPattern(Tokens tokens) {
    tokens.expect(TokenKind.OPEN_PAREN, "(");
    String pattern = tokens.expect(TokenKind.STRING, "STRING").text();
    tokens.expect(TokenKind.CLOSE_PAREN, ")");
    return pattern;
  }

  private static StageExpr stage(Tokens tokens) {
    int at = tokens.take().at();
    return switch (tokens.kind()) {
      case JSON -> {
        tokens.take();
        yield new StageExpr.Json(extractions(tokens), at);
      }
      case LOGFMT -> logfmt(tokens, at);
      case REGEXP -> {
        tokens.take();
        String regexp = tokens.expect(TokenKind.STRING, "STRING").text();
        ParserChecks.regexp(regexp);
        yield new StageExpr.Regexp(regexp, at);
      }
      case PATTERN -> {
        tokens.take();
        String pattern = tokens.expect(TokenKind.STRING, "STRING").text();
        ParserChecks.pattern(pattern);
        yield new StageExpr.Pattern(pattern, at);
      }
      case UNPACK -> {
        tokens.take();
        yield new StageExpr.Unpack(at);
      }
      case LINE_FORMAT -> {
        tokens.take();
        yield new StageExpr.LineFormat(tokens.expect(TokenKind.STRING, "STRING").text(), at);
      }
      case LABEL_FORMAT -> {
        tokens.take();
        yield new StageExpr.LabelFormat(formats(tokens), at);
      }
      case DECOLORIZE -> {
        tokens.take();
        yield new StageExpr.Decolorize(at);
      }
      case DROP -> {
        tokens.take();
        yield new StageExpr.Drop(picks(tokens), at);
      }
      case KEEP -> {
        tokens.take();
        yield new StageExpr.Keep(picks(tokens), at);
      }
      case IDENTIFIER, OPEN_PAREN -> new StageExpr.LabelFilter(LabelFilterParser.filter(tokens), at);
      default -> throw tokens.unexpected();
    };
  }

  private static StageExpr logfmt(Tokens tokens, int at) {
    tokens.take();
    boolean strict = false;
    boolean keepEmpty = false;
    while (tokens.at(TokenKind.FUNCTION_FLAG)) {
      String flag = tokens.take().text();
      strict |= flag.equals("--strict");
      keepEmpty |= flag.equals("--keep-empty");
    }
    return new StageExpr.Logfmt(strict, keepEmpty, extractions(tokens), at);
  }

  private static List<Extraction> extractions(Tokens tokens) {
    List<Extraction> extractions = new ArrayList<>();
    if (!tokens.at(TokenKind.IDENTIFIER)) {
      return extractions;
    }
    do {
      String label = tokens.expect(TokenKind.IDENTIFIER, "IDENTIFIER").text();
      String source = label;
      if (tokens.accept(TokenKind.EQ)) {
        source = tokens.expect(TokenKind.STRING, "STRING").text();
      }
      extractions.add(new Extraction(label, source));
    } while (tokens.accept(TokenKind.COMMA));
    return extractions;
  }

  private static List<Format> formats(Tokens tokens) {
    List<Format> formats = new ArrayList<>();
    do {
      String label = tokens.expect(TokenKind.IDENTIFIER, "IDENTIFIER").text();
      tokens.expect(TokenKind.EQ, "=");
      if (tokens.at(TokenKind.STRING)) {
        formats.add(new Format(label, tokens.take().text(), true));
      } else {
        formats.add(new Format(label, tokens.expect(TokenKind.IDENTIFIER, "IDENTIFIER", "STRING").text(), false));
      }
    } while (tokens.accept(TokenKind.COMMA));
    return formats;
  }

  private static List<LabelPick> picks(Tokens tokens) {
    List<LabelPick> picks = new ArrayList<>();
    do {
      String label = tokens.expect(TokenKind.IDENTIFIER, "IDENTIFIER").text();
      if (SelectorParser.isOperator(tokens.kind())) {
        picks.add(new LabelPick.Matching(SelectorParser.matcher(tokens, label)));
      } else {
        picks.add(new LabelPick.Named(label));
      }
    } while (tokens.accept(TokenKind.COMMA));
    return picks;
  }
}
