package io.sigyn.storage.block;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.codec.PackedInts;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The text of a block without the times that its lines begin with: most lines say again, in some twenty digits, when they
 * were written, which the block knows already. The first time in a line gives way to one byte that no line has, and is
 * stored as the difference from the entry's time, which mostly is 0 or always the same.
 *
 * <pre>
 * u8  kinds k, 1 to 8
 * k times: u8 layout, u8 separator, u8 point, u8 digits, see {@link Stamp}; uv times of this kind;
 *          their differences in units of the last digit, as {@link PackedInts}
 * the lines back to back, with byte 0xF8 + kind for a time
 * </pre>
 */
final class StampedText {
  /** The bytes from here on are in no UTF-8. */
  private static final int FIRST_MARK = 0xF8;

  private static final int MOST_KINDS = 8;

  /** Bytes that a difference may take: with more the digits themselves are hardly larger. */
  private static final double MOST_BYTES = 1.75;

  /** Rows without a time more than those with one after which no more are looked for. */
  private static final int PATIENCE = 400;

  /** Bytes that are made between two updates of a checksum. */
  private static final int NEAR = 8 << 10;

  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The top bits of eight bytes. */
  private static final long TOPS = 0x8080_8080_8080_8080L;

  private final ByteSink lines = new ByteSink(0);
  private final ByteSink out = new ByteSink(0);

  /** A time as seconds and nanoseconds; neighbours often share their second. */
  private static final class Parted {
    private static final int SECOND = 1_000_000_000;

    long second;
    int nanos;
    private long start;

    void part(long time) {
      long since = time - start;
      if (since < 0 || since >= SECOND) {
        second = Math.floorDiv(time, SECOND);
        start = second * SECOND;
        since = time - start;
      }
      nanos = (int) since;
    }
  }

  /** Divides numbers of 30 bits, without a division. */
  private static final class Divisor {
    private final int shift;
    private final long factor;

    Divisor(int by) {
      shift = 30 + Integer.SIZE - Integer.numberOfLeadingZeros(by);
      factor = (1L << shift) / by + 1;
    }

    int divide(int number) {
      return (int) (number * factor >>> shift);
    }
  }

  /** Times of one kind. */
  private static final class Column {
    final Stamp stamp;
    final Divisor unit;
    final int perSecond;
    long[] differences = new long[64];
    int size;

    Column(Stamp stamp) {
      this.stamp = stamp;
      this.unit = new Divisor(stamp.unit());
      this.perSecond = stamp.perSecond();
    }

    void add(long time, Parted entry) {
      long difference = time - (entry.second * perSecond + unit.divide(entry.nanos));
      if (size == differences.length) {
        differences = Arrays.copyOf(differences, 2 * size);
      }
      differences[size++] = difference;
    }
  }

  /**
   * The payload, which the next call overwrites; null when times are too few or too far from those of their entries to be
   * worth it, or when a line has a byte that stands for them.
   *
   * @param ends where lines end
   */
  @Nullable ByteSink encode(byte[] text, int[] ends, long[] timestamps, int rows) {
    int length = rows == 0 ? 0 : ends[rows - 1];
    if (mark(text, 0, length) < length) {
      return null;
    }
    List<Column> columns = new ArrayList<>();
    Stamp.Finder finder = new Stamp.Finder();
    Parted entry = new Parted();
    lines.clear().reserve(length);
    int stamped = 0;
    int from = 0;
    int start = 0;
    for (int r = 0; r < rows; r++) {
      if (finder.find(text, start, ends[r])) {
        int kind = kind(finder.stamp(), columns);
        if (kind >= 0) {
          Column column = columns.get(kind);
          entry.part(timestamps[r]);
          column.add(finder.value(), entry);
          lines.bytes(text, from, finder.start() - from).u8(FIRST_MARK + kind);
          from = finder.start() + column.stamp.length();
          stamped++;
        }
      } else if (2 * stamped < r - PATIENCE) {
        return null;
      }
      start = ends[r];
    }
    if (2 * stamped < rows) {
      return null;
    }
    out.clear().u8(columns.size());
    for (Column column : columns) {
      Stamp stamp = column.stamp;
      out.u8(stamp.layout()).u8(stamp.separator()).u8(stamp.point()).u8(stamp.digits()).uvarint(column.size);
      PackedInts.encode(out, column.differences, 0, column.size);
    }
    if (out.size() > stamped * MOST_BYTES + 64) {
      return null;
    }
    return out.bytes(lines.array(), 0, lines.size()).bytes(text, from, length - from);
  }

