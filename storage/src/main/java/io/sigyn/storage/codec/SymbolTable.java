package io.sigyn.storage.codec;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Strings that are numbered in the order of their UTF-8 bytes, read in place: a string is made only when it is asked for.
 * Immutable and safe for use by many threads.
 *
 * <pre>
 * u32 count, u32 groups, u32 per group: where it starts, counted from behind this table
 * group: 16 strings (the last group may have fewer); per string
 *        uv bytes shared with the string before (0 for the first), uv further bytes, those bytes
 * </pre>
 */
public final class SymbolTable {
  /** Strings per group, of which the first is there in full. */
  private static final int GROUP = 16;

  private final byte[] bytes;
  private final int count;
  private final int groups;
  private final int data;

  private SymbolTable(byte[] bytes, int count, int groups) {
    this.bytes = bytes;
    this.count = count;
    this.groups = groups;
    this.data = 8 + 4 * groups;
  }

  /**
   * Writes what {@link #decode} reads.
   *
   * @param sorted well-formed strings in the order of {@link Utf8Text#compare}, each once
   */
  public static byte[] encode(String[] sorted) {
    int groups = (sorted.length + GROUP - 1) / GROUP;
    int[] starts = new int[groups];
    ByteSink data = new ByteSink(sorted.length * 8);
    byte[] previous = {};
    for (int i = 0; i < sorted.length; i++) {
      byte[] utf8 = sorted[i].getBytes(StandardCharsets.UTF_8);
      int shared = 0;
      if (i % GROUP == 0) {
        starts[i / GROUP] = data.size();
      } else {
        int mismatch = Arrays.mismatch(previous, utf8);
        shared = mismatch < 0 ? utf8.length : mismatch;
      }
      data.uvarint(shared).uvarint(utf8.length - shared).bytes(utf8, shared, utf8.length - shared);
      previous = utf8;
    }
    ByteSink out = new ByteSink(8 + 4 * groups + data.size());
    out.u32(sorted.length).u32(groups);
    for (int start : starts) {
      out.u32(start);
    }
    return out.bytes(data.array(), 0, data.size()).toByteArray();
  }

  /** Over bytes that are not copied; walks them once, so that nothing read later can be out of place. */
  public static SymbolTable decode(byte[] bytes) {
    ByteSource in = new ByteSource(bytes);
    int count = in.count32();
    int groups = in.count32();
    if (count > bytes.length || groups != (count + GROUP - 1) / GROUP) {
      throw new CorruptBytesException(count + " symbols in " + groups + " groups, " + bytes.length + " bytes");
    }
    SymbolTable table = new SymbolTable(bytes, count, groups);
    in.skip(4 * groups);
    int previous = 0;
    for (int i = 0; i < count; i++) {
      if (i % GROUP == 0) {
        previous = 0;
        if (table.start(i / GROUP) != in.position()) {
          throw new CorruptBytesException("symbol " + i + " does not start its group");
        }
      }
      int shared = in.count(previous);
      int rest = in.count(in.remaining());
      in.skip(rest);
      previous = shared + rest;
    }
    return table;
  }

  /** The number of strings. */
  public int size() {
    return count;
  }

  /** The bytes it keeps in memory. */
  public int weight() {
    return bytes.length;
  }

  /** The string with a number. */
  public String get(int id) {
    return new Cursor().seek(id).text();
  }

  /** The number of a string given as UTF-8, or {@code -(place)-1} as {@link Arrays#binarySearch}. */
  public int find(byte[] utf8) {
    int low = 0;
    int high = groups - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compareHead(middle, utf8);
      if (order == 0) {
        return middle * GROUP;
      } else if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high < 0 ? -1 : findInGroup(high, utf8);
  }

  /** The first string that does not come before all that begin with a prefix given as UTF-8. */
  public int from(byte[] prefix) {
    int id = find(prefix);
    return id < 0 ? -id - 1 : id;
  }

