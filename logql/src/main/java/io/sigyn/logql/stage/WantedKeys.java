package io.sigyn.logql.stage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells by their bytes which keys of a line are of use, so that no text is made of the others. Immutable. */
final class WantedKeys {
  /** What {@link #name} answers for keys that are of no use. */
  static final String IDLE = "";

  private final String[] names;
  private final byte[][] bytes;
  private final boolean all;

  /**
   * For labels asked for.
   *
   * @param required null when all are
   */
  WantedKeys(@Nullable Set<String> required) {
    this.all = required == null;
    this.names = required == null ? new String[0] : required.toArray(new String[0]);
    this.bytes = new byte[names.length][];
    Arrays.setAll(bytes, i -> names[i].getBytes(StandardCharsets.UTF_8));
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
      if (one.length == to - from && one[0] == text[from] && Arrays.equals(text, from, to, one, 0, one.length)) {
        return names[i];
      }
    }
    // A label of a key that is taken is wanted only if the key is: see HintsFinder.
    return isName(text, from, to) ? IDLE : null;
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
