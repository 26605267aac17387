package io.sigyn.logql.stage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells by their bytes which keys of a line are of use, so that no text is made of the others. The first eight bytes of a key
 * and of what stands behind it are compared as a word. Immutable.
 */
final class WantedKeys {
  /** What {@link #name} answers for keys that are of no use. */
  static final String IDLE = "";

  /** What {@link #find} answers for keys that are of no use. */
  static final int NONE = -1;

  /** What {@link #find} answers for keys that must be read as text. */
  static final int UNSURE = -2;

  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final String[] names;

  /** The names with what stands behind a key. */
  private final byte[][] bytes;

  private final long[] words;

  /** Which bits of a word must be those of the name: all but those of {@code _}, which other characters turn into. */
  private final long[] masks;

  /** Whether the word says all. */
  private final boolean[] exact;

  /** A bit for the low six bits of every byte that a key of use may begin with. */
  private final long firsts;

  private final boolean all;
  private final boolean skims;

  /**
   * For labels asked for.
   *
   * @param required null when all are
   * @param behind what stands behind a key
   */
  WantedKeys(@Nullable Set<String> required, char behind) {
    this.all = required == null;
    this.names = required == null ? new String[0] : required.stream().filter(WantedKeys::isName).toArray(String[]::new);
    this.bytes = new byte[names.length][];
    this.words = new long[names.length];
    this.masks = new long[names.length];
    this.exact = new boolean[names.length];
    long begins = 0;
    boolean plain = !all;
    for (int i = 0; i < names.length; i++) {
      String name = names[i];
      bytes[i] = (name + behind).getBytes(StandardCharsets.UTF_8);
      words[i] = (long) LONG.get(Arrays.copyOf(bytes[i], 8), 0);
      masks[i] = ShortTexts.ones(bytes[i].length);
      for (int b = 0; b < Math.min(8, name.length()); b++) {
        if (name.charAt(b) == '_') {
          masks[i] &= ~(0xffL << (8 * b));
        }
      }
      words[i] &= masks[i];
      exact[i] = bytes[i].length <= 8 && name.indexOf('_') < 0;
      begins |= name.startsWith("_") ? -1L : 1L << bytes[i][0];
      // A digit in front makes the name longer than the key.
      plain &= name.length() < 2 || name.charAt(0) != '_' || name.charAt(1) > '9';
    }
    this.firsts = begins;
    this.skims = plain;
  }

  /** Whether keys of use can be told by {@link #find}. */
  boolean skims() {
    return skims;
  }

  /** The labels asked for that a key can make; none when all are. */
  String[] names() {
    return names.clone();
  }

  /** Whether a key of use, or a label that begins with it, may begin so. Some that cannot are not told. */
  boolean mayStart(byte first) {
    return (firsts >>> first & 1) != 0;
  }

  /**
   * Which key stands at {@code text[at]}, a byte that {@link #mayStart}, with what stands behind a key.
   *
   * @param word the first eight bytes there
   * @return its number, {@link #NONE} or {@link #UNSURE}; keys with bytes above 0x7f and blanks are not told for sure
   */
  int find(byte[] text, int at, long word) {
    for (int i = 0; i < words.length; i++) {
      if ((word & masks[i]) == words[i]) {
        byte[] one = bytes[i];
        if (exact[i]) {
          return i;
        }
        if (one.length > text.length - at) {
          return UNSURE;
        }
        int same = 0;
        while (same < one.length && text[at + same] == one[same]) {
          same++;
        }
        if (same == one.length) {
          return i;
        }
        if (same < 8 || one[same] == '_') {
          return UNSURE;
        }
      }
    }
    return NONE;
  }

  /** The length of a key and of what stands behind it. */
  int length(int key) {
    return bytes[key].length;
  }

  /**
   * The label that a key {@code text[from, to)} of a flat line asks to make.
   *
   * @return {@link #IDLE} when nobody wants it; null when that cannot be told without reading the key as text
   */
  @Nullable String name(byte[] text, int from, int to) {
    if (all) {
      return null;
    }
    for (int i = 0; i < bytes.length; i++) {
      byte[] one = bytes[i];
      int length = one.length - 1;
      if (length == to - from && Arrays.equals(text, from, to, one, 0, length)) {
        return names[i];
      }
    }
    // A label of a key that is taken is wanted only if the key is: see HintsFinder.
    return isName(text, from, to) ? IDLE : null;
  }

  private static boolean isName(String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    return isName(text, 0, text.length);
  }

  private static boolean isName(byte[] text, int from, int to) {
    if (from == to || (text[from] >= '0' && text[from] <= '9')) {
      return false;
    }
    for (int i = from; i < to; i++) {
      byte c = text[i];
      boolean part = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      if (!part) {
        return false;
      }
    }
    return true;
  }
}
