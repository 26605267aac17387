package io.sigyn.logql.stage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys that lines had, and what is made of them. Lines of one stream mostly have the same keys in the same order: behind
 * each key the one that followed it last is expected, and when it is there, neither its end is looked for nor its text made.
 * A short value that is the key's last one again is not made again either. For one thread.
 */
final class SeenKeys {
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Keys beyond so many, or longer ones, are looked at each time they come. */
  private static final int MOST = 64;

  private static final int LONGEST = 64;

  /** A key. */
  static final class Seen {
    /** As text. */
    final String key;

    /** The label it makes in a flat line; empty when it makes none that is wanted. */
    final String label;

    /** The key and what stands behind it. */
    private final byte[] bytes;

    private final int keyLength;
    private final long mask;
    private final long word;
    private final long nextMask;
    private final long nextWord;

    /** What followed last time; itself when that is not known. */
    private Seen next = this;

    /** What makes texts of its values. */
    final ShortTexts values = new ShortTexts();

    private Seen(String key, String label, byte[] bytes, int keyLength) {
      this.key = key;
      this.label = label;
      this.bytes = bytes;
      this.keyLength = keyLength;
      byte[] head = Arrays.copyOf(bytes, 16);
      this.word = (long) LONG.get(head, 0);
      this.nextWord = (long) LONG.get(head, 8);
      this.mask = ShortTexts.ones(bytes.length);
      this.nextMask = ShortTexts.ones(bytes.length - 8);
    }

    private boolean isAt(byte[] text, int at, int to) {
      int end = at + bytes.length;
      if (end > to || at + 16 > text.length) {
        return false;
      }
      return ((long) LONG.get(text, at) & mask) == word
          && ((long) LONG.get(text, at + 8) & nextMask) == nextWord
          && (bytes.length <= 16 || Arrays.equals(text, at + 16, end, bytes, 16, bytes.length));
    }
  }

  private final byte[] behind;
  private final Seen[] all = new Seen[MOST];
  private int size;
  private final Seen start;
  private Seen last;
  private @Nullable WantedKeys wanted;

  /** None yet, for lines in which these bytes stand behind each key. */
  SeenKeys(String behind) {
    this.behind = behind.getBytes(StandardCharsets.US_ASCII);
    this.start = new Seen("", "", this.behind, 0);
    this.last = start;
  }

  /** Starts a line. What was seen for others who want something else is forgotten. */
  void begin(WantedKeys keys) {
    if (wanted != keys) {
      wanted = keys;
      size = 0;
      start.next = start;
    }
    last = start;
  }

  /** The key that is expected, if it stands at {@code at} with what stands behind a key; {@link #end} is then its end. */
  @Nullable Seen expected(byte[] text, int at, int to) {
    Seen next = last.next;
    if (next != last && next.isAt(text, at, to)) {
      last = next;
      return next;
    }
    return null;
  }

  /** Where what stands behind the key of {@link #expected} ends. */
  int end(int at) {
    return at + last.bytes.length;
  }

  /** The key {@code text[from, to)}, which stands there as it is meant. */
  Seen key(byte[] text, int from, int to) {
    int length = to - from;
    for (int i = 0; i < size; i++) {
      Seen one = all[i];
      if (one.keyLength == length && Arrays.equals(text, from, to, one.bytes, 0, length)) {
        return follow(one);
      }
    }
    String key = Names.text(text, from, to);
    String known = wanted == null ? null : wanted.name(text, from, to);
    byte[] bytes = Arrays.copyOfRange(text, from, to + behind.length);
    System.arraycopy(behind, 0, bytes, length, behind.length);
    Seen made = new Seen(key, known == null ? Names.sanitize(key, true) : known, bytes, length);
    if (size == MOST || length > LONGEST) {
      return made;
    }
    all[size++] = made;
    return follow(made);
  }

  /** A key that does not stand in the line as it is meant. */
  Seen once(String key) {
    return new Seen(key, Names.sanitize(key, true), behind, 0);
  }

  private Seen follow(Seen one) {
    last.next = one;
    last = one;
    return one;
  }
}
