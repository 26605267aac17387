package io.sigyn.storage.block;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.codec.Crc32c;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * A block of one stream in another segment: only the numbers of the stream and of the metadata columns in its header
 * change, and with them the header's checksum. Everything else is copied as it is, after its checksums were compared.
 */
public final class BlockCopy {
  private BlockCopy() {}

  /** Whether the block is of one stream and at least half of what a block aims at, so that it may stay as it is. */
  public static boolean suits(BlockInfo info, int targetBytes) {
    return info.layout() == BlockFormat.LAYOUT_PLAIN && info.runs() == 1 && info.rawBytes() >= targetBytes / 2;
  }

  /**
   * Renumbers a block in place.
   *
   * @param bytes the block as stored; changed
   * @throws CorruptBytesException when a checksum does not hold
   */
  public static BlockBuilder.Built of(
      byte[] bytes,
      BlockInfo info,
      BlockRuns runs,
      int stream,
      IntFunction<String> columnName,
      ToIntFunction<String> columnId) {
    BlockHeader header = BlockHeader.decode(bytes, info);
    for (BlockHeader.Region region : header.regions) {
      int crc =
          region.offset() > bytes.length - region.stored()
              ? ~region.crc()
              : Crc32c.of(bytes, region.offset(), region.stored());
      if (crc != region.crc()) {
        throw new CorruptBytesException(
            "region of kind %d has checksum %08x, stored %08x".formatted(region.kind(), crc, region.crc()));
      }
    }
    ByteBuffer patch = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    patch.putInt(BlockFormat.HEADER, stream);
    for (int c = 0; c < header.columnIds.length; c++) {
      String name = columnName.apply(header.columnIds[c]);
      patch.putInt(BlockFormat.HEADER + BlockFormat.RUN + 4 * c, columnId.applyAsInt(name));
    }
    int covered = info.headerLength() - 4;
    int headerCrc = Crc32c.of(bytes, 0, covered);
    patch.putInt(covered, headerCrc);
    BlockInfo copy =
        new BlockInfo(
            0, bytes.length, info.rawBytes(), info.rows(), info.runs(), info.layout(), info.flags(), info.minTs(),
            info.maxTs(), stream, stream, info.metadataBytes(), info.unit(), info.regions(), info.headerLength(), headerCrc);
    return new BlockBuilder.Built(bytes, copy, runs.ofStreams(new int[] {stream}));
  }
}
