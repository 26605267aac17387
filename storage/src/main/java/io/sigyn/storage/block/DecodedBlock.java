package io.sigyn.storage.block;

import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.storage.codec.Crc32c;
import io.sigyn.storage.codec.PackedInts;
import java.io.IOException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A block in memory. Its columns are decoded one by one, when they are first asked for, and kept; the stored bytes go when
 * nothing is left in them. Safe for use by many threads.
 *
 * <p>The checksums of header and regions are checked before there is such an object. What a column says is checked when it
 * is decoded, the text against the checksum that was made before it was compressed.
 */
public final class DecodedBlock {
  private static final byte[] NOTHING = {};

  /** So much is read of a block at first when its text is not wanted: most headers, times and lengths. */
  private static final int FRONT = 32 << 10;

  /** Reads bytes of a stored block. */
  @FunctionalInterface
  public interface Stored {
    /** The bytes {@code [from, to)}, counted from the first of the block. */
    byte[] bytes(int from, int to) throws IOException;
  }

  /** What was read of the block: bytes up to the text, or all, and those behind the text, from {@code behind} on. */
  private record Parts(byte[] front, byte[] back, int behind) {
    byte[] of(BlockHeader.Region region) {
      return region.offset() < behind ? front : back;
    }

    int start(BlockHeader.Region region) {
      return region.offset() < behind ? 0 : behind;
    }
  }

  private final BlockHeader header;
  private final long unit;
  private final IntFunction<String> columnName;
  private final boolean hasMetadata;

  private final int readBytes;
  private final boolean hasText;

  private volatile @Nullable Parts stored;
  private volatile long @Nullable [] timestamps;
  private volatile int @Nullable [] offsets;
  private volatile byte @Nullable [] text;
  private volatile MetadataSets.@Nullable Rows metadata;

  private DecodedBlock(
      BlockHeader header, BlockInfo info, Parts stored, boolean hasText, IntFunction<String> columnName) {
    for (BlockHeader.Region region : header.regions) {
      if (hasText || region.kind() != BlockFormat.REGION_PLAIN_TEXT) {
        region.check(stored.of(region), stored.start(region));
      }
    }
    this.header = header;
    this.readBytes = stored.front.length + stored.back.length;
    this.hasText = hasText;
    this.unit = info.unitNanos();
    this.stored = stored;
    this.columnName = columnName;
    this.hasMetadata = header.columnIds.length > 0;
  }

  /**
   * Checks the header and every region of a block; decodes nothing.
   *
   * @param bytes the block as stored, from its first byte; kept
   * @param columnName names of metadata columns by their number in the segment
   * @throws CorruptBytesException when a checksum does not hold
   */
  public static DecodedBlock open(byte[] bytes, BlockInfo info, IntFunction<String> columnName) {
    Parts all = new Parts(bytes, NOTHING, Integer.MAX_VALUE);
    return new DecodedBlock(BlockHeader.decode(bytes, info), info, all, true, columnName);
  }

  /**
   * As {@link #open} for somebody who looks at no line: the text is neither read nor checked.
   *
   * @throws CorruptBytesException when another checksum does not hold
   */
  public static DecodedBlock openWithoutText(Stored stored, BlockInfo info, IntFunction<String> columnName)
      throws IOException {
    int all = info.stored();
    byte[] front = stored.bytes(0, (int) Math.min(all, (long) info.headerLength() + FRONT));
    BlockHeader header = BlockHeader.decode(front, info);
    BlockHeader.Region text = header.find(BlockFormat.REGION_PLAIN_TEXT, 0);
    if (text.offset() > all - text.stored()) {
      throw new CorruptBytesException("text of %d bytes at %d of %d".formatted(text.stored(), text.offset(), all));
    }
    if (text.offset() > front.length) {
      front = stored.bytes(0, text.offset());
    }
    int behind = text.offset() + text.stored();
    byte[] back = behind < all ? stored.bytes(behind, all) : NOTHING;
    return new DecodedBlock(header, info, new Parts(front, back, behind), false, columnName);
  }

