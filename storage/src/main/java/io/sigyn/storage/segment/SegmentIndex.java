package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.block.BlockRuns;
import io.sigyn.storage.codec.Compression;
import io.sigyn.storage.codec.Crc32c;
import io.sigyn.storage.codec.SymbolTable;
import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.ReadableFile;
import io.sigyn.storage.index.StreamIndex;
import io.sigyn.storage.index.ValueTest;
import io.sigyn.storage.tombstone.TombstoneId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/**
 * The sections of a segment in memory: its streams, their labels, and where the blocks lie. Immutable and safe for use
 * by many threads.
 */
public final class SegmentIndex implements StreamIndex {
  /** The kind of a column that holds structured metadata. */
  static final int METADATA_COLUMN = 3;

  private static final int MAX_SECTION = 1 << 30;

  /** Memory of a block's record. */
  private static final int BLOCK_BYTES = 128;

  private final StreamTable streams;
  private final SegmentPostings postings;
  private final List<BlockInfo> blocks;
  private final List<String> columns;
  private final @Nullable RunTable runs;
  private final Set<TombstoneId> applied;
  private final SegmentFooter footer;
  private final long rows;

  private SegmentIndex(
      StreamTable streams,
      SegmentPostings postings,
      List<BlockInfo> blocks,
      List<String> columns,
      @Nullable RunTable runs,
      Set<TombstoneId> applied,
      SegmentFooter footer) {
    this.streams = streams;
    this.postings = postings;
    this.blocks = blocks;
    this.columns = columns;
    this.runs = runs;
    this.applied = applied;
    this.footer = footer;
    this.rows = blocks.stream().mapToLong(BlockInfo::rows).sum();
  }

  /**
   * Reads and checks everything but the blocks.
   *
   * @param faults takes what is damaged and is not needed: header and footer, which the manifest knows, postings, which are
   *     made anew from the streams, and the statistics of runs; may throw to have none of that
   * @param matches where results of matchers are kept
   * @throws CorruptBytesException when another part is damaged, or the file is another segment
   */
  static SegmentIndex read(
      ReadableFile file,
      Path path,
      SegmentId id,
      Tenant tenant,
      int day,
      SegmentFooter footer,
      Consumer<? super Damage> faults,
      MatchCache matches)
      throws IOException {
    if (file.size() < footer.directoryOffset() + footer.directoryLength()) {
      throw wrongLength(file, footer);
    }
    // The directory is checked against the given footer and names the checksums of all sections. So a bad header or footer
    // in the file says nothing about the rest.
    try {
      checkHeader(bytes(file, 0, SegmentFormat.HEADER), id, tenant, day);
      if (file.size() != footer.fileLength()) {
        throw wrongLength(file, footer);
      }
      checkFooter(file, footer);
    } catch (CorruptBytesException e) {
      faults.accept(new Damage("segment", path, e.getMessage() + "; the rest is used"));
    }
    byte[] directory = bytes(file, footer.directoryOffset(), footer.directoryLength());
    footer.check(directory);
    SymbolTable symbols = SymbolTable.decode(section(file, directory, SectionKind.SYMBOLS));
    StreamTable streams = StreamTable.decode(section(file, directory, SectionKind.STREAMS), symbols);
    PostingsTable postings;
    try {
      postings = PostingsTable.decode(section(file, directory, SectionKind.POSTINGS), streams);
    } catch (CorruptBytesException e) {
      faults.accept(new Damage("segment", path, "postings: " + e.getMessage() + "; made anew from the streams"));
      postings = PostingsTable.decode(PostingsWriter.encode(streams), streams);
    }
    List<BlockInfo> blocks = blocks(section(file, directory, SectionKind.BLOCKINDEX));
    for (int i = 0; i < streams.size(); i++) {
      int first = streams.firstBlock(i);
      if (first < 0 || first > streams.lastBlock(i) || streams.lastBlock(i) >= blocks.size()) {
        throw new CorruptBytesException("stream " + i + " lies outside of the " + blocks.size() + " blocks");
      }
    }
    List<String> columns = columns(section(file, directory, SectionKind.COLUMNS));
    return new SegmentIndex(
        streams,
        new SegmentPostings(id, symbols, streams, postings, matches),
        blocks,
        columns,
        runs(file, directory, blocks, path, faults),
        applied(file, directory),
        footer);
  }

  private static CorruptBytesException wrongLength(ReadableFile file, SegmentFooter footer) throws IOException {
    return new CorruptBytesException("file has " + file.size() + " bytes, expected " + footer.fileLength());
  }

  /** What is left of an index: it has fewer entries than the footer says, no statistics, and knows of no delete request. */
  static SegmentIndex partial(
      StreamTable streams, SegmentPostings postings, List<BlockInfo> blocks, List<String> columns, SegmentFooter footer) {
    return new SegmentIndex(
        streams, postings, List.copyOf(blocks), List.copyOf(columns), null, Set.of(), footer);
  }

