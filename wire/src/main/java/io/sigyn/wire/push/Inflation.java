package io.sigyn.wire.push;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4FrameInputStream;
import org.xerial.snappy.Snappy;

/**
 * Undoes compression without trusting it. Where a format declares the size of its content, a size past the limit is
 * refused before anything is allocated; everywhere the output is counted while it grows, so that a bomb costs at most
 * twice the limit in memory. Errors are LokiExceptions with the words of Go's decoders.
 */
public final class Inflation {
  /** No stream of deflate grows by more. */
  private static final int DEFLATE_RATIO = 1032;

  /** A copy of snappy takes three bytes and makes at most 64. */
  private static final int SNAPPY_RATIO = 22;

  private static final int ZSTD_MAGIC = 0xFD2FB528;

  /** The largest window a zstd frame may ask for: 8 MiB, as its specification recommends. */
  private static final int ZSTD_WINDOW_LOG = 23;

  private Inflation() {}

  /** The content of a body with the given encoding; the body itself when it has none. */
  static Body inflate(ContentEncoding encoding, byte[] body, int length, int max) {
    return switch (encoding) {
      case NONE, SNAPPY -> new Body(body, length);
      case GZIP -> gzip(body, length, max);
      case DEFLATE -> deflate(body, length, max);
      case ZSTD -> {
        if (!isZstd(body, length)) {
          throw ContentEncoding.unsupported("zstd");
        }
        yield zstd(body, length, max);
      }
    };
  }

  /** The content of a snappy block, in memory that the scratch lends. */
  static Body snappy(byte[] block, int length, int max, PushScratch scratch) {
    long declared = 0;
    int at = 0;
    while (true) {
      if (at == length || at == 5) {
        throw corruptSnappy();
      }
      byte b = block[at];
      declared |= (b & 0x7fL) << (7 * at);
      at++;
      if (b >= 0) {
        break;
      }
    }
    if (declared > 0xffffffffL || declared / SNAPPY_RATIO > length) {
      throw corruptSnappy();
    }
    if (declared > max) {
      throw Body.tooLarge(declared, max);
    }
    int size = (int) declared;
    byte[] out = scratch.arena(size);
    try {
      // The decoder trusts the size it declares itself, which is this one.
      if (Snappy.rawUncompress(block, 0, length, out, 0) != size) {
        throw corruptSnappy();
      }
    } catch (IOException e) {
      throw corruptSnappy();
    }
    return new Body(out, size);
  }

  private static LokiException corruptSnappy() {
    return new LokiException(ErrorKind.BAD_REQUEST, "snappy: corrupt input");
  }

  /** The content of gzip members. */
  public static Body gzip(byte[] in, int length, int max) {
    if (length == 0) {
      throw endOfInput();
    }
    Body.Output out = new Body.Output(max, expected(in, length));
    Inflater inflater = new Inflater(true);
    try {
      int at = 0;
      do {
        at = GzipHeader.skip(in, at, length);
        inflater.reset();
        int start = out.size();
        CRC32 crc = new CRC32();
        at = member(inflater, in, at, length, out, crc);
        if (length - at < 8) {
          throw Body.unexpectedEnd();
        }
        if (littleEndian(in, at) != (int) crc.getValue() || littleEndian(in, at + 4) != out.size() - start) {
          throw new LokiException(ErrorKind.BAD_REQUEST, "gzip: invalid checksum");
        }
        at += 8;
      } while (at < length);
    } finally {
      inflater.end();
    }
    return out.body();
  }

  /** The size the last four bytes of gzip declare, as far as it is possible at all. */
  private static long expected(byte[] in, int length) {
    long declared = length < 18 ? 0 : littleEndian(in, length - 4) & 0xffffffffL;
    return declared <= (long) length * DEFLATE_RATIO ? declared : length * 4L;
  }