  private static int kind(Stamp stamp, List<Column> columns) {
    for (int k = 0; k < columns.size(); k++) {
      if (columns.get(k).stamp.equals(stamp)) {
        return k;
      }
    }
    if (columns.size() == MOST_KINDS) {
      return -1;
    }
    columns.add(new Column(stamp));
    return columns.size() - 1;
  }

  /** The first byte that stands for a time, or {@code to}. */
  private static int mark(byte[] text, int from, int to) {
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long eight = (long) LONG.get(text, at);
      if ((eight & TOPS) != 0) {
        // A byte's top bit stays where the four below it are set too.
        long five = eight & eight << 1;
        five &= five << 2 & eight << 4;
        if ((five & TOPS) != 0) {
          return at + (Long.numberOfTrailingZeros(five & TOPS) >>> 3);
        }
      }
    }
    while (at < to && !isMark(text[at])) {
      at++;
    }
    return at;
  }

  private static boolean isMark(byte b) {
    return (b & FIRST_MARK) == FIRST_MARK;
  }

  /** Times of one kind on their way back. */
  private static final class Reader {
    final int length;
    private final Stamp.Writer writer;
    private final Divisor unit;
    private final int perSecond;
    private final long[] differences;
    private int next;

    Reader(ByteSource in, int rows) {
      Stamp stamp = new Stamp(in.u8(), in.u8(), in.u8(), in.u8());
      if (stamp.layout() > Stamp.STROKES || stamp.digits() > Stamp.MOST_DIGITS) {
        throw new CorruptBytesException(stamp + " in lines");
      }
      length = stamp.length();
      writer = new Stamp.Writer(stamp);
      unit = new Divisor(stamp.unit());
      perSecond = stamp.perSecond();
      differences = new long[in.count(rows)];
      PackedInts.decode(in, differences);
    }

    /** Writes the next one. */
    int write(Parted entry, byte[] out, int at) {
      long difference = differences[next++];
      int fraction = unit.divide(entry.nanos);
      return difference == 0
          ? writer.write(entry.second, fraction, out, at)
          : writer.write(entry.second * perSecond + fraction + difference, out, at);
    }
  }

  /**
   * Puts the times back into the lines.
   *
   * @param text the payload at the end and room before it, together as much as the lines have; then the lines. What is
   *     written stays behind what is still to be read, since a time takes more than what stands for it
   * @param payload where the payload begins
   * @param offsets where lines start, and where the last ends
   * @return the CRC-32C of the lines, computed as they are made and near
   * @throws CorruptBytesException or IndexOutOfBoundsException when the payload is not of such lines
   */
  static int decode(byte[] text, int payload, int[] offsets, long[] timestamps, int rows) {
    ByteSource in = new ByteSource(text, payload, text.length);
    Reader[] kinds = new Reader[in.u8()];
    int longest = 0;
    for (int k = 0; k < kinds.length; k++) {
      kinds[k] = new Reader(in, rows);
      longest = Math.max(longest, kinds[k].length);
    }
    int from = in.position();
    int start = from;
    int at = 0;
    int next = -1;
    int place = 0;
    Parted entry = new Parted();
    CRC32C crc = new CRC32C();
    int checked = 0;
    for (int r = 0; r < rows; r++) {
      int length = offsets[r + 1] - offsets[r];
      if (next < start) {
        // Mostly it is where it was in the line before; only a place inside the line, times left out, can be told at once.
        next =
            place + longest <= length && isMark(text[start + place])
                ? start + place
                : mark(text, start, text.length);
      }
      Reader kind = kinds[next == text.length ? 0 : (text[next] & 0xFF) - FIRST_MARK];
      if (next == text.length || next - start + kind.length > length) {
        start += length;
        continue;
      }
      place = next - start;
      System.arraycopy(text, from, text, at, next - from);
      at += next - from;
      entry.part(timestamps[r]);
      at = kind.write(entry, text, at);
      from = next + 1;
      start += length - kind.length + 1;
      if (at - checked >= NEAR) {
        crc.update(text, checked, at - checked);
        checked = at;
      }
    }
    int rest = text.length - from;
    if (rest != text.length - at) {
      throw new CorruptBytesException("lines of %d bytes, expected %d".formatted(at + rest, text.length));
    }
    crc.update(text, checked, text.length - checked);
    return (int) crc.getValue();
  }
}