  /** The run statistics, null when there are none or they are damaged; blocks can be counted without. */
  private static @Nullable RunTable runs(
      ReadableFile file, byte[] directory, List<BlockInfo> blocks, Path path, Consumer<? super Damage> faults) throws IOException {
    if (!has(directory, SectionKind.RUNSTATS)) {
      return null;
    }
    try {
      RunTable table = RunTable.decode(section(file, directory, SectionKind.RUNSTATS), blocks.size());
      for (int i = 0; i < blocks.size(); i++) {
        table.runs(i, blocks.get(i));
      }
      return table;
    } catch (CorruptBytesException e) {
      faults.accept(new Damage("segment", path, "run statistics: " + e.getMessage() + "; blocks are counted instead"));
      return null;
    }
  }

  private static Set<TombstoneId> applied(ReadableFile file, byte[] directory) throws IOException {
    if (!has(directory, SectionKind.TOMBAPPLIED)) {
      return Set.of();
    }
    ByteSource in = new ByteSource(section(file, directory, SectionKind.TOMBAPPLIED));
    int n = in.count32();
    Set<TombstoneId> applied = new HashSet<>();
    for (int i = 0; i < n; i++) {
      applied.add(TombstoneId.decode(in));
    }
    return Set.copyOf(applied);
  }

  private static boolean has(byte[] directory, SectionKind kind) {
    for (int at = 0; at + SegmentFormat.DIRECTORY_ENTRY <= directory.length; at += SegmentFormat.DIRECTORY_ENTRY) {
      if (new ByteSource(directory).seek(at).u16() == kind.code()) {
        return true;
      }
    }
    return false;
  }

  private static void checkHeader(byte[] header, SegmentId id, Tenant tenant, int day) {
    ByteSource in = new ByteSource(header);
    int magic = in.u32();
    int major = in.u16();
    int crc = Crc32c.of(header, 0, SegmentFormat.HEADER_CRC_AT);
    int stored = new ByteSource(header).seek(SegmentFormat.HEADER_CRC_AT).u32();
    if (magic != SegmentFormat.MAGIC || crc != stored) {
      throw new CorruptBytesException(
          "header magic is %08x, checksum %08x, stored %08x".formatted(magic, crc, stored));
    }
    if (major != SegmentFormat.MAJOR) {
      throw new CorruptBytesException("segment format " + major + ", this program knows " + SegmentFormat.MAJOR);
    }
    SegmentId actual = SegmentId.decode(in.seek(SegmentFormat.ID_AT));
    int tenantHash = in.seek(SegmentFormat.TENANT_AT).u32();
    int actualDay = in.u32();
    if (!actual.equals(id) || tenantHash != SegmentWriter.tenantHash(tenant) || actualDay != day) {
      throw new CorruptBytesException(
          "header is of segment %s, tenant %08x, day %d; expected %s, %08x, %d"
              .formatted(actual, tenantHash, actualDay, id, SegmentWriter.tenantHash(tenant), day));
    }
  }

  private static void checkFooter(ReadableFile file, SegmentFooter footer) throws IOException {
    long at = footer.fileLength() - SegmentFormat.FOOTER;
    byte[] stored = bytes(file, at, SegmentFormat.FOOTER);
    SegmentFooter actual = SegmentFooter.decode(new ByteSource(stored));
    ByteSink expected = new ByteSink(SegmentFormat.FOOTER);
    footer.encode(expected);
    if (!Arrays.equals(stored, expected.toByteArray())) {
      throw new CorruptBytesException("footer is " + actual + ", expected " + footer);
    }
  }

  static byte[] bytes(ReadableFile file, long offset, long length) throws IOException {
    if (length < 0 || length > MAX_SECTION || offset < 0 || offset + length > file.size()) {
      throw new CorruptBytesException("%d bytes at %d of %d".formatted(length, offset, file.size()));
    }
    byte[] bytes = new byte[(int) length];
    file.read(offset, bytes, 0, bytes.length);
    return bytes;
  }

  private static byte[] section(ReadableFile file, byte[] directory, SectionKind kind) throws IOException {
    ByteSource in = new ByteSource(directory);
    while (in.remaining() >= SegmentFormat.DIRECTORY_ENTRY) {
      int code = in.u16();
      in.u16();
      in.u16();
      int compression = in.u8();
      in.u8();
      long offset = in.u64();
      long stored = in.u64();
      long raw = in.u64();
      int crc = in.u32();
      in.u32();
      if (code == kind.code()) {
        byte[] bytes = bytes(file, offset, stored);
        int actual = Crc32c.of(bytes, 0, bytes.length);
        if (actual != crc || raw < 0 || raw > MAX_SECTION) {
          throw new CorruptBytesException(
              "section %s at %d has checksum %08x, stored %08x".formatted(kind, offset, actual, crc));
        }
        return Compression.of(compression).decompress(bytes, 0, bytes.length, (int) raw);
      }
    }
    throw new CorruptBytesException("no section " + kind);
  }

