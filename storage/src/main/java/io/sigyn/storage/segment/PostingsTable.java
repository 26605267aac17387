package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.Labels;
import io.sigyn.storage.index.StreamIndex.ValueVisitor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/**
 * The postings of a segment, read in place.
 *
 * <pre>
 * u32 e, u32 k
 * e times: u32 name symbol, u32 value symbol, u32 where the bitmap starts; in order of (name, value)
 * k times: u32 name symbol, u32 first entry, u32 end entry, u32 where the presence bitmap starts
 * bitmaps: Roaring portable format, one per entry and one per name; starts count from behind the tables
 * </pre>
 */
final class PostingsTable {
  private static final ImmutableRoaringBitmap NONE = new MutableRoaringBitmap();

  private final SymbolTable symbols;
  private final byte[] bytes;
  private final int bitmaps;
  private final int[] entryName;
  private final int[] entryValue;
  private final int[] entryStart;
  private final int[] nameSymbol;
  private final int[] nameFirst;
  private final int[] nameEnd;
  private final int[] nameStart;

  private PostingsTable(SymbolTable symbols, byte[] bytes) {
    this.symbols = symbols;
    this.bytes = bytes;
    ByteSource in = new ByteSource(bytes);
    int e = in.count32();
    int k = in.count32();
    if (12L * e + 16L * k > in.remaining()) {
      throw new CorruptBytesException(e + " postings of " + k + " names in " + bytes.length + " bytes");
    }
    entryName = new int[e];
    entryValue = new int[e];
    entryStart = new int[e];
    for (int i = 0; i < e; i++) {
      entryName[i] = in.count32();
      entryValue[i] = in.count32();
      entryStart[i] = in.count32();
    }
    nameSymbol = new int[k];
    nameFirst = new int[k];
    nameEnd = new int[k];
    nameStart = new int[k];
    for (int i = 0; i < k; i++) {
      nameSymbol[i] = in.count32();
      nameFirst[i] = in.count32();
      nameEnd[i] = in.count32();
      nameStart[i] = in.count32();
      if (nameFirst[i] > nameEnd[i] || nameEnd[i] > e) {
        throw new CorruptBytesException("name " + i + " has entries " + nameFirst[i] + " to " + nameEnd[i] + " of " + e);
      }
    }
    bitmaps = in.position();
  }

  static PostingsTable decode(byte[] bytes, SymbolTable symbols) {
    return new PostingsTable(symbols, bytes);
  }

  static byte[] encode(StreamTable streams, SymbolTable symbols) {
    TreeMap<Integer, TreeMap<Integer, MutableRoaringBitmap>> postings = new TreeMap<>();
    for (int ref = 0; ref < streams.size(); ref++) {
      Labels labels = streams.labels(ref);
      for (int i = 0; i < labels.size(); i++) {
        postings
            .computeIfAbsent(symbols.find(labels.name(i)), name -> new TreeMap<>())
            .computeIfAbsent(symbols.find(labels.value(i)), value -> new MutableRoaringBitmap())
            .add(ref);
      }
    }
    ByteSink entries = new ByteSink(4096);
    ByteSink names = new ByteSink(1024);
    ByteSink bitmaps = new ByteSink(16_384);
    int count = 0;
    for (Map.Entry<Integer, TreeMap<Integer, MutableRoaringBitmap>> name : postings.entrySet()) {
      MutableRoaringBitmap presence = new MutableRoaringBitmap();
      int first = count;
      for (Map.Entry<Integer, MutableRoaringBitmap> value : name.getValue().entrySet()) {
        entries.u32(name.getKey()).u32(value.getKey()).u32(bitmaps.size());
        serialize(value.getValue(), bitmaps);
        presence.or(value.getValue());
        count++;
      }
      names.u32(name.getKey()).u32(first).u32(count).u32(bitmaps.size());
      serialize(presence, bitmaps);
    }
    ByteSink out = new ByteSink(8 + entries.size() + names.size() + bitmaps.size());
    out.u32(count).u32(postings.size());
    out.bytes(entries.array(), 0, entries.size()).bytes(names.array(), 0, names.size());
    return out.bytes(bitmaps.array(), 0, bitmaps.size()).toByteArray();
  }

  private static void serialize(MutableRoaringBitmap bitmap, ByteSink out) {
    bitmap.runOptimize();
    byte[] portable = new byte[bitmap.serializedSizeInBytes()];
    bitmap.serialize(ByteBuffer.wrap(portable).order(ByteOrder.LITTLE_ENDIAN));
    out.bytes(portable);
  }

  /** The number of (name, value) pairs. */
  int size() {
    return entryName.length;
  }

  List<String> names() {
    List<String> names = new ArrayList<>(nameSymbol.length);
    for (int symbol : nameSymbol) {
      names.add(symbols.get(symbol));
    }
    names.sort(null);
    return names;
  }

  ImmutableRoaringBitmap presence(String name) {
    int n = name(name);
    return n < 0 ? NONE : bitmap(nameStart[n]);
  }

  ImmutableRoaringBitmap posting(String name, String value) {
    int n = name(name);
    int symbol = symbols.find(value);
    if (n < 0 || symbol < 0) {
      return NONE;
    }
    int i = Arrays.binarySearch(entryValue, nameFirst[n], nameEnd[n], symbol);
    return i < 0 ? NONE : bitmap(entryStart[i]);
  }

  ImmutableRoaringBitmap posting(int entry) {
    return bitmap(entryStart[entry]);
  }

  void values(String name, String prefix, ValueVisitor visitor) {
    int n = name(name);
    if (n < 0) {
      return;
    }
    int place = symbols.find(prefix);
    int from = Arrays.binarySearch(entryValue, nameFirst[n], nameEnd[n], place < 0 ? -place - 1 : place);
    for (int i = from < 0 ? -from - 1 : from; i < nameEnd[n]; i++) {
      String value = symbols.get(entryValue[i]);
      if (!value.startsWith(prefix)) {
        return;
      }
      visitor.value(value, bitmap(entryStart[i]));
    }
  }

  private int name(String name) {
    int symbol = symbols.find(name);
    return symbol < 0 ? -1 : Arrays.binarySearch(nameSymbol, symbol);
  }

  private ImmutableRoaringBitmap bitmap(int start) {
    int at = bitmaps + start;
    return new ImmutableRoaringBitmap(ByteBuffer.wrap(bytes, at, bytes.length - at).slice());
  }
}
