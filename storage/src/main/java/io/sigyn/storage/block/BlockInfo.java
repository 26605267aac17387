package io.sigyn.storage.block;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;

/**
 * One record of a segment's block index: enough to count entries and bytes of a whole block without reading it.
 *
 * @param offset where the block starts in the file
 * @param stored bytes it takes
 * @param rawBytes line bytes
 * @param rows entries
 * @param runs streams, counted once per run
 * @param layout 0 PLAIN
 * @param flags 1 all ASCII, 2 has metadata, 4 single stream
 * @param minTs time of the oldest entry, ns
 * @param maxTs time of the newest entry, ns
 * @param firstStream lowest stream
 * @param lastStream highest stream
 * @param metadataBytes bytes of names and values of structured metadata
 * @param unit log10 of the nanoseconds in a stored unit of time
 * @param regions regions
 * @param headerLength bytes of the block's header
 * @param headerCrc the header's own checksum
 */
public record BlockInfo(
    long offset,
    int stored,
    int rawBytes,
    int rows,
    int runs,
    int layout,
    int flags,
    long minTs,
    long maxTs,
    int firstStream,
    int lastStream,
    int metadataBytes,
    int unit,
    int regions,
    int headerLength,
    int headerCrc) {
  /** Bytes of a record. */
  public static final int BYTES = 80;

  /** The same block elsewhere. */
  public BlockInfo at(long newOffset) {
    return new BlockInfo(
        newOffset, stored, rawBytes, rows, runs, layout, flags, minTs, maxTs, firstStream, lastStream, metadataBytes,
        unit, regions, headerLength, headerCrc);
  }

  /** The nanoseconds of which every difference between two of its times is a multiple. */
  public long unitNanos() {
    return BlockFormat.UNITS[Math.min(unit, BlockFormat.UNITS.length - 1)];
  }

  /** Writes the 80 bytes. */
  public void encode(ByteSink out) {
    out.u64(offset).u32(stored).u32(rawBytes).u32(rows);
    out.u16(runs).u8(layout).u8(flags);
    out.u64(minTs).u64(maxTs).u32(firstStream).u32(lastStream).u32(metadataBytes);
    out.u8(unit).u8(0).u16(regions).u32(headerLength).u32(headerCrc);
    out.u16(0).u16(0).u32(0).u64(0);
  }

  /** Reads the 80 bytes. */
  public static BlockInfo decode(ByteSource in) {
    long offset = in.u64();
    int stored = in.count32();
    int rawBytes = in.count32();
    int rows = in.count32();
    int runs = in.u16();
    int layout = in.u8();
    int flags = in.u8();
    long minTs = in.u64();
    long maxTs = in.u64();
    int firstStream = in.count32();
    int lastStream = in.count32();
    int metadataBytes = in.count32();
    int unit = in.u8();
    in.u8();
    int regions = in.u16();
    int headerLength = in.count32();
    int headerCrc = in.u32();
    in.skip(16);
    return new BlockInfo(
        offset, stored, rawBytes, rows, runs, layout, flags, minTs, maxTs, firstStream, lastStream, metadataBytes, unit,
        regions, headerLength, headerCrc);
  }
}