  /** Whether it knows its text; see {@link #openWithoutText}. */
  public boolean hasText() {
    return hasText;
  }

  /** The bytes that were read of the block as stored. */
  public int readBytes() {
    return readBytes;
  }

  /**
   * As {@link #open}, and decodes everything.
   *
   * @throws CorruptBytesException when anything does not fit
   */
  public static DecodedBlock decode(byte[] bytes, BlockInfo info, IntFunction<String> columnName) {
    DecodedBlock block = open(bytes, info, columnName);
    block.timestamps();
    block.offsets();
    block.text();
    if (block.hasMetadata) {
      block.metadata();
    }
    return block;
  }

  /**
   * The times of all rows.
   *
   * @throws CorruptBytesException when they contradict the header
   */
  public long[] timestamps() {
    long[] known = timestamps;
    return known != null ? known : decodeTimestamps();
  }

  private synchronized long[] decodeTimestamps() {
    long[] known = timestamps;
    if (known == null) {
      BlockHeader.Region region = header.find(BlockFormat.REGION_TS, 0);
      known = Times.decode(region.encoding(), payload(region), header, unit);
      timestamps = known;
      release();
    }
    return known;
  }

  /**
   * Where lines start, and where the last ends.
   *
   * @throws CorruptBytesException when the lengths do not add up
   */
  public int[] offsets() {
    int[] known = offsets;
    return known != null ? known : decodeOffsets();
  }

  private synchronized int[] decodeOffsets() {
    int[] known = offsets;
    if (known == null) {
      int n = header.rows;
      long[] lengths = new long[n];
      PackedInts.decode(new ByteSource(payload(header.find(BlockFormat.REGION_LINELEN, 0))), lengths);
      known = new int[n + 1];
      long end = 0;
      for (int r = 0; r < n; r++) {
        end += lengths[r];
        if (lengths[r] < 0 || end > header.rawBytes) {
          throw new CorruptBytesException("line " + r + " ends at " + end + " of " + header.rawBytes);
        }
        known[r + 1] = (int) end;
      }
      if (end != header.rawBytes) {
        throw new CorruptBytesException("lines of " + end + " bytes, expected " + header.rawBytes);
      }
      offsets = known;
      release();
    }
    return known;
  }

  /**
   * The lines back to back; not of a block that was opened without.
   *
   * @throws CorruptBytesException when they are not what was stored
   */
  public byte[] text() {
    byte[] known = text;
    return known != null ? known : decodeText();
  }

  private synchronized byte[] decodeText() {
    byte[] known = text;
    if (known == null) {
      BlockHeader.Region region = header.find(BlockFormat.REGION_PLAIN_TEXT, 0);
      known =
          switch (region.encoding()) {
            case BlockFormat.ENC_RAW -> rawText(region);
            case BlockFormat.ENC_STAMPED -> stampedText(region);
            default -> throw new CorruptBytesException("encoding " + region.encoding() + " of text");
          };
      text = known;
      release();
    }
    return known;
  }

  /**
   * The structured metadata of each row. Rows with equal sets share one.
   *
   * @throws CorruptBytesException when a column does not fit the rows
   */
  public Labels[] metadata() {
    MetadataSets.Rows known = metadata;
    return (known != null ? known : decodeMetadata()).sets();
  }

  private synchronized MetadataSets.Rows decodeMetadata() {
    MetadataSets.Rows known = metadata;
    if (known == null) {
      MetadataSets sets = new MetadataSets(header.rows, header.columnIds.length);
      for (int c = 0; c < header.columnIds.length; c++) {
        BlockHeader.Region region = header.find(BlockFormat.REGION_META_COLUMN, c);
        BlockHeader.Region presence = header.findOrNull(BlockFormat.REGION_PRESENCE, c);
        sets.add(
            columnName.apply(header.columnIds[c]),
            region.encoding(),
            payload(region),
            presence == null ? null : payload(presence));
      }
      known = sets.rows();
      metadata = known;
      release();
    }
    return known;
  }

