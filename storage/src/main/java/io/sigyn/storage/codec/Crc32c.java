package io.sigyn.storage.codec;

import java.util.zip.CRC32C;

/** CRC-32C (Castagnoli) as unsigned 32 bits in an int. */
public final class Crc32c {
  private Crc32c() {}

  /** Over {@code length} bytes from {@code offset}. */
  public static int of(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  /** Over the salt's four bytes, little endian, followed by the given ones. */
  public static int salted(int salt, byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    for (int shift = 0; shift < 32; shift += 8) {
      crc.update(salt >>> shift);
    }
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  /** Over one part and then another. */
  public static int of(byte[] first, byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(first, 0, first.length);
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
