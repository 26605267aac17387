package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.codec.Utf8Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;

/**
 * The strings of a segment, numbered in the order of their UTF-8 bytes.
 *
 * <pre>
 * u32 count, u32 groups, u32 per group: where it starts, counted from behind this table
 * group: 16 strings (the last group may have fewer); per string
 *        uv bytes shared with the string before (0 for the first), uv further bytes, those bytes
 * </pre>
 */
final class SymbolTable {
  private final String[] symbols;

  private SymbolTable(String[] symbols) {
    this.symbols = symbols;
  }

  static SymbolTable of(Collection<String> strings) {
    String[] sorted = strings.toArray(new String[0]);
    Arrays.sort(sorted, Utf8Text::compare);
    return new SymbolTable(sorted);
  }

  int size() {
    return symbols.length;
  }

  String get(int id) {
    if (id < 0 || id >= symbols.length) {
      throw new CorruptBytesException("symbol " + Integer.toUnsignedString(id) + " of " + symbols.length);
    }
    return symbols[id];
  }

  /** The number of a string, or {@code -(place)-1} as {@link Arrays#binarySearch}. */
  int find(String text) {
    return Arrays.binarySearch(symbols, text, Utf8Text::compare);
  }

  byte[] encode() {
    int groups = (symbols.length + SegmentFormat.SYMBOL_GROUP - 1) / SegmentFormat.SYMBOL_GROUP;
    int[] starts = new int[groups];
    ByteSink data = new ByteSink(symbols.length * 8);
    byte[] previous = {};
    for (int i = 0; i < symbols.length; i++) {
      byte[] utf8 = symbols[i].getBytes(StandardCharsets.UTF_8);
      int shared = 0;
      if (i % SegmentFormat.SYMBOL_GROUP == 0) {
        starts[i / SegmentFormat.SYMBOL_GROUP] = data.size();
      } else {
        int mismatch = Arrays.mismatch(previous, utf8);
        shared = mismatch < 0 ? utf8.length : mismatch;
      }
      data.uvarint(shared).uvarint(utf8.length - shared).bytes(utf8, shared, utf8.length - shared);
      previous = utf8;
    }
    ByteSink out = new ByteSink(8 + 4 * groups + data.size());
    out.u32(symbols.length).u32(groups);
    for (int start : starts) {
      out.u32(start);
    }
    return out.bytes(data.array(), 0, data.size()).toByteArray();
  }

  static SymbolTable decode(byte[] bytes) {
    ByteSource in = new ByteSource(bytes);
    int count = in.count32();
    int groups = in.count32();
    if (count > bytes.length || groups != (count + SegmentFormat.SYMBOL_GROUP - 1) / SegmentFormat.SYMBOL_GROUP) {
      throw new CorruptBytesException(count + " symbols in " + groups + " groups, " + bytes.length + " bytes");
    }
    in.skip(4 * groups);
    String[] symbols = new String[count];
    byte[] previous = {};
    for (int i = 0; i < count; i++) {
      int shared = in.count(previous.length);
      int rest = in.count(in.remaining());
      byte[] utf8 = Arrays.copyOf(previous, shared + rest);
      System.arraycopy(bytes, in.position(), utf8, shared, rest);
      in.skip(rest);
      symbols[i] = new String(utf8, StandardCharsets.UTF_8);
      previous = utf8;
    }
    return new SymbolTable(symbols);
  }
}