  /** Lets the stored bytes go when every column is decoded. */
  private void release() {
    if (timestamps != null && offsets != null && (text != null || !hasText) && (metadata != null || !hasMetadata)) {
      stored = null;
    }
  }

  private byte[] rawText(BlockHeader.Region region) {
    byte[] lines = payload(region);
    checkText(lines, Crc32c.of(lines, 0, lines.length));
    return lines;
  }

  private byte[] stampedText(BlockHeader.Region region) {
    byte[] times = payload(header.find(BlockFormat.REGION_LINE_TIMES, 0));
    int[] offsets = offsets();
    if (region.raw() != header.rawBytes) {
      throw new CorruptBytesException("text of " + region.raw() + " bytes for lines of " + header.rawBytes);
    }
    byte[] lines = payload(region);
    checkText(lines, StampedText.decode(lines, times, offsets, timestamps(), header.rows));
    return lines;
  }

  private void checkText(byte[] lines, int crc) {
    if (lines.length != header.rawBytes || crc != header.rowsCrc) {
      throw new CorruptBytesException(
          "text of %d bytes with checksum %08x, expected %d and %08x"
              .formatted(lines.length, crc, header.rawBytes, header.rowsCrc));
    }
  }

  private byte[] payload(BlockHeader.Region region) {
    Parts parts = stored;
    if (parts == null || (!hasText && region.kind() == BlockFormat.REGION_PLAIN_TEXT)) {
      throw new IllegalStateException("region of kind " + region.kind() + " was not read, or is asked for twice");
    }
    return region
        .compression()
        .decompress(parts.of(region), region.offset() - parts.start(region), region.stored(), region.raw());
  }

  /** The bytes that a column takes once decoded, or 0 when it is already. */
  public long costOfTimestamps() {
    return timestamps != null ? 0 : 8L * header.rows;
  }

  /** See {@link #costOfTimestamps}. */
  public long costOfOffsets() {
    return offsets != null ? 0 : 4L * header.rows;
  }

  /** See {@link #costOfTimestamps}. */
  public long costOfText() {
    return text != null ? 0 : header.rawBytes;
  }

  /** See {@link #costOfTimestamps}. */
  public long costOfMetadata() {
    if (metadata != null) {
      return 0;
    }
    return 4L * header.rows + metadataColumns();
  }

  private long metadataColumns() {
    long raw = 0;
    for (BlockHeader.Region region : header.regions) {
      raw += region.kind() == BlockFormat.REGION_META_COLUMN ? region.raw() : 0;
    }
    return raw;
  }

  /** What it takes in memory when every column is decoded, in bytes, roughly. */
  public long fullWeight() {
    return header.rawBytes + 16L * header.rows + metadataColumns();
  }

  /** Whether some row has structured metadata. */
  public boolean hasMetadata() {
    return hasMetadata;
  }

  /** The first row of a stream; 0 when it has none here. */
  public int firstRow(int stream) {
    int run = header.run(stream);
    return run < 0 ? 0 : header.runFirst[run];
  }

  /** The number of rows of a stream. */
  public int rowCount(int stream) {
    int run = header.run(stream);
    return run < 0 ? 0 : header.runFirst[run + 1] - header.runFirst[run];
  }

  /** The rows of one stream, decoded if they are not yet; empty when it has none here. */
  public EntryBlock rows(int stream, Labels labels) {
    return EntryBlock.of(
        labels,
        firstRow(stream),
        rowCount(stream),
        timestamps(),
        offsets(),
        text(),
        hasMetadata ? metadata() : new Labels[0]);
  }

  /** What it takes in memory at the moment, in bytes, roughly. */
  public int weight() {
    MetadataSets.Rows sets = metadata;
    long sum = 256L + 24L * header.runStream.length + 40L * header.regions.size();
    sum += stored == null ? 0 : readBytes;
    sum += timestamps == null ? 0 : 8L * header.rows;
    sum += offsets == null ? 0 : 4L * header.rows;
    sum += text == null ? 0 : header.rawBytes;
    sum += sets == null ? 0 : sets.weight();
    return (int) Math.min(sum, Integer.MAX_VALUE);
  }
}
