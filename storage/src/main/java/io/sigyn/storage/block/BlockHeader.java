package io.sigyn.storage.block;

import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.codec.Compression;
import io.sigyn.storage.codec.Crc32c;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The decoded header of a block: which rows belong to which stream, and where the regions lie. */
public final class BlockHeader {
  /** A stored column. */
  record Region(
      int kind, int encoding, Compression compression, int column, int offset, int stored, int raw, int crc) {
    /** Checks the stored bytes, which lie in those of the block from {@code from} on. */
    void check(byte[] bytes, int from) {
      if (offset < from || offset - from > bytes.length - stored) {
        throw new CorruptBytesException(
            "region of kind %d from %d to %d is not in %d bytes from %d"
                .formatted(kind, offset, (long) offset + stored, bytes.length, from));
      }
      int actual = Crc32c.of(bytes, offset - from, stored);
      if (actual != crc) {
        throw new CorruptBytesException(
            "region of kind %d has checksum %08x, stored %08x".formatted(kind, actual, crc));
      }
    }
  }

  final int rows;
  final int rawBytes;
  final int rowsCrc;
  final int flags;
  final int[] runStream;

  /** First row of each run, and the number of rows behind the last. */
  final int[] runFirst;

  final long[] runMin;
  final long[] runMax;
  final int[] columnIds;
  final List<Region> regions;

  private BlockHeader(ByteSource in) {
    int start = in.position();
    int magic = in.u32();
    int layout = in.u8();
    if (magic != BlockFormat.MAGIC || layout != BlockFormat.LAYOUT_PLAIN) {
      throw new CorruptBytesException("block magic %08x, layout %d".formatted(magic, layout));
    }
    flags = in.u8();
    int runs = in.u16();
    rows = in.count32();
    rawBytes = in.count32();
    in.skip(16);
    rowsCrc = in.u32();
    int regionCount = in.u16();
    int templates = in.u16();
    int columns = in.u16();
    in.seek(start + BlockFormat.HEADER);
    runStream = new int[runs];
    runFirst = new int[runs + 1];
    runMin = new long[runs];
    runMax = new long[runs];
    runFirst[runs] = rows;
    for (int i = 0; i < runs; i++) {
      runStream[i] = in.count32();
      runFirst[i] = in.count32();
      runMin[i] = in.u64();
      runMax[i] = in.u64();
    }
    for (int i = 0; i < runs; i++) {
      if (runFirst[i] >= runFirst[i + 1] || (i > 0 && runStream[i] <= runStream[i - 1])) {
        throw new CorruptBytesException("run " + i + " of stream " + runStream[i] + " is out of order");
      }
    }
    in.skip(4 * templates);
    columnIds = new int[columns];
    for (int i = 0; i < columns; i++) {
      columnIds[i] = in.count32();
    }
    regions = new ArrayList<>(regionCount);
    for (int i = 0; i < regionCount; i++) {
      int kind = in.u8();
      int encoding = in.u8();
      Compression compression = Compression.of(in.u8());
      in.u8();
      int column = in.u16();
      in.u16();
      regions.add(
          new Region(kind, encoding, compression, column, in.count32(), in.count32(), in.count32(), in.u32()));
    }
  }

  /**
   * Reads the header at the start of {@code bytes} and checks its checksum against its own and against the block index.
   *
   * @throws CorruptBytesException when it is not that header
   */
  public static BlockHeader decode(byte[] bytes, BlockInfo info) {
    int covered = info.headerLength() - 4;
    if (covered < BlockFormat.HEADER || info.headerLength() > bytes.length) {
      throw new CorruptBytesException("block header of " + info.headerLength() + " bytes");
    }
    int actual = Crc32c.of(bytes, 0, covered);
    int stored = new ByteSource(bytes).seek(covered).u32();
    if (actual != stored || actual != info.headerCrc()) {
      throw new CorruptBytesException(
          "block header checksum is %08x, stored %08x, in the index %08x".formatted(actual, stored, info.headerCrc()));
    }
    BlockHeader header = new BlockHeader(new ByteSource(bytes, 0, covered));
    if (header.rows != info.rows() || header.rawBytes != info.rawBytes()) {
      throw new CorruptBytesException(
          "block has %d rows and %d bytes, the index says %d and %d"
              .formatted(header.rows, header.rawBytes, info.rows(), info.rawBytes()));
    }
    return header;
  }

  /** The region of a kind for a column. */
  Region find(int kind, int column) {
    Region region = findOrNull(kind, column);
    if (region == null) {
      throw new CorruptBytesException("block has no region of kind " + kind + " for column " + column);
    }
    return region;
  }

  @Nullable Region findOrNull(int kind, int column) {
    for (Region region : regions) {
      if (region.kind == kind && region.column == column) {
        return region;
      }
    }
    return null;
  }

  /** The run of a stream, or -1. */
  int run(int stream) {
    int i = Arrays.binarySearch(runStream, stream);
    return i < 0 ? -1 : i;
  }

  /** The numbers of the metadata columns that some row has a value in. */
  public int[] columns() {
    return columnIds.clone();
  }

  /** Whether the stream has rows here. */
  public boolean has(int stream) {
    return run(stream) >= 0;
  }

  /** The time of the stream's first row here; the stream must have one. */
  public long minTs(int stream) {
    return runMin[run(stream)];
  }

  /** The time of the stream's last row here; the stream must have one. */
  public long maxTs(int stream) {
    return runMax[run(stream)];
  }
}
