package io.sigyn.wire.push;

import io.sigyn.bytes.Xxh64;
import io.sigyn.model.Labels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes entries of one push that carry the same bytes of structured metadata share one {@link Labels}. Each slot
 * remembers a slice of the body; equal slices find each other as long as nothing else fell into their slot.
 */
final class MetadataCache {
  private static final int SLOTS = 256;

  private final byte[] in;
  private final Parser parser;
  private final int[] starts = new int[SLOTS];
  private final int[] ends = new int[SLOTS];
  private final @Nullable Labels[] labels = new Labels[SLOTS];

  MetadataCache(byte[] in, Parser parser) {
    this.in = in;
    this.parser = parser;
  }

  /** What {@code [from, to)} of the body parses to. */
  Labels get(int from, int to) {
    int slot = (int) Xxh64.hash(in, from, to - from, 0) & (SLOTS - 1);
    Labels known = labels[slot];
    if (known != null && Arrays.equals(in, starts[slot], ends[slot], in, from, to)) {
      return known;
    }
    Labels parsed = parser.parse(from, to);
    starts[slot] = from;
    ends[slot] = to;
    labels[slot] = parsed;
    return parsed;
  }

  /** Makes labels of a slice of the body. */
  interface Parser {
    /** What {@code [from, to)} of the body denotes. */
    Labels parse(int from, int to);
  }
}
