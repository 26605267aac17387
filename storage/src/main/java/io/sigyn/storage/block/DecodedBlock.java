package io.sigyn.storage.block;

import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.storage.codec.Crc32c;
import io.sigyn.storage.codec.PackedInts;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The rows of a block in memory. Immutable and shared; {@link #rows} makes views without a copy. */
public final class DecodedBlock {
  private static final Labels[] NO_METADATA = {};

  private final BlockHeader header;
  private final long[] timestamps;
  private final int[] offsets;
  private final byte[] text;
  private final Labels[] metadata;

  private DecodedBlock(BlockHeader header, long[] timestamps, int[] offsets, byte[] text, Labels[] metadata) {
    this.header = header;
    this.timestamps = timestamps;
    this.offsets = offsets;
    this.text = text;
    this.metadata = metadata;
  }

  /**
   * Decodes a block and checks every checksum on the way.
   *
   * @param bytes the block as stored, from its first byte
   * @param columnName names of metadata columns by their number in the segment
   * @throws CorruptBytesException when anything does not fit
   */
  public static DecodedBlock decode(byte[] bytes, BlockInfo info, IntFunction<String> columnName) {
    BlockHeader header = BlockHeader.decode(bytes, info);
    int n = header.rows;
    long[] deltas = new long[n];
    PackedInts.decode(new ByteSource(payload(bytes, find(header, BlockFormat.REGION_TS, 0))), deltas);
    long unit = BlockFormat.UNITS[Math.min(info.unit(), BlockFormat.UNITS.length - 1)];
    for (int run = 0; run < header.runStream.length; run++) {
      long at = header.runMin[run];
      for (int r = header.runFirst[run]; r < header.runFirst[run + 1]; r++) {
        at += deltas[r] * unit;
        deltas[r] = at;
      }
      if (at != header.runMax[run]) {
        throw new CorruptBytesException("run " + run + " ends at " + at + ", its header says " + header.runMax[run]);
      }
    }
    long[] lengths = new long[n];
    PackedInts.decode(new ByteSource(payload(bytes, find(header, BlockFormat.REGION_LINELEN, 0))), lengths);
    int[] offsets = new int[n + 1];
    long end = 0;
    for (int r = 0; r < n; r++) {
      end += lengths[r];
      if (lengths[r] < 0 || end > header.rawBytes) {
        throw new CorruptBytesException("line " + r + " ends at " + end + " of " + header.rawBytes);
      }
      offsets[r + 1] = (int) end;
    }
    byte[] text = payload(bytes, find(header, BlockFormat.REGION_PLAIN_TEXT, 0));
    int crc = Crc32c.of(text, 0, text.length);
    if (end != text.length || crc != header.rowsCrc) {
      throw new CorruptBytesException(
          "text of %d bytes with checksum %08x, expected %d and %08x".formatted(text.length, crc, end, header.rowsCrc));
    }
    Labels[] metadata = header.columnIds.length == 0 ? NO_METADATA : metadata(bytes, header, columnName);
    return new DecodedBlock(header, deltas, offsets, text, metadata);
  }

  private static Labels[] metadata(byte[] bytes, BlockHeader header, IntFunction<String> columnName) {
    int columns = header.columnIds.length;
    String[] names = new String[columns];
    @Nullable String[][] values = new @Nullable String[columns][];
    for (int c = 0; c < columns; c++) {
      names[c] = columnName.apply(header.columnIds[c]);
      values[c] = column(bytes, header, c);
    }
    Labels[] sets = new Labels[header.rows];
    for (int r = 0; r < header.rows; r++) {
      sets[r] = r > 0 && sameRow(values, r) ? sets[r - 1] : row(names, values, r);
    }
    return sets;
  }

  private static boolean sameRow(@Nullable String[][] values, int r) {
    for (@Nullable String[] column : values) {
      if (!Objects.equals(column[r], column[r - 1])) {
        return false;
      }
    }
    return true;
  }

  private static Labels row(String[] names, @Nullable String[][] values, int r) {
    Labels.Builder builder = Labels.builder();
    for (int c = 0; c < names.length; c++) {
      String value = values[c][r];
      if (value != null) {
        builder.set(names[c], value);
      }
    }
    return builder.build();
  }

  private static @Nullable String[] column(byte[] bytes, BlockHeader header, int c) {
    @Nullable String[] rows = new @Nullable String[header.rows];
    BlockHeader.Region presence = null;
    for (BlockHeader.Region region : header.regions) {
      if (region.kind() == BlockFormat.REGION_PRESENCE && region.column() == c) {
        presence = region;
      }
    }
    BlockHeader.Region region = find(header, BlockFormat.REGION_META_COLUMN, c);
    if (presence == null) {
      String[] all = MetadataColumn.decode(region.encoding(), payload(bytes, region), header.rows);
      System.arraycopy(all, 0, rows, 0, rows.length);
      return rows;
    }
    byte[] bits = payload(bytes, presence);
    if (bits.length != (header.rows + 7) / 8) {
      throw new CorruptBytesException("presence of " + bits.length + " bytes for " + header.rows + " rows");
    }
    int present = 0;
    for (byte b : bits) {
      present += Integer.bitCount(b & 0xFF);
    }
    String[] some = MetadataColumn.decode(region.encoding(), payload(bytes, region), present);
    int next = 0;
    for (int r = 0; r < rows.length; r++) {
      if ((bits[r >>> 3] & (1 << (r & 7))) != 0) {
        rows[r] = some[next++];
      }
    }
    return rows;
  }

  private static BlockHeader.Region find(BlockHeader header, int kind, int column) {
    for (BlockHeader.Region region : header.regions) {
      if (region.kind() == kind && region.column() == column) {
        return region;
      }
    }
    throw new CorruptBytesException("block has no region of kind " + kind + " for column " + column);
  }

  private static byte[] payload(byte[] bytes, BlockHeader.Region region) {
    if (region.offset() > bytes.length - region.stored()) {
      throw new CorruptBytesException(
          "region of kind %d ends at %d of %d"
              .formatted(region.kind(), (long) region.offset() + region.stored(), bytes.length));
    }
    int crc = Crc32c.of(bytes, region.offset(), region.stored());
    if (crc != region.crc()) {
      throw new CorruptBytesException(
          "region of kind %d has checksum %08x, stored %08x".formatted(region.kind(), crc, region.crc()));
    }
    return region.compression().decompress(bytes, region.offset(), region.stored(), region.raw());
  }

  /** The rows of one stream; empty when it has none here. */
  public EntryBlock rows(int stream, Labels labels) {
    int run = header.run(stream);
    int first = run < 0 ? 0 : header.runFirst[run];
    int size = run < 0 ? 0 : header.runFirst[run + 1] - first;
    return EntryBlock.of(labels, first, size, timestamps, offsets, text, metadata);
  }

  /** What it takes in memory, in bytes, roughly. */
  public int weight() {
    return text.length + 12 * timestamps.length + 100 * metadata.length + 24 * header.runStream.length + 256;
  }
}
