package io.sigyn.wire.push;

import io.sigyn.bytes.Xxh64;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what label texts parse to, because writers send the same streams again and again. Holds at most {@link
 * #SLOTS} texts of at most {@link #LONGEST} bytes; a text lives in one of two slots, and a new one pushes the older of
 * the two out. Safe for use by several threads without locks: slots are immutable, and a lost update costs a parse.
 */
final class LabelsCache {
  private static final int SLOTS = 1 << 14;
  private static final int LONGEST = 1024;

  private final AtomicReferenceArray<@Nullable Slot> slots = new AtomicReferenceArray<>(SLOTS);
  private final Parser parser;

  LabelsCache(Parser parser) {
    this.parser = parser;
  }

  /** What {@code in[from, to)} parses to. */
  StreamLabels get(byte[] in, int from, int to) {
    int length = to - from;
    if (length > LONGEST) {
      return parser.parse(in, from, to);
    }
    int index = (int) Xxh64.hash(in, from, length, 0) & (SLOTS - 1);
    Slot first = slots.getAcquire(index);
    if (first != null && first.holds(in, from, to)) {
      return first.labels;
    }
    Slot second = slots.getAcquire(index ^ 1);
    if (second != null && second.holds(in, from, to)) {
      return second.labels;
    }
    StreamLabels parsed = parser.parse(in, from, to);
    if (first != null) {
      slots.setRelease(index ^ 1, first);
    }
    slots.setRelease(index, new Slot(Arrays.copyOfRange(in, from, to), parsed));
    return parsed;
  }

  /** Makes labels of a text. */
  interface Parser {
    /** What {@code in[from, to)} denotes. */
    StreamLabels parse(byte[] in, int from, int to);
  }

  private record Slot(byte[] text, StreamLabels labels) {
    boolean holds(byte[] in, int from, int to) {
      return Arrays.equals(text, 0, text.length, in, from, to);
    }
  }
}
