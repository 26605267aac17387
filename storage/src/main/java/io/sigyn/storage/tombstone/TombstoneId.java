package io.sigyn.storage.tombstone;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import java.util.HexFormat;

/**
 * The name of a delete request, unique in its tenant for all time.
 *
 * @param createdNanos when it was made, nanoseconds since the Unix epoch
 * @param number a random number, which is what clients see
 */
public record TombstoneId(long createdNanos, int number) {
  /** Bytes in formats: u64 created, u32 number. */
  public static final int BYTES = 12;

  /** Eight hexadecimal digits. */
  public String request() {
    return HexFormat.of().toHexDigits(number);
  }

  /** Writes the 12 bytes. */
  public void encode(ByteSink out) {
    out.u64(createdNanos).u32(number);
  }

  /** Reads the 12 bytes. */
  public static TombstoneId decode(ByteSource in) {
    return new TombstoneId(in.u64(), in.u32());
  }

  /** {@code <16 hex digits>-<8 hex digits>}. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(createdNanos) + "-" + request();
  }
}
