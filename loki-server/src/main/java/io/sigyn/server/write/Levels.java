package io.sigyn.server.write;

import io.sigyn.model.Labels;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The words for log levels, and finding one in a line of text. */
final class Levels {
  /** The level of a line that shows none. */
  static final String UNKNOWN = "unknown";

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LOWER = 0x2020202020202020L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long ONES = 0x0101010101010101L;

  /** First letters of the words that {@link #at} knows. */
  private static final String FIRST_LETTERS = "tdfcewi";

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

  private static final Map<String, Labels> ALONE =
      Stream.concat(Arrays.stream(NAMED), Stream.of(UNKNOWN))
          .distinct()
          .collect(Collectors.toUnmodifiableMap(level -> level, level -> Labels.of(Enrichment.LEVEL, level)));

  /** The names as the bytes of a little-endian word, as far as they fit into one. */
  private static final long[] NAME_BITS = new long[NAMES.length];

  private static final long TRACE = bits("trace");
  private static final long DEBUG = bits("debug");
  private static final long FATAL = bits("fatal");
  private static final long CRITICAL = bits("critical");
  private static final long ERROR = bits("error");
  private static final long ERR = bits("err");
  private static final long WARNING = bits("warning");
  private static final long WARN = bits("warn");
  private static final long INFO = bits("info");

  /** What a byte may be next to a level word; a look into one table a byte keeps the scan of a line cheap. */
  private static final byte[] ROLES = new byte[256];

  private static final int BEFORE = 1;
  private static final int AFTER = 2;
  private static final int FIRST = 4;

  static {
    marks(" \t\n[({\"=", BEFORE);
    marks(" \t\n[](){}:,!\"=", AFTER);
    marks(FIRST_LETTERS + FIRST_LETTERS.toUpperCase(Locale.ROOT), FIRST);
    for (int n = 0; n < NAMES.length; n++) {
      NAME_BITS[n] = bits(NAMES[n]);
    }
  }

  private Levels() {}

  private static void marks(String chars, int role) {
    chars.chars().forEach(c -> ROLES[c] |= (byte) role);
  }

  /** The metadata of an entry that has nothing but this level, always the same object; empty for words of others. */
  static Labels alone(String level) {
    return ALONE.getOrDefault(level, Labels.EMPTY);
  }

  /** The level a field's value names, or the value itself. */
  static String named(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    String known = known(bytes, 0, bytes.length);
    return known.isEmpty() ? value : known;
  }

  private static long bits(String word) {
    byte[] ascii = word.getBytes(StandardCharsets.US_ASCII);
    return folded(ascii, 0, Math.min(ascii.length, Long.BYTES));
  }

  /** Up to eight bytes as a little-endian word, letters in lower case. */
  private static long folded(byte[] text, int from, int length) {
    long word;
    if (from + Long.BYTES <= text.length) {
      word = (long) LONG.get(text, from);
    } else {
      word = 0;
      for (int i = 0; i < length; i++) {
        word |= (text[from + i] & 0xFFL) << (Byte.SIZE * i);
      }
    }
    return (word | LOWER) & mask(length);
  }

  private static long mask(int bytes) {
    return -1L >>> (Long.SIZE - Byte.SIZE * bytes);
  }

  /** The level a field's value names; empty when it names none. */
  static String known(byte[] text, int from, int to) {
    int length = to - from;
    if (length < 3) {
      return "";
    }
    long word = folded(text, from, Math.min(length, Long.BYTES));
    for (int n = 0; n < NAMES.length; n++) {
      if (NAME_BITS[n] == word && NAMES[n].length() == length && restIs(NAMES[n], text, from)) {
        return NAMED[n];
      }
    }
    return "";
  }

  /** Whether the lower-case name goes on behind its first eight letters as the text does, in letters of either case. */
  private static boolean restIs(String name, byte[] text, int from) {
    for (int i = Long.BYTES; i < name.length(); i++) {
      if ((text[from + i] | 0x20) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The level of an OpenTelemetry severity number. */
  static String ofSeverityNumber(String number) {
    long n;
    try {
      n = Long.parseLong(number);
    } catch (NumberFormatException e) {
      return "info";
    }
    if (n == 0 || n > 24) {
      return UNKNOWN;
    }
    if (n <= 4) {
      // There are no negative ones; Loki takes them for less than the least.
      return "trace";
    }
    return switch ((int) (n - 1) / 4) {
      case 1 -> "debug";
      case 2 -> "info";
      case 3 -> "warn";
      case 4 -> "error";
      default -> "fatal";
    };
  }

  /** The level of the first level word that stands alone in the text, or {@link #UNKNOWN}. */
  static String ofText(byte[] text, int from, int to) {
    int at = from;
    long before = 0;
    // A level word begins where a letter follows something else; the first one, if any, follows the start.
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      long word = (long) LONG.get(text, at);
      long letters = letters(word);
      long starts = letters & ~(letters << Byte.SIZE | before);
      before = letters >>> (Long.SIZE - Byte.SIZE);
      while (starts != 0) {
        String level = at(text, from, at + (Long.numberOfTrailingZeros(starts) >>> 3), to);
        if (!level.isEmpty()) {
          return level;
        }
        starts &= starts - 1;
      }
    }
    for (; at < to; at++) {
      String level = at(text, from, at, to);
      if (!level.isEmpty()) {
        return level;
      }
    }
    return UNKNOWN;
  }

  /** The high bits of the bytes that are letters of ASCII. */
  private static long letters(long word) {
    long low = (word | LOWER) & ~HIGHS;
    long fromA = low + ONES * (0x80 - 'a');
    long behindZ = low + ONES * (0x80 - 'z' - 1);
    return fromA & ~behindZ & ~word & HIGHS;
  }

  /** The level of the word that begins here, if it is one and stands alone. */
  private static String at(byte[] text, int from, int at, int to) {
    if ((ROLES[text[at] & 0xFF] & FIRST) == 0 || (at > from && (ROLES[text[at - 1] & 0xFF] & BEFORE) == 0)) {
      return "";
    }
    long word = folded(text, at, Math.min(Long.BYTES, to - at));
    return switch ((char) (word & 0x7F)) {
      case 't' -> is(word, TRACE, 5) && ends(text, at + 5, to) ? "trace" : "";
      case 'd' -> is(word, DEBUG, 5) && ends(text, at + 5, to) ? "debug" : "";
      case 'f' -> is(word, FATAL, 5) && ends(text, at + 5, to) ? "fatal" : "";
      case 'c' -> is(word, CRITICAL, 8) && ends(text, at + 8, to) ? "critical" : "";
      case 'e' ->
          is(word, ERROR, 5) && ends(text, at + 5, to) || is(word, ERR, 3) && ends(text, at + 3, to) ? "error" : "";
      case 'w' ->
          is(word, WARNING, 7) && ends(text, at + 7, to) || is(word, WARN, 4) && ends(text, at + 4, to) ? "warn" : "";
      default -> is(word, INFO, 4) && ends(text, at + 4, to) ? "info" : "";
    };
  }

  private static boolean is(long word, long wanted, int length) {
    return (word & mask(length)) == wanted;
  }

  private static boolean ends(byte[] text, int end, int to) {
    return end == to || end < to && (ROLES[text[end] & 0xFF] & AFTER) != 0;
  }
}
