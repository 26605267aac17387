package io.sigyn.storage.wal;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import java.util.UUID;

/**
 * The facts in the header of a file of the log.
 *
 * @param salt makes the checksums of records of an earlier use of the same file fail
 * @param firstLsn LSN of a record at offset 64
 * @param sequence the number in the name
 * @param storeId whose log it is
 * @param createdNanos nanoseconds since the Unix epoch
 */
record WalFile(int salt, long firstLsn, long sequence, UUID storeId, long createdNanos) {
  byte[] encode() {
    ByteSink out = new ByteSink(WalFormat.HEADER);
    out.u64(WalFormat.MAGIC).u16(WalFormat.MAJOR).u16(WalFormat.MINOR).u32(salt);
    out.u64(firstLsn).u64(sequence);
    out.u64(storeId.getMostSignificantBits()).u64(storeId.getLeastSignificantBits());
    out.u64(createdNanos).u32(0);
    return SealedHeader.seal(out);
  }

  /**
   * Reads a header of 64 bytes. One flipped bit is put right, for without the salt the whole file would be lost.
   *
   * @throws CorruptBytesException when it is no header
   * @throws UnsupportedWalException when a later version wrote it
   */
  static WalFile decode(byte[] header) {
    byte[] bytes = SealedHeader.repaired(header);
    ByteSource in = new ByteSource(bytes);
    long magic = in.u64();
    if (magic != WalFormat.MAGIC) {
      throw new CorruptBytesException("magic is %016x, expected %016x".formatted(magic, WalFormat.MAGIC));
    }
    int major = in.u16();
    if (major != WalFormat.MAJOR) {
      throw new UnsupportedWalException("log format %d, this program knows %d".formatted(major, WalFormat.MAJOR));
    }
    in.u16();
    int salt = in.u32();
    long firstLsn = in.u64();
    long sequence = in.u64();
    return new WalFile(salt, firstLsn, sequence, new UUID(in.u64(), in.u64()), in.u64());
  }

  /** A file of a later major version. */
  static final class UnsupportedWalException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnsupportedWalException(String message) {
      super(message);
    }
  }
}
