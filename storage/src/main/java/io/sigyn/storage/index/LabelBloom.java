package io.sigyn.storage.index;

import io.sigyn.bytes.Xxh64;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A Bloom filter of label pairs: 2 KiB, four bits per pair. Lets a query pass by a segment without opening it.
 *
 * <p>Bit {@code k} (0 to 3) of a pair is {@code (h + k * (h >>> 32 | 1)) mod 16384} where {@code h} is xxHash64, seed 0,
 * of {@code name 0xff value}; bit {@code b} is the bit {@code b % 8} of byte {@code b / 8}.
 */
public final class LabelBloom {
  /** Length in bytes. */
  public static final int BYTES = 2048;

  private static final int HASHES = 4;

  private final byte[] bits;

  /** Over the stored form, which is not copied. */
  public LabelBloom(byte[] bits) {
    if (bits.length != BYTES) {
      throw new IllegalArgumentException("bloom filter of " + bits.length + " bytes, expected " + BYTES);
    }
    this.bits = bits;
  }

  /** Without pairs. */
  public LabelBloom() {
    this(new byte[BYTES]);
  }

  /** The stored form, not a copy. */
  public byte[] bytes() {
    return bits;
  }

  /** Enters all pairs of a stream. */
  public void add(Labels labels) {
    for (int i = 0; i < labels.size(); i++) {
      long hash = hash(labels.name(i), labels.value(i));
      for (int k = 0; k < HASHES; k++) {
        int bit = bit(hash, k);
        bits[bit >>> 3] |= (byte) (1 << (bit & 7));
      }
    }
  }

  /** Whether some stream may satisfy all matchers; only equalities are looked at. */
  public boolean mayMatch(List<LabelMatcher> matchers) {
    for (LabelMatcher matcher : matchers) {
      if (matcher instanceof LabelMatcher.Equal equal
          && !equal.value().isEmpty()
          && !mayHave(equal.name(), equal.value())) {
        return false;
      }
    }
    return true;
  }

  private boolean mayHave(String name, String value) {
    long hash = hash(name, value);
    for (int k = 0; k < HASHES; k++) {
      int bit = bit(hash, k);
      if ((bits[bit >>> 3] & (1 << (bit & 7))) == 0) {
        return false;
      }
    }
    return true;
  }

  private static int bit(long hash, int k) {
    return (int) ((hash + k * (hash >>> 32 | 1)) & (BYTES * 8 - 1));
  }

  private static long hash(String name, String value) {
    byte[] n = name.getBytes(StandardCharsets.UTF_8);
    byte[] v = value.getBytes(StandardCharsets.UTF_8);
    byte[] pair = new byte[n.length + 1 + v.length];
    System.arraycopy(n, 0, pair, 0, n.length);
    pair[n.length] = (byte) 0xFF;
    System.arraycopy(v, 0, pair, n.length + 1, v.length);
    return Xxh64.hash(pair, 0, pair.length, 0);
  }
}
