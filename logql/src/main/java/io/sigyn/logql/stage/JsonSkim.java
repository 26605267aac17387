package io.sigyn.logql.stage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

  /** Keys at more places of a line than so many are not known again. */
  private static final int MOST = 32;

  /**
   * The key of no use that was last seen at a place among a line's members, with the quote and colon behind it, as two words.
   * Lines of one stream mostly have the same keys in the same order.
   */
  private static final class Idle {
    /** In bytes; at most 16. */
    private int length;

    private long headMask;
    private long head;
    private long tailMask;
    private long tail;

    /** Whether below it may be labels of use. */
    private boolean mayHold;

    private void forget() {
      headMask = 0;
      head = -1;
    }

    private boolean isAt(byte[] line, int at, long word) {
      return (word & headMask) == head && ((long) LONG.get(line, at + 8) & tailMask) == tail;
    }

    private void be(byte[] line, int from, int to, boolean holds) {
      length = to - from;
      headMask = ShortTexts.ones(length);
      head = (long) LONG.get(line, from) & headMask;
      tailMask = ShortTexts.ones(length - 8);
      tail = (long) LONG.get(line, from + 8) & tailMask;
      mayHold = holds;
    }
  }

  private final Idle[] idle = new Idle[MOST];
  private @Nullable WantedKeys wanted;
  private int member;
  private int at;
  private int valueFrom;
  private int valueTo;
  private boolean isString;

  private static long word(String text) {
    return (long) LONG.get(Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), 8), 0);
  }

  JsonSkim() {
    Arrays.setAll(idle, i -> new Idle());
  }

  /** Starts a line. */
  @SuppressWarnings("ReferenceEquality") // keys are those of a stage
  void begin(WantedKeys keys) {
    member = 0;
    if (wanted != keys) {
      wanted = keys;
      for (Idle one : idle) {
        one.forget();
      }
    }
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
    // The last line of an array ends where no two words can be read.
    int end = Math.min(to, line.length - 15);
    int i = from;
    int place = member;
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
      Idle known = idle[place & (MOST - 1)];
      int key = WantedKeys.NONE;
      boolean mayHold = known.mayHold;
      member = ++place;
      if (known.isAt(line, i, word)) {
        i += known.length - 1;
      } else {
        mayHold = keys.mayStart((byte) word);
        key = mayHold ? keys.find(line, i, word) : WantedKeys.NONE;
        if (key == WantedKeys.UNSURE) {
          return ODD;
        }
        if (key >= 0) {
          i += keys.length(key);
        } else {
          i = keyEnd(line, i, end);
          if (i < 0) {
            return ODD;
          }
          mayHold |= i == at + 2;
        }
        if (i >= end || line[i] != ':') {
          return ODD;
        }
        int length = i - at;
        if (key < 0 && length <= 16 && place <= MOST) {
          known.be(line, at + 1, i + 1, mayHold);
        }
      }
      if (i + 2 >= end) {
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

  /** The position after the quote that closes a key of letters and the like; -1 for others. */
  private static int keyEnd(byte[] line, int from, int end) {
    int i = from;
    long marks = oddInKey((long) LONG.get(line, i));
    while (marks == 0) {
      i += 8;
      if (i >= end) {
        return -1;
      }
      marks = oddInKey((long) LONG.get(line, i));
    }
    i += Long.numberOfTrailingZeros(marks) >>> 3;
    return i < end && line[i] == '"' ? i + 1 : -1;
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
