package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSink;
import io.sigyn.storage.codec.Utf8Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Numbers the strings of a segment and writes what {@link SymbolTable} reads. */
final class SymbolWriter {
  private final String[] sorted;
  private final Map<String, Integer> ids;

  /** Over strings of which none is there twice. */
  SymbolWriter(Collection<String> strings) {
    sorted = strings.toArray(new String[0]);
    Arrays.sort(sorted, Utf8Text::compare);
    ids = HashMap.newHashMap(sorted.length);
    for (int i = 0; i < sorted.length; i++) {
      ids.put(sorted[i], i);
    }
  }

  /** The number of one of the strings. */
  int id(String text) {
    return Objects.requireNonNull(ids.get(text), text);
  }

  byte[] encode() {
    int groups = (sorted.length + SegmentFormat.SYMBOL_GROUP - 1) / SegmentFormat.SYMBOL_GROUP;
    int[] starts = new int[groups];
    ByteSink data = new ByteSink(sorted.length * 8);
    byte[] previous = {};
    for (int i = 0; i < sorted.length; i++) {
      byte[] utf8 = sorted[i].getBytes(StandardCharsets.UTF_8);
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
    out.u32(sorted.length).u32(groups);
    for (int start : starts) {
      out.u32(start);
    }
    return out.bytes(data.array(), 0, data.size()).toByteArray();
  }
}
