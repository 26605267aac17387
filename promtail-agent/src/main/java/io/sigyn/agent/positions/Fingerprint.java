package io.sigyn.agent.positions;

import io.sigyn.bytes.Xxh64;

/**
 * A hash of some bytes of a file: of its beginning, or of the bytes before an offset. It tells whether a file with a known
 * identity still holds the known content.
 *
 * @param length how many bytes were hashed; 0 proves nothing
 * @param high xxHash64 with seed 0
 * @param low xxHash64 with another seed
 */
public record Fingerprint(int length, long high, long low) {
  /** Of no bytes. */
  public static final Fingerprint NONE = new Fingerprint(0, 0, 0);

  private static final long SEED = 0x5169796e;

  /** Of {@code bytes[from, from + length)}. */
  public static Fingerprint of(byte[] bytes, int from, int length) {
    return length == 0
        ? NONE
        : new Fingerprint(
            length, Xxh64.hash(bytes, from, length, 0), Xxh64.hash(bytes, from, length, SEED));
  }

  /** {@code LENGTH:HIGH:LOW}, the hashes in hexadecimal. */
  @Override
  public String toString() {
    return length + ":" + Long.toHexString(high) + ":" + Long.toHexString(low);
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Fingerprint parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("no fingerprint: " + text);
    }
    return new Fingerprint(
        Integer.parseInt(parts[0]), Long.parseUnsignedLong(parts[1], 16), Long.parseUnsignedLong(parts[2], 16));
  }
}
