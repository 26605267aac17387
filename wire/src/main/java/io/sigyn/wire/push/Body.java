package io.sigyn.wire.push;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import java.util.Arrays;

/**
 * Bytes of a body on their way from the socket to a reader.
 *
 * @param bytes valid up to {@code length}
 */
public record Body(byte[] bytes, int length) {

  /** The complaint about a body that is larger than allowed once decompressed. */
  public static LokiException tooLarge(long size, int max) {
    return new LokiException(
        ErrorKind.TOO_LARGE, "decompressed message size too large than max (" + size + " vs " + max + ")");
  }

  /** The complaint about a body that ends too early. */
  public static LokiException unexpectedEnd() {
    return new LokiException(ErrorKind.BAD_REQUEST, "unexpected EOF");
  }

  /** Collects decompressed bytes and refuses the first one past the limit. */
  static final class Output {
    /** One byte less than an array that every JVM grants. */
    private static final int LONGEST = Integer.MAX_VALUE - 16;

    private final int max;
    private byte[] bytes;
    private int size;

    /** An output of at most {@code max} bytes that expects about {@code expected}. */
    Output(int max, long expected) {
      this.max = Math.min(max, LONGEST);
      // One byte more than allowed, so that a body of exactly the limit can be told from a larger one.
      this.bytes = new byte[Math.clamp(expected + 1, 64, capacityLimit())];
    }

    /** The array to write to from {@link #size} on; there is room for at least one byte. */
    byte[] room() {
      if (size > max) {
        throw tooLarge(size, max);
      }
      if (size == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(bytes.length * 2L, capacityLimit()));
      }
      return bytes;
    }

    /** The bytes written so far. */
    int size() {
      return size;
    }

    /** Counts bytes written to {@link #room}. */
    void wrote(int count) {
      size += count;
    }

    /** What was written. */
    Body body() {
      if (size > max) {
        throw tooLarge(size, max);
      }
      return new Body(bytes, size);
    }

    private int capacityLimit() {
      return Math.max(64, max + 1);
    }
  }
}
