package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.Xxh64;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.block.BlockBuilder;
import io.sigyn.storage.block.BlockCopy;
import io.sigyn.storage.block.BlockHeader;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.block.BlockRuns;
import io.sigyn.storage.codec.Compression;
import io.sigyn.storage.codec.Crc32c;
import io.sigyn.storage.codec.SymbolTable;
import io.sigyn.storage.codec.Utf8Text;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.files.WritableFile;
import io.sigyn.storage.index.LabelBloom;
import io.sigyn.storage.tombstone.TombstoneId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * Writes a segment: {@link #stream}, its rows oldest first, the next stream in order of label sets, {@link #finish}. The
 * file gets its name when it is complete and durable; closed before that, it leaves nothing behind. Used by one thread.
 */
public final class SegmentWriter implements AutoCloseable {
  private final StoreFiles files;
  private final Path path;
  private final Path temporary;
  private final WritableFile file;
  private final SegmentId id;
  private final int level;
  private long position;
  private final ParityWriter parity = new ParityWriter();

  private final BlockBuilder builder;
  private final int blockBytes;
  private final List<BlockInfo> blocks = new ArrayList<>();
  private final List<BlockRuns> runs = new ArrayList<>();
  private final List<StreamWriter.Entry> streams = new ArrayList<>();
  private final List<String> columns = new ArrayList<>();
  private final Map<String, Integer> columnNumbers = new HashMap<>();
  private List<TombstoneId> applied = List.of();
  private boolean finished;

  /**
   * Starts a segment in a directory that exists.
   *
   * @param frontier with this segment, every entry of the tenant's day with an LSN up to this is in segments
   * @param blockBytes line bytes that a block aims at
   */
  public SegmentWriter(
      StoreFiles files,
      Path directory,
      SegmentId id,
      Tenant tenant,
      int day,
      int level,
      long frontier,
      long createdNanos,
      int blockBytes)
      throws IOException {
    this.files = files;
    this.id = id;
    this.level = level;
    this.blockBytes = blockBytes;
    this.builder = new BlockBuilder(blockBytes);
    path = directory.resolve(id.fileName(level));
    temporary = Publication.temporary(path);
    file = files.create(temporary);
    ByteSink header = new ByteSink(SegmentFormat.HEADER);
    header.u32(SegmentFormat.MAGIC).u16(SegmentFormat.MAJOR).u16(SegmentFormat.MINOR).u64(0);
    id.encode(header);
    header.u64(createdNanos).u32(tenantHash(tenant)).u32(day).u8(level);
    header.bytes(new byte[3]).u64(frontier);
    header.u32(Crc32c.of(header.array(), 0, SegmentFormat.HEADER_CRC_AT));
    append(header.array(), header.size());
  }

  /** The tenant in a header: the low half of xxHash64 of its id. */
  static int tenantHash(Tenant tenant) {
    byte[] utf8 = tenant.id().getBytes(StandardCharsets.UTF_8);
    return (int) Xxh64.hash(utf8, 0, utf8.length, 0);
  }

  /**
   * Starts the next stream, which must come after the one before in the order of label sets and get at least one row.
   *
   * @param expectedBytes its line bytes, roughly; a large stream starts a block of its own
   */
  public void stream(Labels labels, long expectedBytes) throws IOException {
    if (!streams.isEmpty() && streams.getLast().labels.compareTo(labels) >= 0) {
      throw new IllegalArgumentException("stream " + labels + " after " + streams.getLast().labels);
    }
    if (builder.shouldEndBefore(expectedBytes)) {
      writeBlock();
    }
    streams.add(new StreamWriter.Entry(labels));
  }

  /** Takes rows of the stream started last. */
  public void rows(EntryBlock rows) throws IOException {
    StreamWriter.Entry stream = streams.getLast();
    int from = 0;
    while (from < rows.size()) {
      int to = builder.add(streams.size() - 1, rows, from);
      if (to > from) {
        if (stream.firstBlock < 0) {
          stream.firstBlock = blocks.size();
        }
        stream.lastBlock = blocks.size();
        stream.rows += to - from;
        stream.bytes += rows.lineEnd(to - 1) - rows.lineStart(from);
        stream.metadataBytes += metadataBytes(rows, from, to);
        stream.minTs = Math.min(stream.minTs, rows.timestamp(from));
        stream.maxTs = Math.max(stream.maxTs, rows.timestamp(to - 1));
      }
      if (to < rows.size()) {
        writeBlock();
      }
      from = to;
    }
  }

  /** Whether a block is large enough to be taken by {@link #copy}. */
  public boolean copies(BlockInfo info) {
    return BlockCopy.suits(info, blockBytes);
  }

  /**
   * Takes a block of one stream as it is, as the next rows of the stream started last.
   *
   * @param bytes the block as stored; may be changed
   * @param from what is in its run
   * @param columnName names of metadata columns by their number in the segment it comes from
   * @throws io.sigyn.bytes.CorruptBytesException when a checksum in it does not hold
   */
  public void copy(byte[] bytes, BlockInfo info, BlockRuns from, IntFunction<String> columnName) throws IOException {
    if (builder.rows() > 0) {
      writeBlock();
    }
    StreamWriter.Entry stream = streams.getLast();
    if (stream.firstBlock < 0) {
      stream.firstBlock = blocks.size();
    }
    stream.lastBlock = blocks.size();
    stream.rows += info.rows();
    stream.bytes += info.rawBytes();
    // The block index has 32 bits for this, which metadata that many rows share does not fit.
    stream.metadataBytes += from.metadataBytes(0);
    stream.minTs = Math.min(stream.minTs, info.minTs());
    stream.maxTs = Math.max(stream.maxTs, info.maxTs());
    write(BlockCopy.of(bytes, info, from, streams.size() - 1, columnName, this::column));
  }

  /** Says which delete requests have nothing left in here to hide. */
  public void applied(List<TombstoneId> tombstones) {
    applied = List.copyOf(tombstones);
  }

  @SuppressWarnings("ReferenceEquality") // neighbours mostly share their set
  private static long metadataBytes(EntryBlock rows, int from, int to) {
    long sum = 0;
    Labels last = Labels.EMPTY;
    int bytes = 0;
    for (int r = from; r < to; r++) {
      Labels set = rows.metadata(r);
      if (set != last) {
        last = set;
        bytes = Utf8Text.length(set);
      }
      sum += bytes;
    }
    return sum;
  }

  private void writeBlock() throws IOException {
    write(builder.build(this::column));
  }

  private int column(String name) {
    return columnNumbers.computeIfAbsent(
        name,
        key -> {
          columns.add(key);
          return columns.size() - 1;
        });
  }

  private void write(BlockBuilder.Built built) throws IOException {
    align();
    byte[] tag = tag(built).encode(id, position);
    append(tag, tag.length);
    align();
    blocks.add(built.info().at(position));
    runs.add(built.runs());
    append(built.bytes(), built.bytes().length);
  }

  /** Every stream has rows, so those between the first and the last of a block are all in it. */
  private BlockTag tag(BlockBuilder.Built built) {
    BlockInfo info = built.info();
    Map<Integer, String> names = new LinkedHashMap<>();
    for (int column : BlockHeader.decode(built.bytes(), info).columns()) {
      names.put(column, columns.get(column));
    }
    return new BlockTag(
        info,
        names,
        streams.subList(info.firstStream(), info.lastStream() + 1).stream().map(stream -> stream.labels).toList());
  }

  /** Writes the rest, makes the file durable and gives it its name. */
  public SegmentInfo finish() throws IOException {
    if (builder.rows() > 0) {
      writeBlock();
    }
    Set<String> names = new TreeSet<>();
    LabelBloom pairs = new LabelBloom();
    for (StreamWriter.Entry stream : streams) {
      pairs.add(stream.labels);
      for (int i = 0; i < stream.labels.size(); i++) {
        names.add(stream.labels.name(i));
      }
    }
    SymbolWriter symbols = StreamWriter.symbols(streams);
    byte[] symbolSection = symbols.encode();
    byte[] streamSection = StreamWriter.encode(streams, symbols);
    StreamTable table = StreamTable.decode(streamSection, SymbolTable.decode(symbolSection));
    ByteSink directory = new ByteSink(SegmentFormat.DIRECTORY_ENTRY * SectionKind.values().length);
    section(directory, SectionKind.STREAMS, streamSection, true);
    section(directory, SectionKind.SYMBOLS, symbolSection, true);
    section(directory, SectionKind.POSTINGS, PostingsWriter.encode(table), false);
    section(directory, SectionKind.COLUMNS, columnNames(), true);
    section(directory, SectionKind.BLOCKINDEX, blockIndex(), false);
    section(directory, SectionKind.STATS, stats(table), true);
    if (!applied.isEmpty()) {
      section(directory, SectionKind.TOMBAPPLIED, tombstones(), true);
    }
    section(directory, SectionKind.RUNSTATS, RunTable.encode(blocks, runs), true);
    align();
    SegmentFooter footer = footer(directory.toByteArray());
    append(directory.array(), directory.size());
    Parity behind = Parity.behind(position);
    int pad = (int) (behind.start() - position);
    append(new byte[pad], pad);
    byte[] made = parity.encode(behind);
    append(made, made.length);
    ByteSink last = new ByteSink(SegmentFormat.FOOTER);
    footer.encode(last);
    append(last.array(), last.size());
    file.sync();
    file.close();
    Publication.reveal(files, temporary, path);
    finished = true;
    return new SegmentInfo(id, level, List.copyOf(names), pairs, footer);
  }

  private SegmentFooter footer(byte[] directory) {
    long rows = 0;
    long rawBytes = 0;
    long minTs = Long.MAX_VALUE;
    long maxTs = Long.MIN_VALUE;
    for (BlockInfo block : blocks) {
      rows += block.rows();
      rawBytes += block.rawBytes();
      minTs = Math.min(minTs, block.minTs());
      maxTs = Math.max(maxTs, block.maxTs());
    }
    return SegmentFooter.over(directory, position, rows, rawBytes, minTs, maxTs);
  }

  private void section(ByteSink directory, SectionKind kind, byte[] raw, boolean compressible) throws IOException {
    Compression compression =
        compressible && raw.length > SegmentFormat.COMPRESS_FROM ? Compression.ZSTD : Compression.NONE;
    byte[] stored = compression.compress(raw, 0, raw.length);
    align();
    directory.u16(kind.code()).u16(0).u16(0).u8(compression.code()).u8(0);
    directory.u64(position).u64(stored.length).u64(raw.length);
    directory.u32(Crc32c.of(stored, 0, stored.length)).u32(0);
    append(stored, stored.length);
  }

  private byte[] tombstones() {
    ByteSink out = new ByteSink(4 + TombstoneId.BYTES * applied.size());
    out.u32(applied.size());
    applied.forEach(id -> id.encode(out));
    return out.toByteArray();
  }

  private byte[] columnNames() {
    ByteSink out = new ByteSink(256);
    out.u32(columns.size());
    columns.forEach(name -> out.u8(SegmentIndex.METADATA_COLUMN).string(name));
    return out.toByteArray();
  }

  private byte[] blockIndex() {
    ByteSink out = new ByteSink(BlockInfo.BYTES * blocks.size());
    blocks.forEach(block -> block.encode(out));
    return out.toByteArray();
  }

  /** Per pair, in the order of their numbers: u64 rows, u64 line bytes, u64 metadata bytes. */
  private static byte[] stats(StreamTable table) {
    long[] sums = new long[3 * table.pairs()];
    for (int ref = 0; ref < table.size(); ref++) {
      int end = table.end(ref);
      for (int i = table.start(ref); i < end; i++) {
        int at = 3 * table.pairAt(i);
        sums[at] += table.rows(ref);
        sums[at + 1] += table.bytes(ref);
        sums[at + 2] += table.metadataBytes(ref);
      }
    }
    ByteSink out = new ByteSink(4 + 8 * sums.length);
    out.u32(table.pairs());
    for (long sum : sums) {
      out.u64(sum);
    }
    return out.toByteArray();
  }

  private void align() throws IOException {
    int pad = (int) (SegmentFormat.aligned(position) - position);
    append(new byte[pad], pad);
  }

  private void append(byte[] bytes, int length) throws IOException {
    file.write(ByteBuffer.wrap(bytes, 0, length), position);
    position += length;
    parity.add(bytes, length);
  }

  @Override
  public void close() throws IOException {
    if (!finished) {
      file.close();
      files.delete(temporary);
    }
  }
}
