package io.sigyn.logql.stage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Passes pairs of a line that nobody asked for, whatever is wrong with them, and finds the values of those that are. What
 * cannot be told from the bytes is left to {@link LogfmtScanner}. Reused for the next line; for one thread.
 */
final class LogfmtSkim {
  /** The line has ended. */
  static final int END = -1;

  /** At {@link #at} is a pair that must be read. */
  static final int ODD = -2;

  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private int at;
  private int valueFrom;
  private int valueTo;

  /** Where the walk goes on: behind the value that was found, or at the pair that is odd. */
  int at() {
    return at;
  }

  /** Where the value starts that was found, quotes excluded. */
  int valueFrom() {
    return valueFrom;
  }

  /** Where it ends. */
  int valueTo() {
    return valueTo;
  }

  /**
   * Goes on at {@code from}, where a pair or blanks begin.
   *
   * @return the number of the key whose value was found, {@link #END} or {@link #ODD}
   */
  int next(byte[] line, int from, int to, WantedKeys keys) {
    // The last line of an array ends where no word can be read.
    int end = Math.min(to, line.length - 7);
    int i = from;
    while (i < end) {
      long word = (long) LONG.get(line, i);
      byte first = (byte) word;
      if (LogfmtScanner.isSeparator(first)) {
        i++;
        continue;
      }
      at = i;
      if (keys.mayStart(first)) {
        int key = keys.find(line, i, word);
        if (key != WantedKeys.NONE) {
          return key >= 0 && findValue(line, i + keys.length(key), to) ? key : ODD;
        }
      }
      long marks = blankQuoteOrHigh(word);
      while (marks == 0) {
        i += 8;
        if (i >= end) {
          return i >= to ? END : ODD;
        }
        marks = blankQuoteOrHigh((long) LONG.get(line, i));
      }
      i += Long.numberOfTrailingZeros(marks) >>> 3;
      if (i >= end) {
        return i >= to ? END : ODD;
      }
      if (LogfmtScanner.isSeparator(line[i])) {
        i++;
        continue;
      }
      i = pass(line, at, i, to);
      if (i < 0) {
        return ODD;
      }
    }
    at = i;
    return i >= to ? END : ODD;
  }

  /** Marks blanks, quotes, what is between them, of which there is only the exclamation mark, and bytes above 0x7f. */
  private static long blankQuoteOrHigh(long word) {
    // The lowest mark is always right, a higher one may be false.
    return ((word - ('"' + 1) * ONES) | word) & HIGHS;
  }

  /**
   * Where the pair at {@code from}, which is of no use, ends, if the first mark of its bytes stands at {@code mark}; -1 when it
   * may be of use or that cannot be told.
   */
  private static int pass(byte[] line, int from, int mark, int to) {
    int i = mark;
    if (line[i] != '"') {
      while (i < to && !LogfmtScanner.isSeparator(line[i]) && line[i] != '"') {
        i++;
      }
      if (!hasAsciiKey(line, from, i)) {
        return -1;
      }
      if (i == to || line[i] != '"') {
        return i;
      }
    }
    return i > from && line[i - 1] == '=' && isFirstEquals(line, from, i - 1)
        ? passQuoted(line, i, to)
        : LogfmtScanner.separator(line, i, to);
  }

  /** Whether a key that is not empty ends at the equals sign at {@code at}. */
  private static boolean isFirstEquals(byte[] line, int from, int at) {
    int i = from;
    for (; i <= line.length - 8; i += 8) {
      long equals = (long) LONG.get(line, i) ^ ('=' * ONES);
      long marks = (equals - ONES) & ~equals & HIGHS;
      if (marks != 0) {
        return at > from && i + (Long.numberOfTrailingZeros(marks) >>> 3) == at;
      }
    }
    while (line[i] != '=') {
      i++;
    }
    return at > from && i == at;
  }

  private static boolean hasAsciiKey(byte[] line, int from, int end) {
    for (int i = from; i < end && line[i] != '='; i++) {
      if (line[i] < 0) {
        return false;
      }
    }
    return true;
  }

  /** Where a value ends that is quoted; -1 when that cannot be told. */
  private static int passQuoted(byte[] line, int quote, int to) {
    int end = JsonText.quoteOrBackslash(line, quote + 1, to);
    if (end == to) {
      return to;
    }
    if (line[end] == '"') {
      return end + 1;
    }
    end = JsonText.stringEnd(line, end, to);
    if (end < 0) {
      return to;
    }
    // What follows at once is skipped when an escape is wrong, and is a pair otherwise.
    return end == to || LogfmtScanner.isSeparator(line[end]) ? end : -1;
  }

  /** Finds a value that stands as it is meant. */
  private boolean findValue(byte[] line, int from, int to) {
    if (from > to) {
      return false;
    }
    boolean isQuoted = from < to && line[from] == '"';
    int start = isQuoted ? from + 1 : from;
    int end = isQuoted ? JsonText.quoteOrBackslash(line, start, to) : LogfmtScanner.stop(line, start, to);
    if (isQuoted ? end == to || line[end] == '\\' : end < to && !LogfmtScanner.isSeparator(line[end])) {
      return false;
    }
    valueFrom = start;
    valueTo = end;
    at = isQuoted ? end + 1 : end;
    return true;
  }
}
