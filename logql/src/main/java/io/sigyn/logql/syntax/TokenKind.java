package io.sigyn.logql.syntax;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What a token is. {@link #text} is how error messages name it; keywords and operators also are spelled that way. */
enum TokenKind {
  END("$end"),
  /** Text that is no token; reaching it is an error. */
  BROKEN("BROKEN"),
  BYTES("BYTES"),
  IDENTIFIER("IDENTIFIER"),
  STRING("STRING"),
  NUMBER("NUMBER"),
  FUNCTION_FLAG("FUNCTION_FLAG"),
  DURATION("DURATION"),
  RANGE("RANGE"),
  EQ("="),
  RE("=~"),
  NRE("!~"),
  NPA("!>"),
  OPEN_BRACE("{"),
  CLOSE_BRACE("}"),
  CLOSE_BRACKET("]"),
  COMMA(","),
  DOT("."),
  PIPE_MATCH("|~"),
  PIPE_EXACT("|="),
  PIPE_PATTERN("|>"),
  OPEN_PAREN("("),
  CLOSE_PAREN(")"),
  BY("by", true),
  WITHOUT("without", true),
  COUNT_OVER_TIME("COUNT_OVER_TIME", "count_over_time"),
  RATE("RATE", "rate"),
  RATE_COUNTER("RATE_COUNTER", "rate_counter"),
  SUM("SUM", "sum"),
  SORT("SORT", "sort"),
  SORT_DESC("SORT_DESC", "sort_desc"),
  AVG("AVG", "avg"),
  MAX("MAX", "max"),
  MIN("MIN", "min"),
  COUNT("COUNT", "count"),
  STDDEV("STDDEV", "stddev"),
  STDVAR("STDVAR", "stdvar"),
  BOTTOMK("BOTTOMK", "bottomk"),
  TOPK("TOPK", "topk"),
  APPROX_TOPK("APPROX_TOPK", "approx_topk"),
  BYTES_OVER_TIME("BYTES_OVER_TIME", "bytes_over_time"),
  BYTES_RATE("BYTES_RATE", "bytes_rate"),
  BOOL("bool", true),
  JSON("json", true),
  REGEXP("regexp", true),
  LOGFMT("logfmt", true),
  PIPE("|"),
  LINE_FORMAT("line_format", true),
  LABEL_FORMAT("label_format", true),
  UNWRAP("unwrap", true),
  AVG_OVER_TIME("AVG_OVER_TIME", "avg_over_time"),
  SUM_OVER_TIME("SUM_OVER_TIME", "sum_over_time"),
  MIN_OVER_TIME("MIN_OVER_TIME", "min_over_time"),
  MAX_OVER_TIME("MAX_OVER_TIME", "max_over_time"),
  STDVAR_OVER_TIME("STDVAR_OVER_TIME", "stdvar_over_time"),
  STDDEV_OVER_TIME("STDDEV_OVER_TIME", "stddev_over_time"),
  QUANTILE_OVER_TIME("QUANTILE_OVER_TIME", "quantile_over_time"),
  BYTES_CONV("BYTES_CONV", "bytes"),
  DURATION_CONV("DURATION_CONV", "duration"),
  DURATION_SECONDS_CONV("DURATION_SECONDS_CONV", "duration_seconds"),
  FIRST_OVER_TIME("FIRST_OVER_TIME", "first_over_time"),
  LAST_OVER_TIME("LAST_OVER_TIME", "last_over_time"),
  ABSENT_OVER_TIME("ABSENT_OVER_TIME", "absent_over_time"),
  VECTOR("VECTOR", "vector"),
  LABEL_REPLACE("label_replace", "label_replace"),
  UNPACK("unpack", true),
  OFFSET("offset", true),
  PATTERN("pattern", true),
  IP("ip", "ip"),
  ON("on", true),
  IGNORING("ignoring", true),
  GROUP_LEFT("group_left", true),
  GROUP_RIGHT("group_right", true),
  DECOLORIZE("decolorize", true),
  DROP("drop", true),
  KEEP("keep", true),
  VARIANTS("variants", true),
  OF("of", true),
  OR("or", true),
  AND("and", true),
  UNLESS("unless", true),
  CMP_EQ("=="),
  NEQ("!="),
  LT("<"),
  LTE("<="),
  GT(">"),
  GTE(">="),
  ADD("+"),
  SUB("-"),
  MUL("*"),
  DIV("/"),
  MOD("%"),
  POW("^");

  private static final Map<String, TokenKind> KEYWORDS = new HashMap<>();
  private static final Map<String, TokenKind> FUNCTIONS = new HashMap<>();

  static {
    for (TokenKind kind : values()) {
      if (kind.keyword) {
        KEYWORDS.put(kind.text, kind);
      } else if (!kind.function.isEmpty()) {
        FUNCTIONS.put(kind.function, kind);
      }
    }
  }

  final String text;
  final String function;
  private final boolean keyword;

  TokenKind(String text) {
    this(text, "", false);
  }

  TokenKind(String text, boolean keyword) {
    this(text, "", keyword);
  }

  TokenKind(String text, String function) {
    this(text, function, false);
  }

  TokenKind(String text, String function, boolean keyword) {
    this.text = text;
    this.function = function;
    this.keyword = keyword;
  }

  /** The word that is reserved everywhere, or IDENTIFIER. */
  static TokenKind keyword(String word) {
    return KEYWORDS.getOrDefault(word.toLowerCase(Locale.ROOT), IDENTIFIER);
  }

  /** The word that is a function when a parenthesis follows, or IDENTIFIER. */
  static TokenKind function(String word) {
    return FUNCTIONS.getOrDefault(word.toLowerCase(Locale.ROOT), IDENTIFIER);
  }
}
