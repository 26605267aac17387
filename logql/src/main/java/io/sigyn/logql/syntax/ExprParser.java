package io.sigyn.logql.syntax;

import io.sigyn.error.LokiException;
import io.sigyn.gocompat.GoFloats;
import io.sigyn.gocompat.GoFormat;
import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.gocompat.regexp.RegexpSyntaxException;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.MetricExpr.LogRange;
import io.sigyn.logql.syntax.MetricExpr.Matching;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Expressions, by descent and precedence climbing. Complaints about meaning are kept until the whole text has proved to
 * be well formed, since a syntax error anywhere comes first.
 */
final class ExprParser {
  /** What is left when an aggregation was refused; never returned to anybody. */
  private static final MetricExpr REFUSED = new MetricExpr.Literal(0, 0);

  private final Tokens tokens;
  private @Nullable LokiException complaint;

  ExprParser(Tokens tokens) {
    this.tokens = tokens;
  }

  void throwFirstComplaint() {
    if (complaint != null) {
      throw complaint;
    }
  }

  private MetricExpr refuse(String message) {
    if (complaint == null) {
      complaint = ParseErrors.general(message);
    }
    return REFUSED;
  }

  /** A whole query: {@code variants} stand at the top only. */
  Expr query() {
    return tokens.at(TokenKind.VARIANTS) ? variants() : expression();
  }

  private Expr expression() {
    return climb(1);
  }

  private Expr climb(int least) {
    Expr left = primary();
    while (true) {
      BinaryOp op = binaryOp(tokens.kind());
      if (op == null || op.level() < least) {
        return left;
      }
      tokens.take();
      Matching matching = matching();
      Expr right = climb(op == BinaryOp.POW ? op.level() : op.level() + 1);
      left = binary(op, left, right, matching);
    }
  }

  private MetricExpr binary(BinaryOp op, Expr left, Expr right, Matching matching) {
    if (left instanceof LogExpr log) {
      return refuse("unexpected type for left leg of binary operation (" + op.text() + "): " + goType(log));
    }
    if (right instanceof LogExpr log) {
      return refuse("unexpected type for right leg of binary operation (" + op.text() + "): " + goType(log));
    }
    MetricExpr l = (MetricExpr) left;
    MetricExpr r = (MetricExpr) right;
    if (op.isSet()) {
      if (l instanceof MetricExpr.Literal literal) {
        return refuse(literalLeg("left", op, literal));
      }
      if (r instanceof MetricExpr.Literal literal) {
        return refuse(literalLeg("right", op, literal));
      }
    }
    if (l instanceof MetricExpr.Literal a && r instanceof MetricExpr.Literal b) {
      return new MetricExpr.Literal(op.apply(a.value(), b.value()), a.at());
    }
    return new MetricExpr.Binary(op, l, r, matching, l.at());
  }

  private static String literalLeg(String side, BinaryOp op, MetricExpr.Literal literal) {
    return "unexpected literal for " + side + " leg of logical/set binary operation (" + op.text() + "): "
        + GoFormat.fixed6(literal.value());
  }

  private static String goType(LogExpr log) {
    return log.stages().isEmpty() ? "*syntax.MatchersExpr" : "*syntax.PipelineExpr";
  }

  private Matching matching() {
    boolean returnBool = tokens.accept(TokenKind.BOOL);
    Matching.Scope scope = Matching.Scope.ALL;
    List<String> labels = List.of();
    Matching.Cardinality cardinality = Matching.Cardinality.ONE_TO_ONE;
    List<String> include = List.of();
    if (tokens.at(TokenKind.ON) || tokens.at(TokenKind.IGNORING)) {
      scope = tokens.take().kind() == TokenKind.ON ? Matching.Scope.ON : Matching.Scope.IGNORING;
      labels = SelectorParser.labels(tokens);
      if (tokens.at(TokenKind.GROUP_LEFT) || tokens.at(TokenKind.GROUP_RIGHT)) {
        cardinality =
            tokens.take().kind() == TokenKind.GROUP_LEFT
                ? Matching.Cardinality.GROUP_LEFT
                : Matching.Cardinality.GROUP_RIGHT;
        if (tokens.at(TokenKind.OPEN_PAREN) && includeFollows()) {
          include = SelectorParser.labels(tokens);
        }
      }
    }
    return new Matching(returnBool, scope, labels, cardinality, include);
  }

