package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.index.RefSet;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/**
 * The postings of a segment, read in place. Pairs have the numbers they have in {@link StreamTable}.
 *
 * <pre>
 * u32 p, u32 k
 * p times: u32 posting of the pair
 * k times: u32 name symbol, u32 first pair, u32 end pair, u32 posting of all streams that have the name
 * bitmaps: Roaring portable format
 *
 * posting: with the top bit, the one stream there is; without, where its bitmap starts, counted from behind the tables
 * </pre>
 */
final class PostingsTable {
  /** What a name takes in memory, roughly. */
  private static final int NAME_BYTES = 128;

  /** Marks a posting that is the number of its only stream. */
  static final int SINGLE = 1 << 31;

  private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int COOKIE = 12346;
  private static final int COOKIE_WITH_RUNS = 12347;

  private final byte[] bytes;
  private final int pairs;
  private final int names;
  private final int nameTable;
  private final int bitmaps;
  private final Map<String, Integer> numbers;
  private final List<String> sorted;

  private PostingsTable(byte[] bytes, StreamTable streams) {
    ByteSource in = new ByteSource(bytes);
    this.bytes = bytes;
    pairs = in.count32();
    names = in.count32();
    if (pairs != streams.pairs() || 4L * pairs + 16L * names > in.remaining()) {
      throw new CorruptBytesException(
          "%d postings of %d names in %d bytes, expected %d".formatted(pairs, names, bytes.length, streams.pairs()));
    }
    nameTable = 8 + 4 * pairs;
    bitmaps = nameTable + 16 * names;
    numbers = HashMap.newHashMap(names);
    int end = 0;
    for (int n = 0; n < names; n++) {
      if (first(n) != end || end(n) <= end) {
        throw new CorruptBytesException("name " + n + " has pairs " + first(n) + " to " + end(n) + ", expected from " + end);
      }
      end = end(n);
      numbers.put(streams.text(int32(nameTable + 16 * n)), n);
    }
    sorted = numbers.keySet().stream().sorted().toList();
    if (end != pairs) {
      throw new CorruptBytesException("names have " + end + " pairs, expected " + pairs);
    }
  }

  /** Over a section, which is not copied. */
  static PostingsTable decode(byte[] bytes, StreamTable streams) {
    return new PostingsTable(bytes, streams);
  }

  /** The bytes it keeps in memory. */
  int weight() {
    return bytes.length + NAME_BYTES * names;
  }

  /** The names, ascending. */
  List<String> names() {
    return sorted;
  }

  /** The number of a name, negative when there is none. */
  int name(String name) {
    return numbers.getOrDefault(name, -1);
  }

  /** The first pair with a name. */
  int first(int name) {
    return int32(nameTable + 16 * name + 4);
  }

  /** The end of the pairs with a name. */
  int end(int name) {
    return int32(nameTable + 16 * name + 8);
  }

  ImmutableRoaringBitmap presence(int name) {
    return bitmap(int32(nameTable + 16 * name + 12));
  }

  ImmutableRoaringBitmap posting(int pair) {
    return bitmap(int32(8 + 4 * pair));
  }

  /** Whether some stream of a pair is in a set. */
  boolean intersects(int pair, ImmutableRoaringBitmap streams) {
    int posting = int32(8 + 4 * pair);
    return posting < 0
        ? streams.contains(posting & ~SINGLE)
        : ImmutableRoaringBitmap.intersects(bitmap(posting), streams);
  }

  private ImmutableRoaringBitmap bitmap(int posting) {
    if (posting < 0) {
      return MutableRoaringBitmap.bitmapOf(posting & ~SINGLE);
    }
    int at = bitmaps + posting;
    return new ImmutableRoaringBitmap(ByteBuffer.wrap(bytes, at, bytes.length - at).slice());
  }

  /** Adds the streams of a pair. The usual small bitmap of one container is read without making an object of it. */
  void addTo(int pair, RefSet set) {
    int posting = int32(8 + 4 * pair);
    if (posting < 0) {
      set.add(posting & ~SINGLE);
      return;
    }
    int at = bitmaps + posting;
    int cookie = int32(at);
    if (cookie == COOKIE && int32(at + 4) == 1) {
      int count = u16(at + 10) + 1;
      if (count <= 4096) {
        int high = u16(at + 8) << 16;
        for (int i = 0; i < count; i++) {
          set.add(high | u16(at + 16 + 2 * i));
        }
        return;
      }
    } else if (cookie == COOKIE_WITH_RUNS && (bytes[at + 4] & 1) != 0) {
      int high = u16(at + 5) << 16;
      int runs = u16(at + 9);
      for (int i = 0; i < runs; i++) {
        int from = high | u16(at + 11 + 4 * i);
        set.addRange(from, from + u16(at + 13 + 4 * i));
      }
      return;
    }
    bitmap(posting).forEach((int ref) -> set.add(ref));
  }

  private int int32(int at) {
    return (int) INT.get(bytes, at);
  }

  private int u16(int at) {
    return (short) SHORT.get(bytes, at) & 0xFFFF;
  }
}
