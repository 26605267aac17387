package io.sigyn.storage.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Supplier;

/**
 * Frames of zstd, made with contexts that are used again: a fresh one costs about as much as compressing a small column, and
 * one of a MiB needs room for what it compresses to. Safe for use by many threads.
 */
final class ZstdFrames {
  private static final int LEVEL = 1;

  /** Contexts kept; more threads than this at once make their own for one frame. */
  private static final int MOST = 2 * Runtime.getRuntime().availableProcessors();

  /** A frame that needs more room than this leaves none of it behind. */
  private static final int LARGE = 4 << 20;

  private static final class Compressor {
    final ZstdCompressCtx context = new ZstdCompressCtx().setLevel(LEVEL);
    byte[] room = {};
  }

  private static final ArrayBlockingQueue<Compressor> COMPRESSORS = new ArrayBlockingQueue<>(MOST);
  private static final ArrayBlockingQueue<ZstdDecompressCtx> DECOMPRESSORS = new ArrayBlockingQueue<>(MOST);

  private ZstdFrames() {}

  private static <T> T take(ArrayBlockingQueue<T> kept, Supplier<T> fresh) {
    T one = kept.poll();
    return one == null ? fresh.get() : one;
  }

  /** One frame, an array of exactly its length. */
  static byte[] compress(byte[] bytes, int offset, int length) {
    Compressor compressor = take(COMPRESSORS, Compressor::new);
    boolean kept = false;
    try {
      int bound = Math.toIntExact(Zstd.compressBound(length));
      byte[] room = compressor.room.length >= bound ? compressor.room : new byte[bound];
      int n = compressor.context.compressByteArray(room, 0, room.length, bytes, offset, length);
      byte[] frame = Arrays.copyOf(room, n);
      compressor.room = room.length <= LARGE ? room : compressor.room;
      kept = COMPRESSORS.offer(compressor);
      return frame;
    } finally {
      if (!kept) {
        compressor.context.close();
      }
    }
  }

  /** Undoes {@link #compress}; the number of bytes it gave, or -1 when it is no frame or does not fit. */
  static long decompress(byte[] bytes, int offset, int length, byte[] out, int rawLength) {
    ZstdDecompressCtx context = take(DECOMPRESSORS, ZstdDecompressCtx::new);
    boolean kept = false;
    try {
      int n = context.decompressByteArray(out, 0, rawLength, bytes, offset, length);
      kept = DECOMPRESSORS.offer(context);
      return n;
    } catch (ZstdException e) {
      return -1;
    } finally {
      if (!kept) {
        context.close();
      }
    }
  }
}