  /** Whether the parenthesis after {@code group_left} opens its list and not the right operand. */
  private boolean includeFollows() {
    TokenKind inside = tokens.kindAfter();
    return inside == TokenKind.IDENTIFIER || inside == TokenKind.CLOSE_PAREN;
  }

  private Expr primary() {
    TokenKind kind = tokens.kind();
    if (kind == TokenKind.OPEN_BRACE) {
      int at = tokens.peek().at();
      var matchers = SelectorParser.selector(tokens);
      return new LogExpr(matchers, PipelineParser.stages(tokens, false), at);
    }
    if (kind == TokenKind.OPEN_PAREN) {
      tokens.take();
      Expr inner = expression();
      tokens.expect(TokenKind.CLOSE_PAREN);
      return inner;
    }
    if (kind == TokenKind.NUMBER || kind == TokenKind.ADD || kind == TokenKind.SUB) {
      return literal();
    }
    RangeOp rangeOp = MetricOps.range(kind);
    if (rangeOp != null) {
      return rangeAggregation(rangeOp);
    }
    VectorOp vectorOp = MetricOps.vector(kind);
    if (vectorOp != null) {
      return vectorAggregation(vectorOp);
    }
    return switch (kind) {
      case VECTOR -> vector();
      case LABEL_REPLACE -> labelReplace();
      default -> throw tokens.unexpected();
    };
  }

  /** An expression that is not just log lines. */
  private MetricExpr metric() {
    Expr expr = expression();
    if (expr instanceof MetricExpr metric) {
      return metric;
    }
    throw tokens.unexpected();
  }

  private MetricExpr literal() {
    Token first = tokens.peek();
    boolean negative = first.kind() == TokenKind.SUB;
    if (first.kind() != TokenKind.NUMBER) {
      tokens.take();
    }
    String number = tokens.expect(TokenKind.NUMBER, "NUMBER").text();
    double value = number(number, "literal");
    return new MetricExpr.Literal(negative ? -value : value, first.at());
  }

  private static double number(String text, String what) {
    try {
      return GoFloats.parse(text);
    } catch (NumberFormatException e) {
      throw ParseErrors.general("unable to parse " + what + " as a float: " + e.getMessage());
    }
  }

  private MetricExpr vector() {
    int at = tokens.take().at();
    tokens.expect(TokenKind.OPEN_PAREN, "(");
    double value = number(tokens.expect(TokenKind.NUMBER, "NUMBER").text(), "vectorExpr");
    tokens.expect(TokenKind.CLOSE_PAREN, ")");
    return new MetricExpr.Vector(value, at);
  }

