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

/**
 * The text of a block without the times that its lines begin with: most lines say again, in some twenty digits, when they
 * were written, which the block knows already. The first time in a line gives way to as many bytes that are the same in
 * every line, so that compression finds nothing new there and every byte of the line stays in its place: a decoder writes
 * the times where they belong and moves nothing. A time itself is stored as the difference from the entry's, which mostly
 * is 0 or always the same.
 *
 * <pre>
 * PLAIN_TEXT  the lines back to back, with a byte 0xF8 + kind and then spaces for a time
 * LINE_TIMES  u8  kinds k, 1 to 8
 *             k times: u8 layout, u8 separator, u8 point, u8 digits, see {@link Stamp}; uv times of this kind;
 *                      their differences in units of the last digit, as {@link PackedInts}
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

  /** Lines that are worked on together. */
  private static final int TOGETHER = 64;

  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The top bits of eight bytes. */
  private static final long TOPS = 0x8080_8080_8080_8080L;

  private final ByteSink lines = new ByteSink(0);
  private final ByteSink times = new ByteSink(0);

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
   * Takes the times out of lines; {@link #lines} and {@link #times} are the result, which the next call overwrites.
   *
   * @param ends where lines end
   * @return false when times are too few or too far from those of their entries to be worth it, or when a line has a byte
   *     that stands for them
   */
  boolean encode(byte[] text, int[] ends, long[] timestamps, int rows) {
    int length = rows == 0 ? 0 : ends[rows - 1];
    if (mark(text, 0, length) < length) {
      return false;
    }
    List<Column> columns = new ArrayList<>();
    Stamp.Finder finder = new Stamp.Finder();
    Parted entry = new Parted();
    lines.clear().bytes(text, 0, length);
    byte[] out = lines.array();
    int stamped = 0;
    int start = 0;
    for (int r = 0; r < rows; r++) {
      if (finder.find(text, start, ends[r])) {
        int kind = kind(finder.stamp(), columns);
        if (kind >= 0) {
          Column column = columns.get(kind);
          entry.part(timestamps[r]);
          column.add(finder.value(), entry);
          int at = finder.start();
          out[at] = (byte) (FIRST_MARK + kind);
          Arrays.fill(out, at + 1, at + column.stamp.length(), (byte) ' ');
          stamped++;
        }
      } else if (2 * stamped < r - PATIENCE) {
        return false;
      }
      start = ends[r];
    }
    if (2 * stamped < rows) {
      return false;
    }
    times.clear().u8(columns.size());
    for (Column column : columns) {
      Stamp stamp = column.stamp;
      times.u8(stamp.layout()).u8(stamp.separator()).u8(stamp.point()).u8(stamp.digits()).uvarint(column.size);
      PackedInts.encode(times, column.differences, 0, column.size);
    }
    return times.size() <= stamped * MOST_BYTES + 64;
  }

  /** The lines, as long as they were. */
  ByteSink lines() {
    return lines;
  }

  /** What was taken out of them. */
  ByteSink times() {
    return times;
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
    while (at <= to - 8 * Long.BYTES && tops(text, at) == 0) {
      at += 8 * Long.BYTES;
    }
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long marks = marks((long) LONG.get(text, at));
      if (marks != 0) {
        return at + (Long.numberOfTrailingZeros(marks) >>> 3);
      }
    }
    while (at < to && !isMark(text[at])) {
      at++;
    }
    return at;
  }

  /** The top bits that any of 64 bytes has: text is mostly ASCII, which has none. */
  private static long tops(byte[] text, int at) {
    long a = (long) LONG.get(text, at) | (long) LONG.get(text, at + 8);
    long b = (long) LONG.get(text, at + 16) | (long) LONG.get(text, at + 24);
    long c = (long) LONG.get(text, at + 32) | (long) LONG.get(text, at + 40);
    long d = (long) LONG.get(text, at + 48) | (long) LONG.get(text, at + 56);
    return (a | b | c | d) & TOPS;
  }

  /** The top bits of those of eight bytes that stand for a time. */
  private static long marks(long eight) {
    // A byte's top bit stays where the four below it are set too.
    long five = eight & eight << 1;
    return five & five << 2 & eight << 4 & TOPS;
  }

  private static boolean isMark(byte b) {
    return (b & FIRST_MARK) == FIRST_MARK;
  }

  /** Times of one kind on their way back. */
  private static final class Reader {
    private static final int SECOND = Parted.SECOND;

    private final int length;
    private final Stamp.Writer writer;
    private final Divisor unit;
    private final int perSecond;
    private final long[] differences;
    private int next;

    /** When the second of the last entry began, in nanoseconds, and the second that was written last. */
    private long start;

    private long written;

    /** How far the former is ahead of the latter, in units of the last digit. */
    private long ahead;

    Reader(ByteSource in, int rows) {
      Stamp stamp = new Stamp(in.u8(), in.u8(), in.u8(), in.u8());
      if (stamp.layout() > Stamp.STROKES || stamp.digits() > Stamp.MOST_DIGITS) {
        throw new CorruptBytesException(stamp + " in lines");
      }
      length = stamp.length();
      writer = new Stamp.Writer(stamp);
      writer.turnTo(0);
      unit = new Divisor(stamp.unit());
      perSecond = stamp.perSecond();
      differences = new long[in.count(rows)];
      PackedInts.decode(in, differences);
    }

    /**
     * Writes the next ones.
     *
     * @param lines a bit for each that has one, the lowest for row {@code from}
     * @param places where they begin
     */
    void write(long lines, int from, int[] places, byte[] text, int[] offsets, long[] timestamps) {
      if (Long.bitCount(lines) > differences.length - next) {
        throw new CorruptBytesException("more than " + differences.length + " times in lines");
      }
      for (long left = lines; left != 0; left &= left - 1) {
        int i = Long.numberOfTrailingZeros(left);
        int at = places[i];
        int r = from + i;
        if (at + length > offsets[r + 1]) {
          throw new CorruptBytesException(
              "a time of %d bytes at %d of %d".formatted(length, at - offsets[r], offsets[r + 1] - offsets[r]));
        }
        long since = timestamps[r] - start;
        if (since < 0 || since >= SECOND) {
          since = enter(timestamps[r]);
        }
        long fraction = ahead + unit.divide((int) since) + differences[next++];
        if (fraction < 0 || fraction >= perSecond) {
          fraction = turnBy(fraction);
        }
        writer.write((int) fraction, text, at);
      }
    }

    /** Goes to the second of an entry's time; the nanoseconds since then. */
    private long enter(long time) {
      long second = Math.floorDiv(time, SECOND);
      ahead += (second - start / SECOND) * perSecond;
      start = second * SECOND;
      return time - start;
    }

    /** Goes to the second that is so many units after the written one began; the units since then. */
    private long turnBy(long units) {
      long seconds = Math.floorDiv(units, perSecond);
      written += seconds;
      writer.turnTo(written);
      ahead -= seconds * perSecond;
      return units - seconds * perSecond;
    }
  }

  /**
   * Puts the times back into the lines.
   *
   * @param text the lines as they were stored, then as they were
   * @param times what was taken out of them
   * @param offsets where lines start, and where the last ends
   * @return the CRC-32C of the lines, computed as they are made and near
   * @throws CorruptBytesException when they do not belong together
   */
  static int decode(byte[] text, byte[] times, int[] offsets, long[] timestamps, int rows) {
    ByteSource in = new ByteSource(times);
    Reader[] kinds = new Reader[in.u8()];
    for (int k = 0; k < kinds.length; k++) {
      kinds[k] = new Reader(in, rows);
    }
    Places places = new Places();
    CRC32C crc = new CRC32C();
    for (int first = 0; first < rows; first += TOGETHER) {
      int behind = Math.min(rows, first + TOGETHER);
      places.find(text, offsets, first, behind);
      for (int k = 0; k < MOST_KINDS; k++) {
        long lines = places.lines[k];
        if (lines != 0) {
          if (k >= kinds.length) {
            throw new CorruptBytesException("a time of kind " + k + " of " + kinds.length);
          }
          kinds[k].write(lines, first, places.places, text, offsets, timestamps);
        }
      }
      crc.update(text, offsets[first], offsets[behind] - offsets[first]);
    }
    return (int) crc.getValue();
  }

  /** Where the times of a few lines are, which are found before any is written, and then written kind by kind. */
  private static final class Places {
    final int[] places = new int[TOGETHER];

    /** Which lines have a time, a bit for each, by kinds. */
    final long[] lines = new long[MOST_KINDS];

    /** Where in a line to look first. */
    private int near;

    /** The lines, a bit for each, that have a time of another kind than 0 where was looked first; of those without one, any. */
    private long others;

    void find(byte[] text, int[] offsets, int from, int to) {
      long missing = look(text, offsets, from, to);
      long other = others & ~missing;
      Arrays.fill(lines, 0);
      lines[0] = ~(missing | other) & -1L >>> TOGETHER - (to - from);
      for (; missing != 0; missing &= missing - 1) {
        int i = Long.numberOfTrailingZeros(missing);
        int start = offsets[from + i];
        int reach = Math.min(offsets[from + i + 1], start + Stamp.REACH);
        int at = mark(text, start, reach);
        if (at < reach) {
          places[i] = at;
          other |= 1L << i;
          near = at - start < near ? at - start : Math.max(0, at - start - Long.BYTES + 1);
        }
      }
      for (; other != 0; other &= other - 1) {
        int i = Long.numberOfTrailingZeros(other);
        lines[text[places[i]] & MOST_KINDS - 1] |= 1L << i;
      }
    }

    /**
     * Looks where times mostly are: within eight bytes of where they were in the lines before. No branch depends on what is
     * there, so that the processor fetches the memory of many lines at once.
     *
     * @return the lines that have none there
     */
    private long look(byte[] text, int[] offsets, int from, int to) {
      int last = text.length - Long.BYTES;
      if (last < 0) {
        return -1L >>> TOGETHER - (to - from);
      }
      int step = near;
      long missing = 0;
      long different = 0;
      for (int r = from; r < to; r++) {
        int first = Math.min(offsets[r] + step, last);
        long eight = (long) LONG.get(text, first);
        long marks = marks(eight);
        int place = Long.numberOfTrailingZeros(marks) >>> 3;
        int at = first + place;
        places[r - from] = at;
        // Negative when none of the eight bytes stands for a time, or one before or behind the line.
        int out = 7 - place | at - offsets[r] | offsets[r + 1] - 1 - at;
        missing |= (long) (out >>> 31) << r - from;
        different |= ((eight >>> 8 * place & MOST_KINDS - 1) == 0 ? 0 : 1L) << r - from;
      }
      others = different;
      return missing;
    }
  }
}