  /** The first string behind all that begin with a prefix given as UTF-8. */
  public int behind(byte[] prefix) {
    if (prefix.length == 0) {
      return count;
    }
    byte[] behind = prefix.clone();
    // No byte of UTF-8 is FF.
    behind[behind.length - 1]++;
    return from(behind);
  }

  private int compareHead(int group, byte[] utf8) {
    Varints in = new Varints(bytes, start(group) + 1);
    int length = in.next();
    return Arrays.compareUnsigned(bytes, in.at, in.at + length, utf8, 0, utf8.length);
  }

  /** In a group whose first string comes before the wanted one. */
  private int findInGroup(int group, byte[] utf8) {
    int id = group * GROUP;
    int end = Math.min(count, id + GROUP);
    Varints in = new Varints(bytes, start(group));
    // How many bytes the string before has in common with the wanted one; it is smaller in the byte after them.
    int common = 0;
    for (; id < end; id++) {
      int shared = in.next();
      int rest = in.next();
      int at = in.at;
      in.at += rest;
      if (shared > common) {
        continue;
      }
      if (shared < common) {
        return -id - 1;
      }
      int mismatch = Arrays.mismatch(bytes, at, at + rest, utf8, common, utf8.length);
      if (mismatch < 0) {
        return id;
      }
      boolean before =
          mismatch == rest
              || (common + mismatch < utf8.length
                  && (bytes[at + mismatch] & 0xFF) < (utf8[common + mismatch] & 0xFF));
      if (!before) {
        return -id - 1;
      }
      common += mismatch;
    }
    return -end - 1;
  }

  private int start(int group) {
    return data + new ByteSource(bytes).seek(8 + 4 * group).u32();
  }

  /** Strings one after another, as bytes. Used by one thread. */
  public final class Cursor {
    private final Varints in = new Varints(bytes, 0);
    private byte[] buffer = new byte[64];
    private int length;
    private int shared;
    private int id = -1;

    /** Moves to a string; cheap when it lies shortly behind the one before. */
    public Cursor seek(int target) {
      if (target < 0 || target >= count) {
        throw new CorruptBytesException("symbol " + Integer.toUnsignedString(target) + " of " + count);
      }
      int before = length;
      shared = before;
      int group = target / GROUP;
      if (id < 0 || target < id || group != id / GROUP) {
        in.at = start(group);
        id = group * GROUP - 1;
      }
      while (id < target) {
        int kept = in.next();
        int rest = in.next();
        if (kept + rest > buffer.length) {
          buffer = Arrays.copyOf(buffer, 2 * (kept + rest));
        }
        if (kept < shared) {
          shared = kept;
          if ((id + 1) % GROUP == 0) {
            // A group begins anew although its first string may go on like the last one before it.
            int same = Arrays.mismatch(buffer, 0, before, bytes, in.at, in.at + rest);
            shared = same < 0 ? before : same;
          }
        }
        System.arraycopy(bytes, in.at, buffer, kept, rest);
        in.at += rest;
        length = kept + rest;
        id++;
      }
      return this;
    }

    /** The string's UTF-8 is in {@code buffer()[0, length())} until the next move. */
    public byte[] buffer() {
      return buffer;
    }

    /** The length of the string in bytes. */
    public int length() {
      return length;
    }

    /** How many bytes the string has in common with the one before the last move; maybe fewer behind a move back. */
    public int shared() {
      return shared;
    }

    /** The string. */
    public String text() {
      return new String(buffer, 0, length, StandardCharsets.UTF_8);
    }
  }

  /** Numbers that were checked before. */
  private static final class Varints {
    private final byte[] bytes;
    int at;

    Varints(byte[] bytes, int at) {
      this.bytes = bytes;
      this.at = at;
    }

    int next() {
      int b = bytes[at++];
      int v = b & 0x7F;
      for (int shift = 7; b < 0; shift += 7) {
        b = bytes[at++];
        v |= (b & 0x7F) << shift;
      }
      return v;
    }
  }
}
