package io.sigyn.storage.block;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.codec.Compression;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Text whose long hexadecimal numbers, such as the ids of traces, are kept apart. They are random: among other text each digit
 * takes more than half a byte, and there is that much more to compress and to decompress. Safe for use by many threads.
 *
 * <pre>
 * 2 parts  u8 compression, u32 stored bytes, u32 raw bytes; then the stored bytes of both
 * frame    the text, with a byte 0 in place of eight digits of an id
 * ids      eight digits to four bytes, the first in the high half of the first byte
 * </pre>
 *
 * A text that has a byte 0 cannot be stored so. Parts are put together and compared with the text before they are stored.
 */
final class IdText {
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final byte MARK = 0;

  /** Digits that are replaced together, and the bytes they become. */
  private static final int UNIT = 8;

  private static final int UNIT_BYTES = 4;

  /** What is said of a part. */
  private static final int PART = 9;

  /** The fewest digits of an id. */
  private static final int LEAST = 16;

  /** The least part of the text that ids must be. */
  private static final int LEAST_SHARE = 16;

  /** The part of the text by which others are known that are not worth looking through. */
  private static final int SAMPLES = 4;

  private static final byte[] DIGITS = digits();

  /** A text that needs more room than this leaves none of it behind. */
  private static final int LARGE = 4 << 20;

  /** Buffers kept; more threads than this at once make their own for one text. */
  private static final ArrayBlockingQueue<Parts> KEPT =
      new ArrayBlockingQueue<>(2 * Runtime.getRuntime().availableProcessors());

  private IdText() {}

  private static byte[] digits() {
    byte[] digits = new byte[256];
    Arrays.fill(digits, (byte) -1);
    for (int d = 0; d < 16; d++) {
      digits[Character.forDigit(d, 16)] = (byte) d;
    }
    return digits;
  }

  /** Both parts while they are made or read. */
  private static final class Parts {
    private byte[] frame = {};
    private byte[] ids = {};
    private byte[] again = {};
    private int frameSize;
    private int idsSize;

    static Parts take(int frame, int ids) {
      Parts kept = KEPT.poll();
      Parts parts = kept == null ? new Parts() : kept;
      parts.frame = parts.frame.length >= frame ? parts.frame : new byte[frame];
      parts.ids = parts.ids.length >= ids ? parts.ids : new byte[ids];
      parts.frameSize = 0;
      parts.idsSize = 0;
      return parts;
    }

    void giveBack() {
      if (frame.length <= LARGE) {
        KEPT.offer(this);
      }
    }

    private void copy(byte[] text, int from, int to) {
      System.arraycopy(text, from, frame, frameSize, to - from);
      frameSize += to - from;
    }

    /** Takes digits as ids; what is left when a number of digits is no multiple of a unit stays text. */
    private int id(byte[] text, int from, int to) {
      int at = from;
      for (; to - at >= UNIT; at += UNIT) {
        frame[frameSize++] = MARK;
        for (int i = at; i < at + UNIT; i += 2) {
          ids[idsSize++] = (byte) (digit(text[i]) << 4 | digit(text[i + 1]));
        }
      }
      return at;
    }

    /** Takes a text apart. Answers false as soon as there are too few ids; then this is of no use. */
    boolean split(byte[] text, int size) {
      int copied = 0;
      int sample = size / SAMPLES;
      // Of the digits of an id one is at a multiple of their number, and others half and a quarter of it beside.
      for (int at = LEAST; at < size; at += LEAST) {
        if (at > sample) {
          if (tooFew(at)) {
            return false;
          }
          sample = size;
        }
        if (!mayBeId(text, at, size)) {
          continue;
        }
        int from = at;
        while (from > copied && digit(text[from - 1]) >= 0) {
          from--;
        }
        int to = at + 1;
        while (to < size && digit(text[to]) >= 0) {
          to++;
        }
        if (to - from >= LEAST && hasLetter(text, from, to)) {
          copy(text, copied, from);
          copied = id(text, from, to);
        }
        at = Math.max(at, to / LEAST * LEAST);
      }
      copy(text, copied, size);
      return !tooFew(size);
    }

    private boolean tooFew(int size) {
      return 2 * idsSize < size / LEAST_SHARE;
    }

    private static boolean mayBeId(byte[] text, int at, int size) {
      if (at + LEAST / 2 >= size) {
        return digit(text[at]) >= 0;
      }
      // Negative when it is none; without branches, because nobody could foretell them.
      int before = digit(text[at - LEAST / 4]);
      int behind = digit(text[at + LEAST / 4]);
      int far = (before | digit(text[at - LEAST / 2])) & (behind | digit(text[at + LEAST / 2]));
      return (digit(text[at]) | (far & (before | behind))) >= 0;
    }

