package io.sigyn.logql.syntax;

import io.sigyn.gocompat.GoDurations;
import io.sigyn.gocompat.HumanBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Text to tokens. The list ends with END, or with a BROKEN token that carries the complaint: a parser that stops before
 * it reports its own error first, as a lexer on demand would.
 *
 * <p>Functions are words of their own only where a parenthesis follows, otherwise they are identifiers; numbers,
 * durations and sizes are told apart by trying; a range {@code [5m]} is one token.
 */
final class Lexer {
  private static final int EOF = -1;

  private final int[] text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int lineStart;

  private Lexer(String query) {
    this.text = query.codePoints().toArray();
  }

  static List<Token> tokens(String query) {
    Lexer lexer = new Lexer(query);
    try {
      while (lexer.next()) {
        // All the work is in the condition.
      }
    } catch (ScanException e) {
      // The scanner stands at most one token ahead, so that it complains at the token before.
      lexer.add(TokenKind.BROKEN, e.text(), e.at(), false);
    }
    return lexer.tokens;
  }

  private boolean next() {
    skipBlanksAndComments();
    int start = at;
    int c = peek(0);
    if (c == EOF) {
      add(TokenKind.END, "", start, false);
      return false;
    }
    if (c == 0) {
      throw new ScanException("invalid character NUL", Math.max(0, start - 1));
    }
    if (c >= 0xd800 && c < 0xe000) {
      throw new ScanException("invalid UTF-8 encoding", start);
    }
    if (isIdentifierStart(c)) {
      word(start);
    } else if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
      number(start);
    } else if (c == '"' || c == '`' || c == '\'') {
      string(start, c);
    } else if (c == '[') {
      range(start);
    } else {
      operator(start, c);
    }
    return true;
  }

  private void word(int start) {
    while (isIdentifierPart(peek(0))) {
      at++;
    }
    String word = slice(start, at);
    TokenKind kind = TokenKind.function(word);
    if (kind != TokenKind.IDENTIFIER) {
      add(callFollows() ? kind : TokenKind.IDENTIFIER, word, start, false);
    } else {
      add(TokenKind.keyword(word), word, start, false);
    }
  }

  /** Whether what follows makes a function name a call: {@code (}, or {@code by (}, or {@code without (}. */
  private boolean callFollows() {
    int i = skipBlanks(at);
    if (i < text.length && text[i] == '(') {
      return true;
    }
    for (String grouping : new String[] {"by", "without"}) {
      int end = i + grouping.length();
      if (end <= text.length && slice(i, end).toLowerCase(Locale.ROOT).equals(grouping)) {
        int after = skipBlanks(end);
        return after < text.length && text[after] == '(';
      }
    }
    return false;
  }

  private void number(int start) {
    int end = Numbers.scan(text, start);
    int longer = end;
    while (longer < text.length && isDurationPart(text[longer])) {
      longer++;
    }
    if (longer > end) {
      String candidate = slice(start, longer);
      try {
        long nanos = GoDurations.parse(candidate);
        at = longer;
        addTimed(TokenKind.DURATION, candidate, nanos, start);
        return;
      } catch (IllegalArgumentException e) {
        longer = end;
      }
    }
    while (longer < text.length && isSizePart(text[longer])) {
      longer++;
    }
    if (longer > end && HumanBytes.isValid(slice(start, longer))) {
      at = longer;
      add(TokenKind.BYTES, slice(start, longer), start, true);
      return;
    }
    at = end;
    add(TokenKind.NUMBER, slice(start, end), start, false);
  }

  private void range(int start) {
    int end = start + 1;
    while (end < text.length && text[end] != ']') {
      end++;
    }
    if (end == text.length) {
      at = end;
      brokenRange("missing closing ']' in duration", start);
      return;
    }
    String inside = slice(start + 1, end);
    try {
      long nanos = GoDurations.parsePrometheus(inside);
      at = end + 1;
      addTimed(TokenKind.RANGE, inside, nanos, start);
      countLines(start, at);
    } catch (IllegalArgumentException e) {
      at = text.length;
      brokenRange(String.valueOf(e.getMessage()), start);
    }
  }

  private void brokenRange(String complaint, int start) {
    add(TokenKind.BROKEN, complaint, start, true);
  }

  private void string(int start, int quote) {
    at = StringLiterals.end(text, start);
    if (quote == '\'') {
      add(TokenKind.IDENTIFIER, slice(start, at), start, false);
      return;
    }
    add(TokenKind.STRING, StringLiterals.value(text, start, at), start, false);
    countLines(start, at);
  }

  private void operator(int start, int c) {
    int second = peek(1);
    TokenKind two =
        switch (c) {
          case '=' -> second == '=' ? TokenKind.CMP_EQ : second == '~' ? TokenKind.RE : TokenKind.END;
          case '!' ->
              second == '=' ? TokenKind.NEQ : second == '~' ? TokenKind.NRE : second == '>' ? TokenKind.NPA : TokenKind.END;
          case '|' ->
              second == '='
                  ? TokenKind.PIPE_EXACT
                  : second == '~' ? TokenKind.PIPE_MATCH : second == '>' ? TokenKind.PIPE_PATTERN : TokenKind.END;
          case '<' -> second == '=' ? TokenKind.LTE : TokenKind.END;
          case '>' -> second == '=' ? TokenKind.GTE : TokenKind.END;
          default -> TokenKind.END;
        };
    if (two != TokenKind.END) {
      at += 2;
      add(two, two.text, start, true);
      return;
    }
    if (c == '-' && (flag(start) || negativeDuration(start))) {
      return;
    }
    at++;
    TokenKind one =
        switch (c) {
          case '=' -> TokenKind.EQ;
          case '{' -> TokenKind.OPEN_BRACE;
          case '}' -> TokenKind.CLOSE_BRACE;
          case ']' -> TokenKind.CLOSE_BRACKET;
          case '(' -> TokenKind.OPEN_PAREN;
          case ')' -> TokenKind.CLOSE_PAREN;
          case ',' -> TokenKind.COMMA;
          case '.' -> TokenKind.DOT;
          case '|' -> TokenKind.PIPE;
          case '<' -> TokenKind.LT;
          case '>' -> TokenKind.GT;
          case '+' -> TokenKind.ADD;
          case '-' -> TokenKind.SUB;
          case '*' -> TokenKind.MUL;
          case '/' -> TokenKind.DIV;
          case '%' -> TokenKind.MOD;
          case '^' -> TokenKind.POW;
          default -> TokenKind.IDENTIFIER;
        };
    add(one, slice(start, at), start, false);
  }

  private boolean flag(int start) {
    for (String flag : new String[] {"--strict", "--keep-empty"}) {
      int end = start + flag.length();
      if (end <= text.length
          && slice(start, end).equals(flag)
          && (end == text.length || !(isIdentifierPart(text[end]) || text[end] == '-'))) {
        at = end;
        add(TokenKind.FUNCTION_FLAG, flag, start, true);
        return true;
      }
    }
    return false;
  }

  private boolean negativeDuration(int start) {
    int end = start + 1;
    while (end < text.length && isDurationPart(text[end])) {
      end++;
    }
    if (end == start + 1) {
      return false;
    }
    try {
      String candidate = slice(start, end);
      long nanos = GoDurations.parseGo(candidate);
      at = end;
      addTimed(TokenKind.DURATION, candidate, nanos, start);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private void skipBlanksAndComments() {
    while (at < text.length) {
      int c = text[at];
      if (c == '\n') {
        at++;
        line++;
        lineStart = at;
      } else if (isBlank(c) || (c == 0xfeff && at == 0)) {
        at++;
      } else if (c == '#' || (c == '/' && peek(1) == '/')) {
        while (at < text.length && text[at] != '\n') {
          at++;
        }
      } else if (c == '/' && peek(1) == '*') {
        int start = at;
        at += 2;
        while (at < text.length && !(text[at] == '*' && peek(1) == '/')) {
          at++;
        }
        if (at == text.length) {
          at = start;
          throw new ScanException("comment not terminated", start);
        }
        at += 2;
        countLines(start, at);
      } else {
        return;
      }
    }
  }

  private void countLines(int from, int to) {
    for (int i = from; i < to; i++) {
      if (text[i] == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
  }

  private int skipBlanks(int from) {
    int i = from;
    while (i < text.length && isBlank(text[i])) {
      i++;
    }
    return i;
  }

  private void add(TokenKind kind, String value, int start, boolean lookedAhead) {
    tokens.add(new Token(kind, value, 0, start, lookedAhead ? 0 : line, start - lineStart + 1));
  }

  private void addTimed(TokenKind kind, String value, long nanos, int start) {
    tokens.add(new Token(kind, value, nanos, start, 0, start - lineStart + 1));
  }

  private String slice(int from, int to) {
    return new String(text, from, to - from);
  }

  private int peek(int ahead) {
    return at + ahead < text.length ? text[at + ahead] : EOF;
  }

  private static boolean isBlank(int c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isIdentifierStart(int c) {
    return c == '_' || (c != EOF && Character.isLetter(c));
  }

  private static boolean isIdentifierPart(int c) {
    return c == '_' || (c != EOF && (Character.isLetter(c) || Character.isDigit(c)));
  }

  private static boolean isDurationPart(int c) {
    return Character.isDigit(c) || c == '.' || "nuµmshdwy".indexOf(c) >= 0;
  }

  private static boolean isSizePart(int c) {
    return Character.isDigit(c) || c == '.' || "BikKMGTP".indexOf(c) >= 0;
  }
}
