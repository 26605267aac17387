package io.sigyn.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what {@link ByteSink} writes, from a part of an array, and never past that part's end: every read that would
 * throws {@link CorruptBytesException}. Not safe for use by several threads.
 */
public final class ByteSource {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] buf;
  private final int start;
  private final int end;
  private int at;

  /** Over {@code buf[from, to)}. The array is not copied. */
  public ByteSource(byte[] buf, int from, int to) {
    if (from < 0 || to < from || to > buf.length) {
      throw new IndexOutOfBoundsException("[" + from + ", " + to + ") of " + buf.length + " bytes");
    }
    this.buf = buf;
    this.start = from;
    this.end = to;
    this.at = from;
  }

  /** Over the whole array. */
  public ByteSource(byte[] buf) {
    this(buf, 0, buf.length);
  }

  /** The array that is read. Not to be written to. */
  public byte[] array() {
    return buf;
  }

  /** The array index of the next byte. */
  public int position() {
    return at;
  }

  /** The bytes left. */
  public int remaining() {
    return end - at;
  }

  /** Moves to an array index inside the part. */
  public ByteSource seek(int position) {
    if (position < start || position > end) {
      throw new CorruptBytesException("position " + position + " outside [" + start + ", " + end + "]");
    }
    at = position;
    return this;
  }

  /** Moves over bytes. */
  public ByteSource skip(int length) {
    at += need(length);
    return this;
  }

  /** One byte, 0 to 255. */
  public int u8() {
    need(1);
    return buf[at++] & 0xFF;
  }

  /** Two bytes, 0 to 65535. */
  public int u16() {
    need(2);
    int v = (short) SHORT.get(buf, at) & 0xFFFF;
    at += 2;
    return v;
  }

  /** Four bytes as they are; negative when the top bit is set. */
  public int u32() {
    need(4);
    int v = (int) INT.get(buf, at);
    at += 4;
    return v;
  }

  /** Four bytes that count something and therefore must not be negative. */
  public int count32() {
    int v = u32();
    if (v < 0) {
      throw new CorruptBytesException("count " + Integer.toUnsignedString(v) + " at offset " + (at - 4 - start));
    }
    return v;
  }

  /** Eight bytes as they are. */
  public long u64() {
    need(8);
    long v = (long) LONG.get(buf, at);
    at += 8;
    return v;
  }

  /** Unsigned LEB128 of at most 64 bits. */
  public long uvarint() {
    long v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = u8();
      if (shift == 63 && b > 1) {
        break;
      }
      v |= (long) (b & 0x7F) << shift;
      if (b < 0x80) {
        return v;
      }
    }
    throw new CorruptBytesException("variable-length integer over 64 bits, ending at offset " + (at - start));
  }

  /** A {@link #uvarint} that counts something, at most {@code max}. */
  public int count(int max) {
    long v = uvarint();
    if (v < 0 || v > max) {
      throw new CorruptBytesException(
          "count " + Long.toUnsignedString(v) + " over " + max + ", ending at offset " + (at - start));
    }
    return (int) v;
  }

  /** What {@link ByteSink#zigzag} wrote. */
  public long zigzag() {
    long v = uvarint();
    return (v >>> 1) ^ -(v & 1);
  }

  /** A copy of the next bytes. */
  public byte[] bytes(int length) {
    need(length);
    byte[] copy = Arrays.copyOfRange(buf, at, at + length);
    at += length;
    return copy;
  }

  /** Text of {@code length} bytes of UTF-8; invalid bytes become U+FFFD. */
  public String utf8(int length) {
    need(length);
    String text = new String(buf, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  /** What {@link ByteSink#string} wrote. */
  public String string() {
    return utf8(count(remaining()));
  }

  private int need(int length) {
    if (length < 0 || length > end - at) {
      throw new CorruptBytesException(
          "%d bytes wanted at offset %d, %d left".formatted(length, at - start, end - at));
    }
    return length;
  }
}
