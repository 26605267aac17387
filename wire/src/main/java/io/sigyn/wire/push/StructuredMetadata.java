package io.sigyn.wire.push;

import io.sigyn.bytes.Utf8;
import io.sigyn.bytes.Xxh64;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.GoQuote;
import io.sigyn.model.Labels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Cleans up the names and values of structured metadata so that queries can name them. In a name every character but
 * letters and digits of ASCII separates, runs of separators are one underscore, a leading digit gets the prefix {@code
 * key_}, and <code>__x__</code> keeps its double underscores. In a value every byte that is not UTF-8 is a space. Pairs
 * with an empty value are left out, and the last of equal names wins.
 */
public final class StructuredMetadata {
  private static final int SLOTS = 1024;
  private static final int LONGEST = 128;
  private static final AtomicReferenceArray<@Nullable Slot> NAMES = new AtomicReferenceArray<>(SLOTS);

  private StructuredMetadata() {}

  /** Adds a pair of UTF-8 slices to the builder. */
  static void add(Labels.Builder builder, byte[] name, int nameFrom, int nameTo, byte[] value, int from, int to) {
    String cleanName = name(name, nameFrom, nameTo);
    if (to > from) {
      builder.set(cleanName, value(value, from, to));
    }
  }

  /**
   * The clean form of a name.
   *
   * @throws LokiException BAD_REQUEST when nothing is left of it
   */
  public static String name(byte[] in, int from, int to) {
    int length = to - from;
    if (length > LONGEST) {
      return clean(new String(in, from, length, StandardCharsets.UTF_8));
    }
    int index = (int) Xxh64.hash(in, from, length, 0) & (SLOTS - 1);
    Slot slot = NAMES.getAcquire(index);
    if (slot == null || !Arrays.equals(slot.raw, 0, slot.raw.length, in, from, to)) {
      String name = clean(new String(in, from, length, StandardCharsets.UTF_8));
      slot = new Slot(Arrays.copyOfRange(in, from, to), name);
      NAMES.setRelease(index, slot);
    }
    return slot.name;
  }

  private static String clean(String raw) {
    if (raw.isEmpty()) {
      throw new LokiException(ErrorKind.BAD_REQUEST, "label name is empty");
    }
    boolean reserved = raw.length() >= 4 && raw.startsWith("__") && raw.endsWith("__");
    StringBuilder out = new StringBuilder(raw.length() + 4);
    boolean some = false;
    for (int i = reserved ? 2 : 0, end = reserved ? raw.length() - 2 : raw.length(); i < end; i++) {
      char c = raw.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      if (digit || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        if (digit && out.isEmpty() && !reserved) {
          out.append("key_");
        }
        out.append(c);
        some = true;
      } else if (out.isEmpty() || out.charAt(out.length() - 1) != '_') {
        out.append('_');
      }
    }
    String name = reserved ? "__" + out + "__" : out.toString();
    if (!some) {
      throw new LokiException(
          ErrorKind.BAD_REQUEST,
          "normalization for label name "
              + GoQuote.quote(raw)
              + " resulted in invalid name "
              + GoQuote.quote(name));
    }
    return name;
  }

  /** The clean form of a value. */
  public static String value(byte[] in, int from, int to) {
    int i = from;
    while (i < to) {
      int size = in[i] >= 0 ? 1 : Utf8.sequence(in, i, to);
      if (size == 0 || isReplacement(in, i, size)) {
        return repaired(in, from, to);
      }
      i += size;
    }
    return new String(in, from, to - from, StandardCharsets.UTF_8);
  }

  private static String repaired(byte[] in, int from, int to) {
    byte[] out = new byte[to - from];
    int o = 0;
    int i = from;
    while (i < to) {
      int size = in[i] >= 0 ? 1 : Utf8.sequence(in, i, to);
      if (size == 0 || isReplacement(in, i, size)) {
        out[o++] = ' ';
        i += Math.max(size, 1);
      } else {
        System.arraycopy(in, i, out, o, size);
        o += size;
        i += size;
      }
    }
    return new String(out, 0, o, StandardCharsets.UTF_8);
  }

  /** Whether the sequence is U+FFFD, which Go cannot tell from a bad byte. */
  private static boolean isReplacement(byte[] in, int at, int size) {
    return size == 3 && in[at] == (byte) 0xef && in[at + 1] == (byte) 0xbf && in[at + 2] == (byte) 0xbd;
  }

  private record Slot(byte[] raw, String name) {}
}
