package io.sigyn.server.write;

import java.util.Locale;
import java.util.Optional;

/** The words for log levels, and finding one in a line of text. */
final class Levels {
  /** The level of a line that shows none. */
  static final String UNKNOWN = "unknown";

  /** In the order in which they are tried at one place; a longer word comes before its beginning. */
  private static final String[] WORDS = {
    "trace", "debug", "fatal", "critical", "error", "err", "warning", "warn", "info"
  };

  private static final String[] LEVELS = {
    "trace", "debug", "fatal", "critical", "error", "error", "warn", "warn", "info"
  };

  private static final boolean[] BEFORE = marks(" \t\n[({\"=");
  private static final boolean[] AFTER = marks(" \t\n[](){}:,!\"=");

  private Levels() {}

  private static boolean[] marks(String chars) {
    boolean[] marks = new boolean[128];
    chars.chars().forEach(c -> marks[c] = true);
    return marks;
  }

  /** The level a field's value names; empty when it names none. */
  static Optional<String> known(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "trace", "trc" -> Optional.of("trace");
      case "debug", "dbg" -> Optional.of("debug");
      case "info", "inf", "information" -> Optional.of("info");
      case "warn", "wrn", "warning" -> Optional.of("warn");
      case "error", "err" -> Optional.of("error");
      case "critical" -> Optional.of("critical");
      case "fatal" -> Optional.of("fatal");
      default -> Optional.empty();
    };
  }

  /** The level a field's value names, or the value itself. */
  static String named(String value) {
    return known(value).orElse(value);
  }

  /** The level of an OpenTelemetry severity number. */
  static String ofSeverityNumber(String number) {
    int n;
    try {
      n = Integer.parseInt(number);
    } catch (NumberFormatException e) {
      return "info";
    }
    if (n < 1 || n > 24) {
      return UNKNOWN;
    }
    return switch ((n - 1) / 4) {
      case 0 -> "trace";
      case 1 -> "debug";
      case 2 -> "info";
      case 3 -> "warn";
      case 4 -> "error";
      default -> "fatal";
    };
  }

  /** The level of the first level word that stands alone in the text, or {@link #UNKNOWN}. */
  static String ofText(byte[] text, int from, int to) {
    boolean start = true;
    for (int i = from; i < to; i++) {
      if (start) {
        for (int w = 0; w < WORDS.length; w++) {
          if (wordAt(WORDS[w], text, i, to)) {
            return LEVELS[w];
          }
        }
      }
      start = text[i] >= 0 && BEFORE[text[i]];
    }
    return UNKNOWN;
  }

  private static boolean wordAt(String word, byte[] text, int at, int to) {
    int end = at + word.length();
    if (end > to) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if ((text[at + i] | 0x20) != word.charAt(i)) {
        return false;
      }
    }
    return end == to || (text[end] >= 0 && AFTER[text[end]]);
  }
}
