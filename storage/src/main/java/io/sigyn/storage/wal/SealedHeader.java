package io.sigyn.storage.wal;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.codec.Crc32c;

/** A few bytes of which the last four are the CRC-32C of the others: the header of a file of the log, and the log's mark. */
final class SealedHeader {
  private static final int CRC = 4;

  private SealedHeader() {}

  /** Adds the checksum to the bytes before it. */
  static byte[] seal(ByteSink covered) {
    return covered.u32(Crc32c.of(covered.array(), 0, covered.size())).toByteArray();
  }

  /**
   * The bytes, with one flipped bit put right: a CRC over so few bytes leaves no doubt which bit it was.
   *
   * @throws CorruptBytesException when there is more wrong with them
   */
  static byte[] repaired(byte[] sealed) {
    byte[] bytes = sealed.clone();
    if (valid(bytes)) {
      return bytes;
    }
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      bytes[bit >>> 3] ^= (byte) (1 << (bit & 7));
      if (valid(bytes)) {
        return bytes;
      }
      bytes[bit >>> 3] ^= (byte) (1 << (bit & 7));
    }
    int stored = stored(sealed);
    int actual = actual(sealed);
    throw new CorruptBytesException("header checksum is %08x, stored %08x".formatted(actual, stored));
  }

  private static boolean valid(byte[] sealed) {
    return stored(sealed) == actual(sealed);
  }

  private static int stored(byte[] sealed) {
    return new ByteSource(sealed).seek(sealed.length - CRC).u32();
  }

  private static int actual(byte[] sealed) {
    return Crc32c.of(sealed, 0, sealed.length - CRC);
  }
}
