package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.bytes.Xxh64;
import io.sigyn.model.Labels;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The streams of a segment in the order of their label sets; the place in this order is the stream's number everywhere
 * in the segment.
 *
 * <pre>
 * u32 n, u32 pairs of all streams together, then columns of n values each:
 * u64 fingerprint, u64 second hash, u32 rows, u64 line bytes, i64 minTs, i64 maxTs,
 * u32 first block, u32 last block, u32 end of its pairs; then per pair u32 name symbol, u32 value symbol
 * </pre>
 */
final class StreamTable {
  /** Seed of the second hash, over the same bytes as the fingerprint. */
  private static final long SECOND_SEED = 0x5369_6779_6E32L;

  private final Labels[] labels;
  private final int[] rows;
  private final long[] bytes;
  private final long[] minTs;
  private final long[] maxTs;
  private final int[] firstBlock;
  private final int[] lastBlock;

  private StreamTable(int n) {
    labels = new Labels[n];
    rows = new int[n];
    bytes = new long[n];
    minTs = new long[n];
    maxTs = new long[n];
    firstBlock = new int[n];
    lastBlock = new int[n];
  }

  /** Facts about one stream, gathered while its rows are written. */
  static final class Entry {
    final Labels labels;
    int rows;
    long bytes;
    long minTs = Long.MAX_VALUE;
    long maxTs = Long.MIN_VALUE;
    int firstBlock = -1;
    int lastBlock;

    Entry(Labels labels) {
      this.labels = labels;
    }
  }

  static StreamTable of(List<Entry> entries) {
    StreamTable table = new StreamTable(entries.size());
    for (int i = 0; i < table.labels.length; i++) {
      Entry entry = entries.get(i);
      table.labels[i] = entry.labels;
      table.rows[i] = entry.rows;
      table.bytes[i] = entry.bytes;
      table.minTs[i] = entry.minTs;
      table.maxTs[i] = entry.maxTs;
      table.firstBlock[i] = entry.firstBlock;
      table.lastBlock[i] = entry.lastBlock;
    }
    return table;
  }

  int size() {
    return labels.length;
  }

  Labels labels(int i) {
    return labels[i];
  }

  int rows(int i) {
    return rows[i];
  }

  long bytes(int i) {
    return bytes[i];
  }

  long minTs(int i) {
    return minTs[i];
  }

  long maxTs(int i) {
    return maxTs[i];
  }

  int firstBlock(int i) {
    return firstBlock[i];
  }

  int lastBlock(int i) {
    return lastBlock[i];
  }

  byte[] encode(SymbolTable symbols) {
    int n = labels.length;
    int pairs = 0;
    for (Labels set : labels) {
      pairs += set.size();
    }
    ByteSink out = new ByteSink(8 + 56 * n + 8 * pairs);
    out.u32(n).u32(pairs);
    for (Labels set : labels) {
      out.u64(set.fingerprint());
    }
    for (Labels set : labels) {
      out.u64(secondHash(set));
    }
    for (int i = 0; i < n; i++) {
      out.u32(rows[i]);
    }
    for (long[] column : List.of(bytes, minTs, maxTs)) {
      for (int i = 0; i < n; i++) {
        out.u64(column[i]);
      }
    }
    for (int[] column : List.of(firstBlock, lastBlock)) {
      for (int i = 0; i < n; i++) {
        out.u32(column[i]);
      }
    }
    int end = 0;
    for (Labels set : labels) {
      end += set.size();
      out.u32(end);
    }
    for (Labels set : labels) {
      set.forEach((name, value) -> out.u32(symbols.find(name)).u32(symbols.find(value)));
    }
    return out.toByteArray();
  }

  static StreamTable decode(byte[] from, SymbolTable symbols) {
    ByteSource in = new ByteSource(from);
    int n = in.count32();
    int pairs = in.count32();
    if (8 + 56L * n + 8L * pairs != from.length) {
      throw new CorruptBytesException(n + " streams with " + pairs + " pairs in " + from.length + " bytes");
    }
    StreamTable table = new StreamTable(n);
    in.skip(16 * n);
    for (int i = 0; i < n; i++) {
      table.rows[i] = in.count32();
    }
    for (long[] column : List.of(table.bytes, table.minTs, table.maxTs)) {
      for (int i = 0; i < n; i++) {
        column[i] = in.u64();
      }
    }
    for (int[] column : List.of(table.firstBlock, table.lastBlock)) {
      for (int i = 0; i < n; i++) {
        column[i] = in.count32();
      }
    }
    int[] ends = new int[n];
    for (int i = 0; i < n; i++) {
      ends[i] = in.count32();
    }
    int at = 0;
    for (int i = 0; i < n; i++) {
      Labels.Builder builder = Labels.builder();
      for (; at < ends[i]; at++) {
        builder.set(symbols.get(in.u32()), symbols.get(in.u32()));
      }
      table.labels[i] = builder.build();
    }
    return table;
  }

  private static long secondHash(Labels set) {
    ByteSink out = new ByteSink(256);
    set.forEach(
        (name, value) ->
            out.bytes(name.getBytes(StandardCharsets.UTF_8)).u8(0xFF).bytes(value.getBytes(StandardCharsets.UTF_8)).u8(0xFF));
    return Xxh64.hash(out.array(), 0, out.size(), SECOND_SEED);
  }
}