  /**
   * Compares the checksum of every section with the directory's.
   *
   * @throws CorruptBytesException when one does not hold
   */
  static void checkSections(ReadableFile file, SegmentFooter footer) throws IOException {
    byte[] directory = bytes(file, footer.directoryOffset(), footer.directoryLength());
    footer.check(directory);
    for (SectionKind kind : SectionKind.values()) {
      if (has(directory, kind)) {
        section(file, directory, kind);
      }
    }
  }

  private static List<BlockInfo> blocks(byte[] section) {
    ByteSource in = new ByteSource(section);
    List<BlockInfo> blocks = new ArrayList<>(section.length / BlockInfo.BYTES);
    while (in.remaining() > 0) {
      blocks.add(BlockInfo.decode(in));
    }
    return List.copyOf(blocks);
  }

  private static List<String> columns(byte[] section) {
    ByteSource in = new ByteSource(section);
    int n = in.count32();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      in.u8();
      names.add(in.string());
    }
    return List.copyOf(names);
  }

  /** Memory it takes, in bytes: its sections as they are, records of blocks, and what may be kept at hand. */
  long weight() {
    return streams.weight()
        + postings.weight()
        + (long) BLOCK_BYTES * blocks.size()
        + (runs == null ? 0 : runs.weight())
        + 64L * columns.size()
        + 1024;
  }

  /** The blocks in the order of the file. */
  public List<BlockInfo> blocks() {
    return blocks;
  }

  /** The delete requests that have nothing left in here to hide. */
  public Set<TombstoneId> applied() {
    return applied;
  }

  /** All entries; less than the footer says when blocks are missing. */
  public long rows() {
    return rows;
  }

  /** The entries of a stream. */
  public int rows(int ref) {
    return streams.rows(ref);
  }

  /** The line bytes of a stream. */
  public long bytes(int ref) {
    return streams.bytes(ref);
  }

  /** What is in the runs of a block; null when the segment does not say. */
  public @Nullable BlockRuns runs(int block) {
    return runs == null ? null : runs.runs(block, blocks.get(block));
  }

  /** The names of structured metadata that some entry has. */
  public List<String> metadataNames() {
    return columns;
  }

  /** The first block with rows of a stream. */
  public int firstBlock(int ref) {
    return streams.firstBlock(ref);
  }

  /** The last block with rows of a stream. */
  public int lastBlock(int ref) {
    return streams.lastBlock(ref);
  }

  /** The blocks that some of these streams may have rows in. */
  public BitSet blocksOf(ImmutableRoaringBitmap refs) {
    BitSet of = new BitSet(blocks.size());
    if (refs.getCardinality() == size()) {
      of.set(0, blocks.size());
      return of;
    }
    refs.forEach((int ref) -> of.set(firstBlock(ref), lastBlock(ref) + 1));
    return of;
  }

  /** The name of a column. */
  public String column(int id) {
    if (id >= columns.size()) {
      throw new CorruptBytesException("column " + id + " of " + columns.size());
    }
    return columns.get(id);
  }

  @Override
  public int size() {
    return streams.size();
  }

  @Override
  public Labels labels(int ref) {
    return streams.labels(ref);
  }

  @Override
  public long minTs(int ref) {
    return streams.minTs(ref);
  }

  @Override
  public long maxTs(int ref) {
    return streams.maxTs(ref);
  }

  /** The line bytes of a stream. */
  public long lineBytes(int ref) {
    return streams.bytes(ref);
  }

  /** The bytes of names and values of structured metadata of a stream, once per entry that has them. */
  public long metadataBytes(int ref) {
    return streams.metadataBytes(ref);
  }

  /** The fingerprint of a stream's labels, without making them. */
  public long fingerprint(int ref) {
    return streams.fingerprint(ref);
  }

  /** The number of a label here, negative when no stream has it. */
  public int label(String name) {
    return postings.label(name);
  }

  /** The number of the pair that a stream has of a label, negative when it has none. */
  public int pair(int ref, int label) {
    return postings.pair(ref, label);
  }

  /** The value of a pair. */
  public String value(int pair) {
    return streams.text(streams.valueOf(pair));
  }

  @Override
  public boolean liesWithin(long first, long last) {
    return footer.minTs() >= first && footer.maxTs() <= last;
  }

  @Override
  public List<String> names() {
    return postings.names();
  }

  @Override
  public ImmutableRoaringBitmap presence(String name) {
    return postings.presence(name);
  }

  @Override
  public ImmutableRoaringBitmap posting(String name, String value) {
    return postings.posting(name, value);
  }

  @Override
  public ImmutableRoaringBitmap accepted(String name, ValueTest test, ImmutableRoaringBitmap among) {
    return postings.accepted(name, test, among);
  }

  @Override
  public void values(String name, ImmutableRoaringBitmap among, Consumer<String> consumer) {
    postings.values(name, among, consumer);
  }
}
