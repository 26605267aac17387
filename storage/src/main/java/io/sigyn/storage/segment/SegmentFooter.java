package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.codec.Crc32c;

/**
 * The last 64 bytes of a segment.
 *
 * @param directoryOffset where the directory starts
 * @param directoryLength its bytes
 * @param crc over the directory and the rest of the footer
 * @param rows entries
 * @param rawBytes line bytes
 * @param minTs time of the oldest entry, ns
 * @param maxTs time of the newest entry, ns
 * @param fileLength length of the whole file
 */
public record SegmentFooter(
    long directoryOffset, int directoryLength, int crc, long rows, long rawBytes, long minTs, long maxTs, long fileLength) {
  /** Bytes of a footer. */
  public static final int BYTES = SegmentFormat.FOOTER;

  /** The footer of a directory and the parity behind it, with the checksum over directory and footer. */
  static SegmentFooter over(
      byte[] directory, long directoryOffset, long rows, long rawBytes, long minTs, long maxTs) {
    long length = Parity.behind(directoryOffset + directory.length).end() + BYTES;
    SegmentFooter open =
        new SegmentFooter(directoryOffset, directory.length, 0, rows, rawBytes, minTs, maxTs, length);
    return new SegmentFooter(
        directoryOffset, directory.length, open.checksum(directory), rows, rawBytes, minTs, maxTs, length);
  }

  /** Whether the directory and this footer belong together and are undamaged. */
  void check(byte[] directory) {
    int actual = checksum(directory);
    if (actual != crc) {
      throw new CorruptBytesException("directory checksum is %08x, stored %08x".formatted(actual, crc));
    }
  }

  private int checksum(byte[] directory) {
    ByteSink footer = new ByteSink(BYTES);
    encode(footer);
    footer.patch32(SegmentFormat.FOOTER_CRC_AT, 0);
    return Crc32c.of(directory, footer.array(), 0, BYTES);
  }

  /** Writes the 64 bytes. */
  public void encode(ByteSink out) {
    out.u64(directoryOffset).u32(directoryLength).u32(crc).u64(rows).u64(rawBytes).u64(minTs).u64(maxTs);
    out.u64(fileLength).u16(SegmentFormat.MAJOR).u16(SegmentFormat.MINOR).u32(SegmentFormat.END_MAGIC);
  }

  /**
   * Reads the 64 bytes.
   *
   * @throws CorruptBytesException when they are no footer of this format
   */
  public static SegmentFooter decode(ByteSource in) {
    long directoryOffset = in.u64();
    int directoryLength = in.count32();
    int crc = in.u32();
    SegmentFooter footer =
        new SegmentFooter(directoryOffset, directoryLength, crc, in.u64(), in.u64(), in.u64(), in.u64(), in.u64());
    int major = in.u16();
    in.u16();
    int magic = in.u32();
    if (magic != SegmentFormat.END_MAGIC) {
      throw new CorruptBytesException("footer magic is %08x, expected %08x".formatted(magic, SegmentFormat.END_MAGIC));
    }
    if (major != SegmentFormat.MAJOR) {
      throw new CorruptBytesException("segment format " + major + ", this program knows " + SegmentFormat.MAJOR);
    }
    return footer;
  }
}