    byte[] stored() {
      byte[] storedFrame = Compression.ZSTD.compress(frame, 0, frameSize);
      byte[] smallIds = Compression.ZSTD.compress(ids, 0, idsSize);
      boolean gains = BlockBuilder.gains(smallIds.length, idsSize);
      byte[] storedIds = gains ? smallIds : Arrays.copyOf(ids, idsSize);
      ByteSink out = new ByteSink(2 * PART + storedFrame.length + storedIds.length);
      out.u8(Compression.ZSTD.code()).u32(storedFrame.length).u32(frameSize);
      out.u8((gains ? Compression.ZSTD : Compression.NONE).code()).u32(storedIds.length).u32(idsSize);
      return out.bytes(storedFrame).bytes(storedIds).toByteArray();
    }

    /** Whether they make the text that they were taken from; a byte 0 in it, above all, would become an id. */
    boolean make(byte[] text, int size) {
      again = again.length >= size ? again : new byte[size];
      try {
        join(again, size);
      } catch (CorruptBytesException e) {
        return false;
      }
      return Arrays.equals(again, 0, size, text, 0, size);
    }

    /**
     * Puts the first {@code size} bytes of a text together. Eight bytes of the frame are copied at a time; what follows a mark
     * is written over.
     */
    void join(byte[] text, int size) {
      int f = 0;
      int i = 0;
      int at = 0;
      while (f < frameSize) {
        if (f <= frameSize - Long.BYTES && at <= size - Long.BYTES) {
          long word = (long) LONG.get(frame, f);
          LONG.set(text, at, word);
          long marks = (word - 0x0101_0101_0101_0101L) & ~word & 0x8080_8080_8080_8080L;
          if (marks == 0) {
            f += Long.BYTES;
            at += Long.BYTES;
            continue;
          }
          int before = Long.numberOfTrailingZeros(marks) >>> 3;
          f += before;
          at += before;
        } else if (frame[f] != MARK) {
          fits(at, 1, size);
          text[at++] = frame[f++];
          continue;
        }
        do {
          fits(at, UNIT, size);
          if (i > idsSize - UNIT_BYTES) {
            throw new CorruptBytesException("ids end at " + idsSize);
          }
          LONG.set(text, at, characters((int) INT.get(ids, i)));
          f++;
          i += UNIT_BYTES;
          at += UNIT;
        } while (f < frameSize && frame[f] == MARK);
      }
      if (at != size || i != idsSize) {
        throw new CorruptBytesException(
            "%d of %d bytes of text, made of %d of %d bytes of ids".formatted(at, size, i, idsSize));
      }
    }
  }

  /** What a hexadecimal digit counts; negative for other bytes. */
  private static byte digit(byte c) {
    return DIGITS[c & 0xFF];
  }

  /** Times are long numbers, too, but repeat. */
  private static boolean hasLetter(byte[] text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text[i] > '9') {
        return true;
      }
    }
    return false;
  }

  /** The stored form of the first {@code size} bytes of a text; null when they are better left alone. */
  static byte @Nullable [] encode(byte[] text, int size) {
    Parts parts = Parts.take(size, size / 2);
    try {
      if (!parts.split(text, size) || !parts.make(text, size)) {
        return null;
      }
      return parts.stored();
    } finally {
      parts.giveBack();
    }
  }

  /**
   * The text of so many bytes.
   *
   * @throws CorruptBytesException when the parts do not make such a text
   */
  static byte[] decode(byte[] stored, int offset, int length, int size) {
    ByteSource in = new ByteSource(stored, offset, offset + length);
    Compression frame = Compression.of(in.u8());
    int storedFrame = in.count32();
    int frameSize = in.count32();
    Compression ids = Compression.of(in.u8());
    int storedIds = in.count32();
    int idsSize = in.count32();
    if (frameSize > size || idsSize > size || (long) storedFrame + storedIds != in.remaining()) {
      throw new CorruptBytesException(
          "text of %d bytes of %d in %d and %d of %d in %d, which are %d"
              .formatted(size, frameSize, storedFrame, idsSize, storedIds, idsSize, in.remaining()));
    }
    Parts parts = Parts.take(frameSize, idsSize);
    try {
      frame.decompress(stored, in.position(), storedFrame, parts.frame, frameSize);
      ids.decompress(stored, in.position() + storedFrame, storedIds, parts.ids, idsSize);
      parts.frameSize = frameSize;
      parts.idsSize = idsSize;
      byte[] text = new byte[size];
      parts.join(text, size);
      return text;
    } finally {
      parts.giveBack();
    }
  }

  private static void fits(int at, int more, int size) {
    if (more > size - at) {
      throw new CorruptBytesException("text is longer than its " + size + " bytes");
    }
  }

  /** Eight hexadecimal digits of four bytes. */
  private static long characters(int bytes) {
    long x = bytes & 0xFFFF_FFFFL;
    x = (x | x << 16) & 0x0000_FFFF_0000_FFFFL;
    x = (x | x << 8) & 0x00FF_00FF_00FF_00FFL;
    x = (x >>> 4 | x << 8) & 0x0F0F_0F0F_0F0F_0F0FL;
    long letters = (x + 0x0606_0606_0606_0606L) >>> 4 & 0x0101_0101_0101_0101L;
    return x + 0x3030_3030_3030_3030L + letters * ('a' - '9' - 1);
  }
}
