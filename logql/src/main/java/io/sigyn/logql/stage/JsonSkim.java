package io.sigyn.logql.stage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Passes members of the object in a line that nobody asked for, and finds the values of those that are, as long as all is as
 * JSON mostly is. Whatever is not, mistakes above all, is left to {@link JsonWalk}. Reused for the next line; for one thread.
 */
final class JsonSkim {
  /** The object has ended. */
  static final int END = -1;

  /** At {@link #at} is a member that must be read. */
  static final int ODD = -2;

  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long TRUE = word("true");
  private static final long FALSE = word("false");
  private static final long NULL = word("null");

  private int at;
  private int valueFrom;
  private int valueTo;
  private boolean isString;

  private static long word(String text) {
    return (long) LONG.get(Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), 8), 0);
  }

  /** Where the walk goes on: behind the value that was found, or at the member that is odd. */
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

  /** Whether it is a string. */
  boolean isString() {
    return isString;
  }

  /**
   * Goes on at {@code from}, where a member of the outermost object begins or the object ends.
   *
   * @return the number of the key whose value was found, {@link #END} or {@link #ODD}
   */
  int next(byte[] line, int from, int to, WantedKeys keys) {
    // The last line of an array ends where no word can be read.
    int end = Math.min(to, line.length - 7);
    int i = from;
    while (true) {
      at = i;
      if (i + 1 >= end) {
        return ODD;
      }
      byte c = line[i];
      if (c != '"') {
        if (c == ' ') {
          i++;
          continue;
        }
        return c == '}' ? END : ODD;
      }
      i++;
      long word = (long) LONG.get(line, i);
      int key = WantedKeys.NONE;
      boolean mayHold = keys.mayStart((byte) word);
      if (mayHold) {
        key = keys.find(line, i, word);
        if (key == WantedKeys.UNSURE) {
          return ODD;
        }
      }
      if (key >= 0) {
        i += keys.length(key);
      } else {
        long marks = oddInKey(word);
        while (marks == 0) {
          i += 8;
          if (i >= end) {
            return ODD;
          }
          marks = oddInKey((long) LONG.get(line, i));
        }
        i += Long.numberOfTrailingZeros(marks) >>> 3;
        if (i >= end || line[i] != '"') {
          return ODD;
        }
        mayHold |= i == at + 1;
        i++;
      }
      if (i + 2 >= end || line[i] != ':') {
        return ODD;
      }
      i += line[i + 1] == ' ' ? 2 : 1;
      int value = i;
      c = line[i];
      if (c == '"') {
        i = stringEnd(line, i + 1, end, key < 0);
        if (i < 0) {
          return ODD;
        }
        if (key >= 0) {
          return found(key, true, value + 1, i - 1, i);
        }
      } else {
        i = end(line, value, end, key, mayHold);
        if (i < 0) {
          return ODD;
        }
        if (key >= 0 && c != '[' && c != 'n') {
          return found(key, false, value, i, i);
        }
      }
      if (i >= end) {
        return ODD;
      }
      c = line[i];
      if (c == '}') {
        return END;
      }
      if (c != ',') {
        return ODD;
      }
      i++;
    }
  }

  private int found(int key, boolean string, int from, int to, int next) {
    isString = string;
    valueFrom = from;
    valueTo = to;
    at = next;
    return key;
  }

  /** Marks what ends a key, and blanks, escapes and bytes above 0x7f, with which it is not for sure what a key means. */
  private static long oddInKey(long word) {
    long backslashes = word ^ ('\\' * ONES);
    // The lowest mark is always right, a higher one may be false.
    return ((word - ('"' + 1) * ONES) | word | ((backslashes - ONES) & ~backslashes)) & HIGHS;
  }

  /** The position after the closing quote; -1 when it is not there, or behind an escape where there may be none. */
  private static int stringEnd(byte[] line, int from, int end, boolean mayEscape) {
    int i = from;
    while (i < end) {
      long word = (long) LONG.get(line, i);
      long quotes = word ^ ('"' * ONES);
      long backslashes = word ^ ('\\' * ONES);
      long marks = (((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes)) & HIGHS;
      if (marks == 0) {
        i += 8;
        continue;
      }
      i += Long.numberOfTrailingZeros(marks) >>> 3;
      if (i >= end) {
        return -1;
      }
      if (line[i] == '"') {
        return i + 1;
      }
      if (!mayEscape) {
        return -1;
      }
      i += 2;
    }
    return -1;
  }

  /** The position after a value that is no string; -1 when it must be read. */
  private static int end(byte[] line, int from, int end, int key, boolean mayHold) {
    byte c = line[from];
    if (c == '-' || (c >= '0' && c <= '9')) {
      int stop = JsonText.wordEnd(line, from + 1, end);
      return stop < end ? stop : -1;
    }
    if (c == '[' || (c == '{' && key < 0 && !mayHold)) {
      return JsonText.blockEnd(line, from, end);
    }
    long word = (long) LONG.get(line, from);
    int length = 0;
    if ((word & 0xffffffffL) == TRUE || (word & 0xffffffffL) == NULL) {
      length = 4;
    } else if ((word & 0xffffffffffL) == FALSE) {
      length = 5;
    }
    int stop = from + length;
    return length > 0 && stop < end && JsonText.wordEnd(line, stop, stop + 1) == stop ? stop : -1;
  }
}
