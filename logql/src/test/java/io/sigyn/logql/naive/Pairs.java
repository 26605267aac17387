package io.sigyn.logql.naive;

import java.util.ArrayList;
import java.util.List;

/** A line of pairs. */
final class Pairs {
  /**
   * A pair.
   *
   * @param bad whether the word is no pair
   */
  record Pair(String key, String value, boolean bad) {}

  private Pairs() {}

  static List<Pair> of(String line) {
    List<Pair> pairs = new ArrayList<>();
    int at = 0;
    while (at < line.length()) {
      if (line.charAt(at) <= ' ') {
        at++;
        continue;
      }
      int from = at;
      while (at < line.length() && line.charAt(at) > ' ' && line.charAt(at) != '=' && line.charAt(at) != '"') {
        at++;
      }
      String key = line.substring(from, at);
      if (at == line.length() || line.charAt(at) <= ' ') {
        pairs.add(new Pair(key, "", false));
        continue;
      }
      if (line.charAt(at) == '"' || key.isEmpty()) {
        pairs.add(new Pair(key, "", true));
        at = word(line, at);
        continue;
      }
      at++;
      if (at < line.length() && line.charAt(at) == '"') {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < line.length() && line.charAt(at) != '"') {
          if (line.charAt(at) == '\\' && at + 1 < line.length()) {
            at++;
            value.append(line.charAt(at) == 'n' ? '\n' : line.charAt(at));
          } else {
            value.append(line.charAt(at));
          }
          at++;
        }
        pairs.add(new Pair(key, value.toString(), at == line.length()));
        at++;
        continue;
      }
      int end = word(line, at);
      String value = line.substring(at, end);
      pairs.add(new Pair(key, value, value.contains("=") || value.contains("\"")));
      at = end;
    }
    return pairs;
  }

  private static int word(String line, int from) {
    int at = from;
    while (at < line.length() && line.charAt(at) > ' ') {
      at++;
    }
    return at;
  }
}
