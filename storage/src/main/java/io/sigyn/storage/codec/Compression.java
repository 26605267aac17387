package io.sigyn.storage.codec;

import io.sigyn.bytes.CorruptBytesException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import org.xerial.snappy.Snappy;

/** How a run of bytes is stored. The code is what formats write. Safe for use by many threads. */
public enum Compression {
  /** As it is. */
  NONE(0),
  /** One zstd frame, level 1: more never paid on log data. */
  ZSTD(1),
  /** One LZ4 block: for what lives minutes. */
  LZ4(2),
  /** One snappy block: bodies of pushes, as they came. */
  SNAPPY(3);

  private final int code;

  Compression(int code) {
    this.code = code;
  }

  /** The number in formats. */
  public int code() {
    return code;
  }

  /**
   * The compression with a number.
   *
   * @throws CorruptBytesException for an unknown number
   */
  public static Compression of(int code) {
    return switch (code) {
      case 0 -> NONE;
      case 1 -> ZSTD;
      case 2 -> LZ4;
      case 3 -> SNAPPY;
      default -> throw new CorruptBytesException("unknown compression " + code);
    };
  }

  /** The stored form of {@code bytes[offset, offset+length)}, an array of exactly its length. */
  public byte[] compress(byte[] bytes, int offset, int length) {
    return switch (this) {
      case NONE -> Arrays.copyOfRange(bytes, offset, offset + length);
      case ZSTD -> ZstdFrames.compress(bytes, offset, length);
      case LZ4 -> LZ4Factory.fastestInstance().fastCompressor().compress(bytes, offset, length);
      case SNAPPY -> {
        byte[] out = new byte[Snappy.maxCompressedLength(length)];
        try {
          yield Arrays.copyOf(out, Snappy.compress(bytes, offset, length, out, 0));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  /**
   * Undoes {@link #compress}.
   *
   * @throws CorruptBytesException when the result is not exactly {@code rawLength} bytes
   */
  public byte[] decompress(byte[] bytes, int offset, int length, int rawLength) {
    byte[] out = new byte[rawLength];
    decompress(bytes, offset, length, out, rawLength);
    return out;
  }

  /**
   * Undoes {@link #compress} into the first {@code rawLength} bytes of an array.
   *
   * @throws CorruptBytesException when the result is not exactly that many bytes; then the array may hold anything
   */
  public void decompress(byte[] bytes, int offset, int length, byte[] out, int rawLength) {
    long n =
        switch (this) {
          case NONE -> copy(bytes, offset, length, out, rawLength);
          case ZSTD -> ZstdFrames.decompress(bytes, offset, length, out, rawLength);
          case LZ4 -> lz4(bytes, offset, length, out, rawLength);
          case SNAPPY -> snappy(bytes, offset, length, out, rawLength);
        };
    if (n != rawLength) {
      throw new CorruptBytesException(
          name() + " of " + length + " bytes yields " + n + " bytes, expected " + rawLength);
    }
  }

  private static long copy(byte[] bytes, int offset, int length, byte[] out, int rawLength) {
    System.arraycopy(bytes, offset, out, 0, Math.min(length, rawLength));
    return length;
  }

  private static long lz4(byte[] bytes, int offset, int length, byte[] out, int rawLength) {
    if (length == 0) {
      // No block is empty, and the decoder throws at the end of an array.
      return -1;
    }
    try {
      return LZ4Factory.fastestInstance().safeDecompressor().decompress(bytes, offset, length, out, 0, rawLength);
    } catch (LZ4Exception e) {
      return -1;
    }
  }

  /** The decoder writes as many bytes as the block declares, wherever the array ends: the declared size is looked at first. */
  private static long snappy(byte[] bytes, int offset, int length, byte[] out, int rawLength) {
    try {
      if (Snappy.uncompressedLength(bytes, offset, length) != rawLength) {
        return -1;
      }
      return Snappy.rawUncompress(bytes, offset, length, out, 0);
    } catch (IOException e) {
      return -1;
    }
  }
}
