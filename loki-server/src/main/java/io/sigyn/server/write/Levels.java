package io.sigyn.server.write;

import java.nio.charset.StandardCharsets;

/** The words for log levels, and finding one in a line of text. */
final class Levels {
  /** The level of a line that shows none. */
  static final String UNKNOWN = "unknown";

  /**
   * In the order in which they are tried at one place; a longer word comes before its beginning.
   */
  private static final String[] WORDS = {
    "trace", "debug", "fatal", "critical", "error", "err", "warning", "warn", "info"
  };

  private static final String[] LEVELS = {
    "trace", "debug", "fatal", "critical", "error", "error", "warn", "warn", "info"
  };

  /** Values of fields, and what they mean. */
  private static final String[] NAMES = {
    "trace",
    "trc",
    "debug",
    "dbg",
    "info",
    "inf",
    "information",
    "warn",
    "wrn",
    "warning",
    "error",
    "err",
    "critical",
    "fatal"
  };

  private static final String[] NAMED = {
    "trace",
    "trace",
    "debug",
    "debug",
    "info",
    "info",
    "info",
    "warn",
    "warn",
    "warn",
    "error",
    "error",
    "critical",
    "fatal"
  };

  /** What a byte may be next to a level word; a look into one table a byte keeps the scan of a line cheap. */
  private static final byte[] ROLES = new byte[256];

  private static final int BEFORE = 1;
  private static final int AFTER = 2;
  private static final int FIRST = 4;

  static {
    marks(" \t\n[({\"=", BEFORE);
    marks(" \t\n[](){}:,!\"=", AFTER);
    for (String word : WORDS) {
      marks(word.substring(0, 1) + Character.toUpperCase(word.charAt(0)), FIRST);
    }
  }

  private Levels() {}

  private static void marks(String chars, int role) {
    chars.chars().forEach(c -> ROLES[c] |= (byte) role);
  }

  /** The level a field's value names, or the value itself. */
  static String named(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    String known = known(bytes, 0, bytes.length);
    return known.isEmpty() ? value : known;
  }

  /** The level a field's value names; empty when it names none. */
  static String known(byte[] text, int from, int to) {
    for (int n = 0; n < NAMES.length; n++) {
      if (NAMES[n].length() == to - from && startsWith(NAMES[n], text, from)) {
        return NAMED[n];
      }
    }
    return "";
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
    int before = BEFORE;
    for (int i = from; i < to; i++) {
      int roles = ROLES[text[i] & 0xFF];
      if ((before & BEFORE) != 0 && (roles & FIRST) != 0) {
        for (int w = 0; w < WORDS.length; w++) {
          if (wordAt(WORDS[w], text, i, to)) {
            return LEVELS[w];
          }
        }
      }
      before = roles;
    }
    return UNKNOWN;
  }

  private static boolean wordAt(String word, byte[] text, int at, int to) {
    int end = at + word.length();
    if (end > to) {
      return false;
    }
    if (!startsWith(word, text, at)) {
      return false;
    }
    return end == to || (ROLES[text[end] & 0xFF] & AFTER) != 0;
  }

  /** Whether the lower-case word stands there, in letters of either case. */
  private static boolean startsWith(String word, byte[] text, int at) {
    for (int i = 0; i < word.length(); i++) {
      if ((text[at + i] | 0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
