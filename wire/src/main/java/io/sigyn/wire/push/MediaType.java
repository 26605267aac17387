package io.sigyn.wire.push;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The media type of a Content-Type header, with the grammar and the complaints of Go's {@code mime} package. */
public final class MediaType {
  private final String header;
  private int at;

  private MediaType(String header) {
    this.header = header;
  }

  /**
   * The type in lower case, parameters left out.
   *
   * @throws LokiException BAD_REQUEST when the header, its parameters included, is malformed
   */
  public static String of(String header) {
    return new MediaType(header).parse();
  }

  private String parse() {
    space();
    String type = token();
    if (type.isEmpty()) {
      throw error("no media type");
    }
    String whole = type;
    space();
    if (at < header.length() && header.charAt(at) == '/') {
      at++;
      String subtype = token();
      if (subtype.isEmpty()) {
        throw error("expected token after slash");
      }
      whole = type + '/' + subtype;
      space();
      if (at < header.length() && header.charAt(at) != ';') {
        throw error("unexpected content after media subtype");
      }
    } else if (at < header.length() && header.charAt(at) != ';') {
      throw error("expected slash after first token");
    }
    parameters();
    return whole.toLowerCase(Locale.ROOT);
  }

  private void parameters() {
    Map<String, String> seen = new HashMap<>();
    while (at < header.length()) {
      at++; // the semicolon
      space();
      if (at == header.length()) {
        return;
      }
      String name = token().toLowerCase(Locale.ROOT);
      space();
      if (name.isEmpty() || at == header.length() || header.charAt(at) != '=') {
        throw error("invalid media parameter");
      }
      at++;
      space();
      String value = value();
      String before = seen.put(name, value);
      if (before != null && !before.equals(value)) {
        throw error("duplicate parameter name");
      }
      space();
      if (at < header.length() && header.charAt(at) != ';') {
        throw error("invalid media parameter");
      }
    }
  }

  private String value() {
    if (at == header.length() || header.charAt(at) != '"') {
      String token = token();
      if (token.isEmpty()) {
        throw error("invalid media parameter");
      }
      return token;
    }
    StringBuilder out = new StringBuilder();
    for (at++; at < header.length(); at++) {
      char c = header.charAt(at);
      if (c == '"') {
        at++;
        return out.toString();
      }
      if (c == '\\' && at + 1 < header.length()) {
        at++;
        c = header.charAt(at);
      }
      out.append(c);
    }
    throw error("invalid media parameter");
  }

  private String token() {
    int from = at;
    while (at < header.length() && isToken(header.charAt(at))) {
      at++;
    }
    return header.substring(from, at);
  }

  private void space() {
    while (at < header.length() && (header.charAt(at) == ' ' || header.charAt(at) == '\t')) {
      at++;
    }
  }

  private static boolean isToken(char c) {
    return c > ' ' && c < 0x7f && "()<>@,;:\\\"/[]?=".indexOf(c) < 0;
  }

  private static LokiException error(String what) {
    return new LokiException(ErrorKind.BAD_REQUEST, "mime: " + what);
  }
}
