package io.sigyn.gocompat.template;

import io.sigyn.gocompat.GoQuote;
import io.sigyn.gocompat.template.TemplateToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Template text to tokens. */
final class TemplateLexer {
  private final String name;
  private final String text;
  private final List<TemplateToken> tokens = new ArrayList<>();
  private int at;
  private boolean trimNext;

  private TemplateLexer(String name, String text) {
    this.name = name;
    this.text = text;
  }

  static List<TemplateToken> tokens(String name, String text) {
    TemplateLexer lexer = new TemplateLexer(name, text);
    lexer.run();
    return lexer.tokens;
  }

  TemplateException error(String message) {
    return error(name, text, at, message);
  }

  static TemplateException error(String name, String text, int at, String message) {
    long line = 1 + text.substring(0, Math.min(at, text.length())).chars().filter(c -> c == '\n').count();
    return new TemplateException("template: " + name + ":" + line + ": " + message);
  }

  private void run() {
    while (at < text.length()) {
      int open = text.indexOf("{{", at);
      int end = open < 0 ? text.length() : open;
      boolean trim = open >= 0 && text.startsWith("-", open + 2) && open + 3 < text.length() && isSpace(text.charAt(open + 3));
      String piece = text.substring(at, end);
      if (trimNext) {
        piece = piece.substring(leadingSpace(piece));
      }
      if (trim) {
        piece = piece.substring(0, piece.length() - trailingSpace(piece));
      }
      if (!piece.isEmpty()) {
        tokens.add(new TemplateToken(Kind.TEXT, piece, at, false));
      }
      if (open < 0) {
        at = text.length();
        break;
      }
      trimNext = false;
      at = open + 2 + (trim ? 2 : 0);
      action(open);
    }
    tokens.add(new TemplateToken(Kind.END, "", at, false));
  }

  private void action(int open) {
    if (text.startsWith("/*", at)) {
      comment();
      return;
    }
    tokens.add(new TemplateToken(Kind.OPEN, "{{", open, false));
    int parens = 0;
    while (true) {
      boolean spaced = false;
      while (at < text.length() && isSpace(text.charAt(at))) {
        spaced = true;
        at++;
      }
      if (at >= text.length()) {
        throw error("unclosed action");
      }
      if (spaced && text.startsWith("-}}", at)) {
        at++;
        trimNext = true;
      }
      if (text.startsWith("}}", at)) {
        if (parens > 0) {
          throw error("unclosed left paren");
        }
        tokens.add(new TemplateToken(Kind.CLOSE, "}}", at, spaced));
        at += 2;
        return;
      }
      parens += token(spaced);
      if (parens < 0) {
        throw error("unexpected right paren");
      }
    }
  }

  private void comment() {
    int end = text.indexOf("*/", at);
    if (end < 0) {
      throw error("unclosed comment");
    }
    at = end + 2;
    if (at < text.length() && isSpace(text.charAt(at)) && text.startsWith("-}}", at + 1)) {
      trimNext = true;
      at += 2;
    }
    if (!text.startsWith("}}", at)) {
      throw error("comment ends before closing delimiter");
    }
    at += 2;
  }

  /** Reads one token; answers how many parentheses it opens. */
  private int token(boolean spaced) {
    int start = at;
    char c = text.charAt(at);
    switch (c) {
      case '"' -> quoted(Kind.STRING, '"', "unterminated quoted string", spaced);
      case '\'' -> quoted(Kind.CHARACTER, '\'', "unterminated character constant", spaced);
      case '`' -> {
        int end = text.indexOf('`', at + 1);
        if (end < 0) {
          throw error("unterminated raw quoted string");
        }
        at = end + 1;
        add(Kind.RAW_STRING, start, spaced);
      }
      case '|' -> one(Kind.PIPE, spaced);
      case ',' -> one(Kind.COMMA, spaced);
      case '=' -> one(Kind.ASSIGN, spaced);
      case '(' -> {
        one(Kind.LEFT, spaced);
        return 1;
      }
      case ')' -> {
        one(Kind.RIGHT, spaced);
        return -1;
      }
      case ':' -> {
        if (!text.startsWith(":=", at)) {
          throw error("expected :=");
        }
        at += 2;
        add(Kind.DECLARE, start, spaced);
      }
      case '$' -> {
        at++;
        word();
        add(Kind.VARIABLE, start, spaced);
        terminator();
      }
      case '.' -> {
        char next = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
        if (next >= '0' && next <= '9') {
          number(spaced);
        } else {
          at++;
          word();
          add(at == start + 1 ? Kind.DOT : Kind.FIELD, start, spaced);
          if (at > start + 1) {
            terminator();
          }
        }
      }
      default -> {
        if (c == '+' || c == '-' || (c >= '0' && c <= '9')) {
          number(spaced);
        } else if (isAlphaNumeric(c)) {
          word();
          add(Kind.WORD, start, spaced);
          terminator();
        } else {
          throw error("unrecognized character in action: " + unicode(text.codePointAt(at)));
        }
      }
    }
    return 0;
  }

  private void quoted(Kind kind, char quote, String complaint, boolean spaced) {
    int start = at++;
    while (at < text.length() && text.charAt(at) != quote && text.charAt(at) != '\n') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    if (at >= text.length() || text.charAt(at) != quote) {
      at = Math.min(at, text.length());
      throw error(complaint);
    }
    at++;
    add(kind, start, spaced);
  }

  private void number(boolean spaced) {
    int start = at;
    if (text.charAt(at) == '+' || text.charAt(at) == '-') {
      at++;
    }
    while (at < text.length()) {
      char c = text.charAt(at);
      boolean signOfExponent =
          (c == '+' || c == '-') && "eEpP".indexOf(text.charAt(at - 1)) >= 0 && !text.startsWith("0x", start);
      if (!isAlphaNumeric(c) && c != '.' && !signOfExponent) {
        break;
      }
      at++;
    }
    String number = text.substring(start, at);
    if (NumberText.parse(number) == null) {
      throw error("bad number syntax: " + GoQuote.quote(number));
    }
    add(Kind.NUMBER, start, spaced);
  }

  private void word() {
    while (at < text.length() && isAlphaNumeric(text.charAt(at))) {
      at++;
    }
  }

  private void terminator() {
    if (at < text.length()) {
      char c = text.charAt(at);
      if (!isSpace(c) && ".,|:)(=".indexOf(c) < 0 && !text.startsWith("}}", at)) {
        throw error("bad character " + unicode(text.codePointAt(at)));
      }
    }
  }

  private void one(Kind kind, boolean spaced) {
    at++;
    add(kind, at - 1, spaced);
  }

  private void add(Kind kind, int start, boolean spaced) {
    tokens.add(new TemplateToken(kind, text.substring(start, at), start, spaced));
  }

  private static String unicode(int c) {
    return String.format(Locale.ROOT, "U+%04X '%s'", c, Character.toString(c));
  }

  private static int leadingSpace(String s) {
    int n = 0;
    while (n < s.length() && isSpace(s.charAt(n))) {
      n++;
    }
    return n;
  }

  private static int trailingSpace(String s) {
    int n = 0;
    while (n < s.length() && isSpace(s.charAt(s.length() - 1 - n))) {
      n++;
    }
    return n;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private static boolean isAlphaNumeric(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }
}
