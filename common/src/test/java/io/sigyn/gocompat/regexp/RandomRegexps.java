package io.sigyn.gocompat.regexp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/** Expressions and texts that have much to do with each other. */
final class RandomRegexps {
  private static final List<String> ATOMS =
      List.of(
          "a", "b", "k", "K", "s", "\u017f", "\u212a", "\\n", "\u00e9", "\u20ac", "\ud83d\ude00", "_", "-", " ", "1",
          "\u03c3", ".", ".", "[ab]", "[^a]", "[a-z]", "[K-s]", "[^\u00e9-\u00ff]", "[\u00e0-\u00ff]", "\\d", "\\w",
          "\\s", "\\D", "\\W", "\\S", "\\pL", "\\PL", "\\p{Greek}", "[\\p{Lu}1]", "[^\\pN_]", "[[:alpha:]]",
          "[^[:space:]]", "[[:^word:]a]", "\\x{fffd}", "\\x41", "\\Qa.\\E", "\\b", "\\B", "^", "$", "\\A", "\\z",
          "ab", "ba", "(?i)", "(?-i)", "(?s)", "(?m)", "(?U)", "(?-m)", "[^\\x00-\\x{10ffff}]");
  private static final List<String> OPENINGS = List.of("(", "(?:", "(?P<n>", "(?i:", "(?s-i:", "(?m:", "(?-s:", "(?im:");
  private static final List<String> REPEATS =
      List.of("", "", "", "", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}", "{2,}", "{0}", "{,2}");
  private static final List<String> PIECES =
      List.of(
          "a", "b", "k", "K", "s", "S", "\u017f", "\u212a", "\n", "\u00e9", "\u00c9", "\u20ac", "\ud83d\ude00", "_",
          "-", " ", "1", "\u03c3", "\u03c2", "\u03a3", "A", ".", "ab", "aa", "\ufffd", "\u0101", "\uffff");
  private static final int[][] NO_UTF_8 = {
    {0x80}, {0xbf}, {0xc3}, {0xe2, 0x82}, {0xe2}, {0xf0, 0x9f, 0x98}, {0xf0, 0x9f}, {0xed, 0xa0, 0x80}, {0xff}, {0xc0, 0xaf},
    {0xe0, 0x80, 0x80}, {0xf4, 0x90, 0x80, 0x80}, {0xf5}, {0xf0, 0x8f, 0xbf, 0xbf}
  };

  private final RandomGenerator random;

  RandomRegexps(RandomGenerator random) {
    this.random = random;
  }

  /** Mostly one that compiles; with at most one group called n. */
  String expression() {
    String text = expression(3);
    int first = text.indexOf("?P<n>");
    return first < 0 ? text : text.substring(0, first + 5) + text.substring(first + 5).replace("?P<n>", "");
  }

  private String expression(int depth) {
    StringBuilder out = new StringBuilder(random.nextInt(6) == 0 ? one(List.of("(?i)", "(?s)", "(?m)", "(?im)")) : "");
    for (int n = random.nextInt(5); n >= 0; n--) {
      if (depth > 0 && random.nextInt(4) == 0) {
        out.append(one(OPENINGS)).append(expression(depth - 1)).append(')');
      } else {
        out.append(one(ATOMS));
      }
      out.append(one(REPEATS));
      if (random.nextInt(6) == 0) {
        out.append('|');
      }
    }
    return out.toString();
  }

  byte[] text(boolean valid) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int n = random.nextInt(8); n > 0; n--) {
      if (!valid && random.nextInt(3) == 0) {
        for (int b : NO_UTF_8[random.nextInt(NO_UTF_8.length)]) {
          out.write(b);
        }
      } else {
        out.writeBytes(one(PIECES).getBytes(StandardCharsets.UTF_8));
      }
    }
    return out.toByteArray();
  }

  private String one(List<String> list) {
    return list.get(random.nextInt(list.size()));
  }
}
