package io.sigyn.logql.naive;

import java.util.ArrayList;
import java.util.List;

/** A JSON document as a list of what is in it, as far as it can be read. */
final class Members {
  /**
   * A value.
   *
   * @param path the keys that lead to it
   * @param kind the first character of the value
   * @param value decoded strings, everything else as written
   */
  record Member(List<String> path, char kind, String value) {}

  final List<Member> all = new ArrayList<>();

  /** Whether the document ends too early. */
  boolean broken;

  private final String text;
  private int at;

  private Members(String text) {
    this.text = text;
  }

  /** Reads a document that starts with a brace; whatever was read before it breaks off is there. */
  static Members of(String text) {
    Members members = new Members(text);
    try {
      members.object(List.of());
    } catch (StringIndexOutOfBoundsException e) {
      members.broken = true;
    }
    return members;
  }

  private void object(List<String> path) {
    at++;
    while (true) {
      blanks();
      if (text.charAt(at) == '}') {
        at++;
        return;
      }
      String key = string();
      blanks();
      at++; // the colon
      blanks();
      value(append(path, key));
      blanks();
      if (text.charAt(at) == ',') {
        at++;
      }
    }
  }

  private void value(List<String> path) {
    int from = at;
    char kind = text.charAt(at);
    switch (kind) {
      case '"' -> all.add(new Member(path, kind, string()));
      case '{', '[' -> {
        int end = end();
        all.add(new Member(path, kind, text.substring(from, end)));
        if (kind == '{') {
          object(path);
        }
        at = end;
      }
      default -> {
        while (",}] ".indexOf(text.charAt(at)) < 0) {
          at++;
        }
        all.add(new Member(path, kind, text.substring(from, at)));
      }
    }
  }

  /** Where the braces or brackets that start here are closed. */
  private int end() {
    int depth = 0;
    boolean quoted = false;
    for (int i = at; ; i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == '{' || c == '[')) {
        depth++;
      } else if (!quoted && (c == '}' || c == ']') && --depth == 0) {
        return i + 1;
      }
    }
  }

  private String string() {
    StringBuilder out = new StringBuilder();
    at++;
    while (text.charAt(at) != '"') {
      char c = text.charAt(at++);
      if (c == '\\') {
        char escaped = text.charAt(at++);
        out.append(escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped);
      } else {
        out.append(c);
      }
    }
    at++;
    return out.toString();
  }

  private void blanks() {
    while (text.charAt(at) == ' ') {
      at++;
    }
  }

  private static List<String> append(List<String> path, String key) {
    List<String> longer = new ArrayList<>(path);
    longer.add(key);
    return longer;
  }
}
