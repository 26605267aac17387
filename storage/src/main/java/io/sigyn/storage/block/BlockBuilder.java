package io.sigyn.storage.block;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.storage.codec.Compression;
import io.sigyn.storage.codec.Crc32c;
import io.sigyn.storage.codec.PackedInts;
import io.sigyn.storage.codec.Utf8Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * Gathers rows and makes a block of them. Rows come stream by stream with rising numbers, oldest first in each. Used by
 * one thread; may be used again after {@link #build}.
 */
public final class BlockBuilder {
  private static final int LEAST_GAIN = 20;

  /** The part of the packed times that planes may take at most. */
  private static final double PLANES_GAIN = 0.85;

  private final ByteSink text = new ByteSink(64 << 10);
  private final StampedText stampedText = new StampedText();
  private long[] timestamps = new long[1024];
  private int[] ends = new int[1024];
  private Labels[] metadata = new Labels[1024];
  private final TreeSet<String> names = new TreeSet<>();
  private Labels lastSet = Labels.EMPTY;

  /** Chars of names and values of the rows' sets, once for neighbours that share theirs. */
  private long metadataLength;

  private int rows;

  private int[] runStream = new int[16];
  private int[] runFirst = new int[16];
  private int runs;

  private final int targetBytes;

  /** For blocks of about a MiB. */
  public BlockBuilder() {
    this(BlockFormat.TARGET_BYTES);
  }

  /** For blocks of about so many line bytes. */
  public BlockBuilder(int targetBytes) {
    this.targetBytes = targetBytes;
  }

  /** Below this a block takes a long line that goes over the target. */
  private int minBytes() {
    return targetBytes / 4;
  }

  /** The most a block holds, unless one line is longer. */
  private int maxBytes() {
    return 4 * targetBytes;
  }

  /** The most metadata a block holds, unless one row has more: whoever makes or reads a block has several times as much in memory. */
  private long maxMetadata() {
    return (long) BlockFormat.METADATA_RATIO * targetBytes;
  }

  /** A block ready to be written, its record for the index (the offset in it is 0), and what is in its runs. */
  public record Built(byte[] bytes, BlockInfo info, BlockRuns runs) {}

  /** The number of rows so far. */
  public int rows() {
    return rows;
  }

  /** The line bytes so far. */
  public int bytes() {
    return text.size();
  }

  /** Whether the block should end before a stream of about so many line bytes, so that this one has blocks to itself. */
  public boolean shouldEndBefore(long streamBytes) {
    return text.size() >= minBytes() && streamBytes >= targetBytes;
  }

  /**
   * Takes rows of a stream from {@code from} on until the block is full.
   *
   * @return the first row that was not taken; equal to the size of the rows when all were
   */
  public int add(int stream, EntryBlock block, int from) {
    int to = from;
    int bytes = text.size();
    while (to < block.size() && rows + to - from < BlockFormat.MAX_ROWS) {
      if (!metadataFits(block.metadata(to), rows + to - from == 0)) {
        break;
      }
      int length = block.lineEnd(to) - block.lineStart(to);
      long sum = (long) bytes + length;
      boolean fits = sum <= targetBytes || (bytes < minBytes() && sum <= maxBytes());
      if (!fits && rows + to - from > 0) {
        break;
      }
      bytes = (int) sum;
      to++;
    }
    boolean newRun = runs == 0 || runStream[runs - 1] != stream;
    if (to == from || (newRun && runs == BlockFormat.MAX_RUNS)) {
      return from;
    }
    if (newRun) {
      startRun(stream);
    }
    copy(block, from, to);
    return to;
  }

  /** Enters the names of a row's metadata unless they would be too many for one block, or all of it too much. */
  @SuppressWarnings("ReferenceEquality") // neighbours share their set; another is looked through
  private boolean metadataFits(Labels set, boolean firstRow) {
    if (set == lastSet) {
      return true;
    }
    if (set.isEmpty()) {
      // A row with more names is alone: a name that not all rows have takes two regions, which are counted in two bytes.
      return names.size() <= BlockFormat.MAX_COLUMNS;
    }
    int fresh = 0;
    for (int i = 0; i < set.size(); i++) {
      fresh += names.contains(set.name(i)) ? 0 : 1;
    }
    long length = metadataLength + length(set);
    if (!firstRow && (names.size() + fresh > BlockFormat.MAX_COLUMNS || length > maxMetadata())) {
      return false;
    }
    set.forEach((name, value) -> names.add(name));
    metadataLength = length;
    lastSet = set;
    return true;
  }

  /** Chars of names and values, which a block has no more of than {@link BlockFormat#METADATA_RATIO} says. */
  public static long length(Labels set) {
    long chars = 0;
    for (int i = 0; i < set.size(); i++) {
      chars += set.name(i).length() + set.value(i).length();
    }
    return chars;
  }

  private void startRun(int stream) {
    if (runs == runStream.length) {
      runStream = Arrays.copyOf(runStream, runs * 2);
      runFirst = Arrays.copyOf(runFirst, runs * 2);
    }
    runStream[runs] = stream;
    runFirst[runs++] = rows;
  }

  private void copy(EntryBlock block, int from, int to) {
    int needed = rows + to - from;
    if (needed > timestamps.length) {
      int capacity = Math.max(needed, 2 * timestamps.length);
      timestamps = Arrays.copyOf(timestamps, capacity);
      ends = Arrays.copyOf(ends, capacity);
      metadata = Arrays.copyOf(metadata, capacity);
    }
    int shift = text.size() - block.lineStart(from);
    text.bytes(block.text(), block.lineStart(from), block.lineStart(to) - block.lineStart(from));
    for (int r = from; r < to; r++) {
      timestamps[rows] = block.timestamp(r);
      ends[rows] = block.lineEnd(r) + shift;
      metadata[rows++] = block.metadata(r);
    }
  }

  /**
   * The block; at least one row must be there.
   *
   * @param columnId numbers of metadata columns in the segment by name
   */
  public Built build(ToIntFunction<String> columnId) {
    List<String> columns = List.copyOf(names);
    List<Stored> regions = new ArrayList<>();
    int unit = unit();
    regions.add(times(deltas(unit)));
    regions.add(store(BlockFormat.REGION_LINELEN, BlockFormat.ENC_INT_FOR, 0, lengths()));
    text(regions);
    long metadataBytes = metadata(columns, regions);
    int flags =
        (ascii() ? BlockFormat.FLAG_ASCII : 0)
            | (columns.isEmpty() ? 0 : BlockFormat.FLAG_METADATA)
            | (runs == 1 ? BlockFormat.FLAG_SINGLE_STREAM : 0);
    Built built = write(flags, unit, columns, columnId, regions, (int) Math.min(metadataBytes, Integer.MAX_VALUE));
    clear();
    return built;
  }

  private void clear() {
    text.clear();
    Arrays.fill(metadata, 0, rows, Labels.EMPTY);
    names.clear();
    lastSet = Labels.EMPTY;
    metadataLength = 0;
    rows = 0;
    runs = 0;
  }

  private record Stored(int kind, int encoding, Compression compression, int column, byte[] bytes, int raw) {}

  /** Whether it is worth to decompress: it must be smaller by a twentieth. */
  static boolean gains(int stored, int raw) {
    return stored + raw / LEAST_GAIN < raw;
  }

  /** Compresses unless that gains less than a twentieth. */
  private static Stored store(int kind, int encoding, int column, ByteSink payload) {
    int raw = payload.size();
    byte[] small = Compression.ZSTD.compress(payload.array(), 0, raw);
    return gains(small.length, raw)
        ? new Stored(kind, encoding, Compression.ZSTD, column, small, raw)
        : new Stored(kind, encoding, Compression.NONE, column, payload.toByteArray(), raw);
  }

  private Built write(
      int flags,
      int unit,
      List<String> columns,
      ToIntFunction<String> columnId,
      List<Stored> regions,
      int metadataBytes) {
    int headerLength =
        BlockFormat.HEADER + BlockFormat.RUN * runs + 4 * columns.size() + BlockFormat.REGION * regions.size() + 4;
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int i = 0; i < runs; i++) {
      min = Math.min(min, timestamps[runFirst[i]]);
      max = Math.max(max, timestamps[runEnd(i) - 1]);
    }
    int stored = regions.stream().mapToInt(region -> region.bytes.length + BlockFormat.ALIGNMENT).sum();
    ByteSink out = new ByteSink(headerLength + stored + BlockFormat.ALIGNMENT);
    out.u32(BlockFormat.MAGIC).u8(BlockFormat.LAYOUT_PLAIN).u8(flags).u16(runs);
    out.u32(rows).u32(text.size()).u64(min).u64(max);
    out.u32(Crc32c.of(text.array(), 0, text.size()));
    out.u16(regions.size()).u16(0).u16(columns.size()).u16(0).u32(headerLength);
    for (int i = 0; i < runs; i++) {
      out.u32(runStream[i]).u32(runFirst[i]).u64(timestamps[runFirst[i]]).u64(timestamps[runEnd(i) - 1]);
    }
    for (String column : columns) {
      out.u32(columnId.applyAsInt(column));
    }
    int at = align(headerLength);
    for (Stored region : regions) {
      out.u8(region.kind).u8(region.encoding).u8(region.compression.code()).u8(0).u16(region.column).u16(0);
      out.u32(at).u32(region.bytes.length).u32(region.raw);
      out.u32(Crc32c.of(region.bytes, 0, region.bytes.length));
      at = align(at + region.bytes.length);
    }
    int headerCrc = Crc32c.of(out.array(), 0, out.size());
    out.u32(headerCrc);
    for (Stored region : regions) {
      out.align(BlockFormat.ALIGNMENT).bytes(region.bytes);
    }
    BlockInfo info =
        new BlockInfo(
            0, out.size(), text.size(), rows, runs, BlockFormat.LAYOUT_PLAIN, flags, min, max, runStream[0],
            runStream[runs - 1], metadataBytes, unit, regions.size(), headerLength, headerCrc);
    return new Built(out.toByteArray(), info, countRuns());
  }

  @SuppressWarnings("ReferenceEquality") // neighbours share their set; another is looked through
  private BlockRuns countRuns() {
    BlockRuns.Builder counted = new BlockRuns.Builder(runs);
    Map<String, long[]> levels = new LinkedHashMap<>();
    for (int run = 0; run < runs; run++) {
      long metadataBytes = 0;
      Labels set = Labels.EMPTY;
      long setBytes = 0;
      levels.clear();
      long[] level = levels.computeIfAbsent("", key -> new long[2]);
      for (int r = runFirst[run]; r < runEnd(run); r++) {
        if (metadata[r] != set) {
          set = metadata[r];
          setBytes = Utf8Text.length(set);
          level = levels.computeIfAbsent(set.get(BlockRuns.LEVEL), key -> new long[2]);
        }
        metadataBytes += setBytes;
        level[0]++;
        level[1] += ends[r] - lineStart(r);
      }
      long first = timestamps[runFirst[run]];
      long last = timestamps[runEnd(run) - 1];
      int bytes = ends[runEnd(run) - 1] - lineStart(runFirst[run]);
      counted.run(runStream[run], runEnd(run) - runFirst[run], bytes, metadataBytes, first, last);
      levels.values().removeIf(sums -> sums[0] == 0);
      if (levels.size() <= BlockRuns.MAX_LEVELS) {
        counted.levels(
            List.copyOf(levels.keySet()),
            levels.values().stream().mapToInt(sums -> (int) sums[0]).toArray(),
            levels.values().stream().mapToLong(sums -> sums[1]).toArray());
      }
    }
    return counted.build();
  }

  private int lineStart(int row) {
    return row == 0 ? 0 : ends[row - 1];
  }

  private static int align(int at) {
    return (at + BlockFormat.ALIGNMENT - 1) & -BlockFormat.ALIGNMENT;
  }

  private int runEnd(int run) {
    return run + 1 < runs ? runFirst[run + 1] : rows;
  }

  /** log10 of the largest of s, ms, us, ns that every time is a multiple of. */
  private int unit() {
    int unit = 9;
    for (int r = 0; r < rows && unit > 0; r++) {
      while (timestamps[r] % BlockFormat.UNITS[unit] != 0) {
        unit -= 3;
      }
    }
    return unit;
  }

  /** Without the times that lines begin with, where they can be made of those of the rows. */
  private void text(List<Stored> regions) {
    if (stampedText.encode(text.array(), ends, timestamps, rows) && isText(stampedText)) {
      regions.add(store(BlockFormat.REGION_PLAIN_TEXT, BlockFormat.ENC_STAMPED, 0, stampedText.lines()));
      regions.add(store(BlockFormat.REGION_LINE_TIMES, BlockFormat.ENC_RAW, 0, stampedText.times()));
    } else {
      regions.add(store(BlockFormat.REGION_PLAIN_TEXT, BlockFormat.ENC_RAW, 0, text));
    }
  }

  /** An encoder that is wrong for some text would lose it, and that would only be noticed when it is read. */
  private boolean isText(StampedText stamped) {
    int[] offsets = new int[rows + 1];
    System.arraycopy(ends, 0, offsets, 1, rows);
    byte[] lines = stamped.lines().toByteArray();
    try {
      int _ = StampedText.decode(lines, stamped.times().toByteArray(), offsets, timestamps, rows);
    } catch (CorruptBytesException e) {
      return false;
    }
    return Arrays.equals(lines, 0, lines.length, text.array(), 0, text.size());
  }

  /** The smallest; when others are hardly smaller, planes apart, which decode fastest, or else packed numbers. */
  private static Stored times(long[] deltas) {
    Stored packed = store(BlockFormat.REGION_TS, BlockFormat.ENC_INT_DELTA, 0, Times.packed(deltas));
    Stored planes = store(BlockFormat.REGION_TS, BlockFormat.ENC_DELTA_PLANES, 0, Times.planes(deltas));
    byte[] apart = Times.planesApart(deltas).toByteArray();
    int smaller = Math.min(packed.bytes.length, planes.bytes.length);
    if (apart.length <= smaller + smaller / LEAST_GAIN) {
      return new Stored(
          BlockFormat.REGION_TS, BlockFormat.ENC_PLANES_APART, Compression.NONE, 0, apart, apart.length);
    }
    return planes.bytes.length <= packed.bytes.length * PLANES_GAIN ? planes : packed;
  }

  private long[] deltas(int unit) {
    long[] deltas = new long[rows];
    for (int i = 0; i < runs; i++) {
      for (int r = runFirst[i] + 1; r < runEnd(i); r++) {
        deltas[r] = (timestamps[r] - timestamps[r - 1]) / BlockFormat.UNITS[unit];
      }
    }
    return deltas;
  }

  private ByteSink lengths() {
    long[] lengths = new long[rows];
    int start = 0;
    for (int r = 0; r < rows; r++) {
      int length = ends[r] - start;
      lengths[r] = length;
      start = ends[r];
    }
    ByteSink out = new ByteSink(2 * rows);
    PackedInts.encode(out, lengths, 0, rows);
    return out;
  }

  private boolean ascii() {
    byte[] bytes = text.array();
    int all = 0;
    for (int i = 0; i < text.size(); i++) {
      all |= bytes[i];
    }
    return all >= 0;
  }

  /** Stores the columns of metadata, each with which rows have it unless all do; returns the bytes of names and values. */
  private long metadata(List<String> columns, List<Stored> regions) {
    MetadataColumns gathered = new MetadataColumns(columns, metadata, rows);
    for (int c = 0; c < columns.size(); c++) {
      MetadataColumn.Encoded encoded = MetadataColumn.encode(gathered.values(c));
      regions.add(store(BlockFormat.REGION_META_COLUMN, encoded.encoding(), c, encoded.payload()));
      if (gathered.values(c).size() < rows) {
        byte[] bits = gathered.presence(c);
        regions.add(
            store(BlockFormat.REGION_PRESENCE, BlockFormat.ENC_RAW, c, new ByteSink(bits.length).bytes(bits)));
      }
    }
    return gathered.bytes();
  }
}
