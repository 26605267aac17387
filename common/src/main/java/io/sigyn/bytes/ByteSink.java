package io.sigyn.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing byte array with a write position. Fixed-width integers are little endian. Not safe for use by several
 * threads. {@link #array} exposes the buffer itself, so that a writer can hand it on without a copy.
 */
public final class ByteSink {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The longest array that every JVM grants. */
  private static final int MAX = Integer.MAX_VALUE - 16;

  private byte[] buf;
  private int size;

  /** An empty sink with room for {@code capacity} bytes. */
  public ByteSink(int capacity) {
    buf = new byte[Math.max(16, capacity)];
  }

  /** The bytes written so far. */
  public int size() {
    return size;
  }

  /** The buffer; bytes {@code 0 .. size()-1} are valid until the next write. */
  public byte[] array() {
    return buf;
  }

  /** A copy of the bytes written so far. */
  public byte[] toByteArray() {
    return Arrays.copyOf(buf, size);
  }

  /** Forgets what was written and keeps the buffer. */
  public ByteSink clear() {
    size = 0;
    return this;
  }

  /** Makes room for {@code more} bytes, so that the next writes of that many do not grow the buffer. */
  public ByteSink reserve(int more) {
    if (more > buf.length - size) {
      long wanted = (long) size + more;
      if (wanted > MAX) {
        throw new IllegalStateException("buffer of " + size + " bytes cannot grow by " + more);
      }
      buf = Arrays.copyOf(buf, (int) Math.min(MAX, Math.max(wanted, 2L * buf.length)));
    }
    return this;
  }

  /** Counts bytes that were put into {@link #array} from {@link #size} on, where {@link #reserve} had made room. */
  public ByteSink wrote(int bytes) {
    if (bytes < 0 || bytes > buf.length - size) {
      throw new IndexOutOfBoundsException(bytes + " bytes behind " + size + " of " + buf.length);
    }
    size += bytes;
    return this;
  }

  /** One byte: the low eight bits. */
  public ByteSink u8(int value) {
    reserve(1);
    buf[size++] = (byte) value;
    return this;
  }

  /** Two bytes. */
  public ByteSink u16(int value) {
    reserve(2);
    SHORT.set(buf, size, (short) value);
    size += 2;
    return this;
  }

  /** Four bytes. */
  public ByteSink u32(int value) {
    reserve(4);
    INT.set(buf, size, value);
    size += 4;
    return this;
  }

  /** Eight bytes. */
  public ByteSink u64(long value) {
    reserve(8);
    LONG.set(buf, size, value);
    size += 8;
    return this;
  }

  /** Unsigned LEB128, 1 to 10 bytes; a negative value counts as unsigned 64-bit. */
  public ByteSink uvarint(long value) {
    reserve(10);
    long v = value;
    while ((v & ~0x7FL) != 0) {
      buf[size++] = (byte) (v | 0x80);
      v >>>= 7;
    }
    buf[size++] = (byte) v;
    return this;
  }

  /** Zigzag, then {@link #uvarint}. */
  public ByteSink zigzag(long value) {
    return uvarint((value << 1) ^ (value >> 63));
  }

  /** Raw bytes. */
  public ByteSink bytes(byte[] from, int offset, int length) {
    reserve(length);
    System.arraycopy(from, offset, buf, size, length);
    size += length;
    return this;
  }

  /** Raw bytes. */
  public ByteSink bytes(byte[] from) {
    return bytes(from, 0, from.length);
  }

  /** The UTF-8 form of the text, without its length. */
  public ByteSink utf8(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The length of the UTF-8 form as {@link #uvarint}, then the form. */
  public ByteSink string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return uvarint(utf8.length).bytes(utf8);
  }

  /** Zero bytes up to the next multiple of {@code alignment}. */
  public ByteSink align(int alignment) {
    int pad = Math.floorMod(-size, alignment);
    reserve(pad);
    Arrays.fill(buf, size, size + pad, (byte) 0);
    size += pad;
    return this;
  }

  /** Overwrites four bytes written earlier. */
  public ByteSink patch32(int at, int value) {
    check(at, 4);
    INT.set(buf, at, value);
    return this;
  }

  /** Overwrites eight bytes written earlier. */
  public ByteSink patch64(int at, long value) {
    check(at, 8);
    LONG.set(buf, at, value);
    return this;
  }

  private void check(int at, int width) {
    if (at < 0 || at > size - width) {
      throw new IndexOutOfBoundsException("patch of " + width + " bytes at " + at + ", size " + size);
    }
  }
}