  private MetricExpr labelReplace() {
    int at = tokens.take().at();
    tokens.expect(TokenKind.OPEN_PAREN, "(");
    MetricExpr inner = metric();
    List<String> strings = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      if (i == 0 && !tokens.at(TokenKind.COMMA)) {
        throw tokens.unexpected();
      }
      tokens.expect(TokenKind.COMMA, ",");
      strings.add(tokens.expect(TokenKind.STRING, "STRING").text());
    }
    tokens.expect(TokenKind.CLOSE_PAREN, ")");
    try {
      GoRegexp.compile("^(?:" + strings.get(3) + ")$");
    } catch (RegexpSyntaxException e) {
      return refuse("invalid regex in label_replace: " + e.getMessage());
    }
    return new MetricExpr.LabelReplace(
        inner, strings.get(0), strings.get(1), strings.get(2), strings.get(3), at);
  }

  private MetricExpr variants() {
    int at = tokens.take().at();
    tokens.expect(TokenKind.OPEN_PAREN, "(");
    List<MetricExpr> variants = new ArrayList<>();
    variants.add(metric());
    while (!tokens.accept(TokenKind.CLOSE_PAREN)) {
      if (!tokens.accept(TokenKind.COMMA)) {
        throw tokens.unexpected();
      }
      variants.add(metric());
    }
    tokens.expect(TokenKind.OF, "of");
    tokens.expect(TokenKind.OPEN_PAREN, "(");
    LogRange of = LogRangeParser.range(tokens);
    tokens.expect(TokenKind.CLOSE_PAREN, ")");
    return new MetricExpr.Variants(variants, of, at);
  }

  private MetricExpr rangeAggregation(RangeOp op) {
    int at = tokens.take().at();
    tokens.expect(TokenKind.OPEN_PAREN, "(");
    String parameter = "";
    if (tokens.at(TokenKind.NUMBER)) {
      parameter = tokens.take().text();
      tokens.expect(TokenKind.COMMA, ",");
    } else if (!tokens.at(TokenKind.OPEN_BRACE) && !tokens.at(TokenKind.OPEN_PAREN)) {
      throw tokens.unexpected("NUMBER", "{", "(");
    }
    LogRange range = LogRangeParser.range(tokens);
    tokens.expect(TokenKind.CLOSE_PAREN, ")");
    Grouping grouping = groupingIfAny();

    double quantile = 0;
    if (!parameter.isEmpty()) {
      if (op != RangeOp.QUANTILE_OVER_TIME) {
        return refuse("parameter " + parameter + " not supported for operation " + op.text());
      }
      quantile = number(parameter, "literal");
    } else if (op == RangeOp.QUANTILE_OVER_TIME) {
      return refuse("parameter required for operation " + op.text());
    }
    if (grouping.kind() != Grouping.Kind.NONE && !op.groups()) {
      return refuse("grouping not allowed for " + op.text() + " aggregation");
    }
    boolean unwrapped = range.unwrap().isPresent();
    if (unwrapped && op.unwrapped() == RangeOp.Unwrapped.NEVER) {
      return refuse("invalid aggregation " + op.text() + " with unwrap");
    }
    if (!unwrapped && op.unwrapped() == RangeOp.Unwrapped.ALWAYS) {
      return refuse("invalid aggregation " + op.text() + " without unwrap");
    }
    return new MetricExpr.RangeAggregation(op, quantile, range, grouping, at);
  }

  private MetricExpr vectorAggregation(VectorOp op) {
    int at = tokens.take().at();
    Grouping grouping = groupingIfAny();
    tokens.expect(TokenKind.OPEN_PAREN, "(");
    String parameter = "";
    if (tokens.at(TokenKind.NUMBER) && tokens.kindAfter() == TokenKind.COMMA) {
      parameter = tokens.take().text();
      tokens.take();
    }
    MetricExpr inner = metric();
    tokens.expect(TokenKind.CLOSE_PAREN);
    if (grouping.kind() == Grouping.Kind.NONE) {
      grouping = groupingIfAny();
    }
    return MetricOps.aggregation(op, parameter, inner, grouping, at, this::refuse);
  }

  private Grouping groupingIfAny() {
    if (!tokens.at(TokenKind.BY) && !tokens.at(TokenKind.WITHOUT)) {
      return Grouping.NONE;
    }
    Grouping.Kind kind = tokens.take().kind() == TokenKind.BY ? Grouping.Kind.BY : Grouping.Kind.WITHOUT;
    return new Grouping(kind, SelectorParser.labels(tokens));
  }

  private static @Nullable BinaryOp binaryOp(TokenKind kind) {
    return switch (kind) {
      case OR -> BinaryOp.OR;
      case AND -> BinaryOp.AND;
      case UNLESS -> BinaryOp.UNLESS;
      case CMP_EQ -> BinaryOp.EQ;
      case NEQ -> BinaryOp.NE;
      case LT -> BinaryOp.LT;
      case LTE -> BinaryOp.LE;
      case GT -> BinaryOp.GT;
      case GTE -> BinaryOp.GE;
      case ADD -> BinaryOp.ADD;
      case SUB -> BinaryOp.SUB;
      case MUL -> BinaryOp.MUL;
      case DIV -> BinaryOp.DIV;
      case MOD -> BinaryOp.MOD;
      case POW -> BinaryOp.POW;
      default -> null;
    };
  }
}
