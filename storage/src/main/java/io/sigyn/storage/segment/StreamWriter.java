package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSink;
import io.sigyn.model.Labels;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Numbers the label pairs of a segment's streams and writes what {@link StreamTable} reads. */
final class StreamWriter {
  /** Facts about one stream, gathered while its rows are written. */
  static final class Entry {
    final Labels labels;
    int rows;
    long bytes;
    long metadataBytes;
    long minTs = Long.MAX_VALUE;
    long maxTs = Long.MIN_VALUE;
    int firstBlock = -1;
    int lastBlock;

    Entry(Labels labels) {
      this.labels = labels;
    }
  }

  private StreamWriter() {}

  /** The symbols of all label sets. */
  static SymbolWriter symbols(List<Entry> streams) {
    Set<String> strings = new HashSet<>();
    for (Entry stream : streams) {
      stream.labels.forEach(
          (name, value) -> {
            strings.add(name);
            strings.add(value);
          });
    }
    return new SymbolWriter(strings);
  }

  static byte[] encode(List<Entry> streams, SymbolWriter symbols) {
    long[] all = pairs(streams, symbols);
    long[] distinct = distinct(all);
    ByteSink out = new ByteSink(12 + 8 * distinct.length + StreamTable.ROW * streams.size() + 4 * all.length);
    out.u32(streams.size()).u32(distinct.length).u32(all.length);
    for (long pair : distinct) {
      out.u32((int) (pair >>> 32)).u32((int) pair);
    }
    streams.forEach(stream -> out.u64(stream.labels.fingerprint()));
    streams.forEach(stream -> out.u64(stream.bytes));
    streams.forEach(stream -> out.u64(stream.metadataBytes));
    streams.forEach(stream -> out.u64(stream.minTs));
    streams.forEach(stream -> out.u64(stream.maxTs));
    streams.forEach(stream -> out.u32(stream.rows));
    streams.forEach(stream -> out.u32(stream.firstBlock));
    streams.forEach(stream -> out.u32(stream.lastBlock));
    int end = 0;
    for (Entry stream : streams) {
      end += stream.labels.size();
      out.u32(end);
    }
    for (long pair : all) {
      out.u32(Arrays.binarySearch(distinct, pair));
    }
    return out.toByteArray();
  }

  /** Name and value symbol of each pair of each stream, in one number. */
  private static long[] pairs(List<Entry> streams, SymbolWriter symbols) {
    int count = 0;
    for (Entry stream : streams) {
      count += stream.labels.size();
    }
    long[] pairs = new long[count];
    int at = 0;
    for (Entry stream : streams) {
      Labels labels = stream.labels;
      for (int i = 0; i < labels.size(); i++) {
        pairs[at++] = (long) symbols.id(labels.name(i)) << 32 | symbols.id(labels.value(i));
      }
    }
    return pairs;
  }

  private static long[] distinct(long[] pairs) {
    long[] sorted = pairs.clone();
    Arrays.sort(sorted);
    int n = 0;
    for (int i = 0; i < sorted.length; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) {
        sorted[n++] = sorted[i];
      }
    }
    return Arrays.copyOf(sorted, n);
  }
}