  private static Body deflate(byte[] in, int length, int max) {
    if (length == 0) {
      throw endOfInput();
    }
    Body.Output out = new Body.Output(max, length * 4L);
    Inflater inflater = new Inflater(!hasZlibHeader(in, length));
    try {
      member(inflater, in, 0, length, out, new CRC32());
    } finally {
      inflater.end();
    }
    return out.body();
  }

  /** A raw stream cannot start like this: its first block would be stored, with padding that is not zero. */
  private static boolean hasZlibHeader(byte[] in, int length) {
    return length >= 2
        && (in[0] & 0x0f) == 8
        && (in[0] & 0xff) >>> 4 <= 7
        && ((in[0] & 0xff) << 8 | (in[1] & 0xff)) % 31 == 0
        && (in[1] & 0x20) == 0;
  }

  /** Inflates one stream from {@code at}; where it ends. */
  private static int member(Inflater inflater, byte[] in, int at, int length, Body.Output out, CRC32 crc) {
    inflater.setInput(in, at, length - at);
    while (true) {
      byte[] room = out.room();
      int count;
      try {
        count = inflater.inflate(room, out.size(), room.length - out.size());
      } catch (DataFormatException e) {
        throw new LokiException(
            ErrorKind.BAD_REQUEST, "flate: corrupt input before offset " + inflater.getBytesRead());
      }
      crc.update(room, out.size(), count);
      out.wrote(count);
      if (inflater.finished()) {
        return length - inflater.getRemaining();
      }
      if (count == 0 && inflater.needsDictionary()) {
        throw new LokiException(ErrorKind.BAD_REQUEST, "zlib: invalid dictionary");
      }
      if (count == 0 && inflater.needsInput()) {
        throw Body.unexpectedEnd();
      }
    }
  }

  /** The content of zstd frames. */
  public static Body zstd(byte[] in, int length, int max) {
    if (!isZstd(in, length)) {
      throw new LokiException(ErrorKind.BAD_REQUEST, "zstd: magic number mismatch");
    }
    long declared = Zstd.getFrameContentSize(in, 0, length);
    if (declared > max) {
      throw Body.tooLarge(declared, max);
    }
    // A declared size is believed only as far as plain text compresses; the output grows from there.
    Body.Output out = new Body.Output(max, declared > 0 ? Math.min(declared, length * 64L) : length * 4L);
    try (ZstdInputStreamNoFinalizer stream =
        new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(in, 0, length))) {
      stream.setLongMax(ZSTD_WINDOW_LOG);
      while (true) {
        byte[] room = out.room();
        int count = stream.read(room, out.size(), room.length - out.size());
        if (count < 0) {
          return out.body();
        }
        out.wrote(count);
      }
    } catch (IOException e) {
      throw new LokiException(ErrorKind.BAD_REQUEST, "zstd: " + e.getMessage());
    }
  }

  private static boolean isZstd(byte[] in, int length) {
    return length >= 4 && littleEndian(in, 0) == ZSTD_MAGIC;
  }

  /** The content of lz4 frames. */
  public static Body lz4(byte[] in, int length, int max) {
    Body.Output out = new Body.Output(max, length * 4L);
    try (LZ4FrameInputStream stream = new LZ4FrameInputStream(new ByteArrayInputStream(in, 0, length))) {
      while (true) {
        byte[] room = out.room();
        int count = stream.read(room, out.size(), room.length - out.size());
        if (count < 0) {
          return out.body();
        }
        out.wrote(count);
      }
    } catch (IOException | LZ4Exception e) {
      throw new LokiException(ErrorKind.BAD_REQUEST, "lz4: " + e.getMessage());
    }
  }

  private static int littleEndian(byte[] in, int at) {
    return (in[at] & 0xff) | (in[at + 1] & 0xff) << 8 | (in[at + 2] & 0xff) << 16 | in[at + 3] << 24;
  }

  private static LokiException endOfInput() {
    return new LokiException(ErrorKind.BAD_REQUEST, "EOF");
  }
}
