package io.sigyn.storage.block;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes sets of metadata from columns, one for all rows that agree. Rows are put into classes, and each column splits the
 * classes by its values; in the end every class is a set.
 */
final class MetadataSets {
  private static final int SET_BYTES = 48;
  private static final int VALUE_BYTES = 48;
  private static final byte[] ALL = {};

  private final int rows;
  private final List<String> names;

  /** Per column the values that occur, and for each row that has one, which. */
  private final List<String[]> values;

  private final List<int[]> ids;

  /** Per column bits of the rows that have a value, or {@link #ALL}. */
  private final List<byte[]> presence;

  /** Which value of the column at hand each row has, -1 for none. Kept for every column it would be most of the memory. */
  private int[] spread = {};

  /** Per column how many bytes of its presence were looked at for sets, and how many rows have a value there. */
  private final int[] counted;

  private final int[] before;
  private int[] classes;
  private int count;

  /** Of the column before. */
  private int[] spare = {};

  private int[] table = {};

  /**
   * The set of each row.
   *
   * @param weight the memory they take, in bytes, roughly
   */
  record Rows(Labels[] sets, long weight) {}

  MetadataSets(int rows, int columns) {
    this.rows = rows;
    this.names = new ArrayList<>(columns);
    this.values = new ArrayList<>(columns);
    this.ids = new ArrayList<>(columns);
    this.presence = new ArrayList<>(columns);
    this.counted = new int[columns];
    this.before = new int[columns];
    this.classes = new int[rows];
    this.count = rows == 0 ? 0 : 1;
  }

  /**
   * Takes a column.
   *
   * @param bits of the rows that have a value; null when all have
   * @throws CorruptBytesException when the column does not fit the rows
   */
  void add(String name, int encoding, byte[] payload, byte @Nullable [] bits) {
    int present = bits == null ? rows : count(bits);
    MetadataColumn.Decoded column = MetadataColumn.decode(encoding, payload, present);
    names.add(name);
    values.add(column.values());
    ids.add(column.ids());
    presence.add(bits == null ? ALL : bits);
    split(bits == null ? column.ids() : spread(column.ids(), bits), column.values().length);
  }

  private int[] spread(int[] idsOfPresent, byte[] bits) {
    if (spread.length == 0) {
      spread = new int[rows];
    }
    int next = 0;
    for (int r = 0; r < rows; r++) {
      spread[r] = (bits[r >>> 3] & (1 << (r & 7))) != 0 ? idsOfPresent[next++] : -1;
    }
    return spread;
  }

  private int count(byte[] bits) {
    if (bits.length != (rows + 7) / 8) {
      throw new CorruptBytesException("presence of " + bits.length + " bytes for " + rows + " rows");
    }
    int present = 0;
    for (int r = 0; r < rows; r++) {
      present += (bits[r >>> 3] >>> (r & 7)) & 1;
    }
    return present;
  }

  /** Gives rows of one class that differ in the column different classes. */
  private void split(int[] byRow, int distinct) {
    if (count == rows) {
      return;
    }
    if (count == 1) {
      classes(byRow, distinct);
      return;
    }
    // Open addressing over (class, id) pairs; a slot holds the first row of its pair, plus one.
    int capacity = Integer.highestOneBit(Math.max(16, (int) Math.min(2L * rows, 2L * count * (distinct + 1L)))) * 2;
    if (table.length < capacity) {
      table = new int[capacity];
    } else {
      Arrays.fill(table, 0, capacity, 0);
    }
    int[] fresh = spare.length == 0 ? new int[rows] : spare;
    int next = 0;
    for (int r = 0; r < rows; r++) {
      if (r > 0 && byRow[r] == byRow[r - 1] && classes[r] == classes[r - 1]) {
        fresh[r] = fresh[r - 1];
        continue;
      }
      long mixed = (classes[r] * 0x9E3779B97F4A7C15L + byRow[r]) * 0xC2B2AE3D27D4EB4FL;
      int slot = (int) (mixed >>> 33) & (capacity - 1);
      while (table[slot] != 0 && !same(table[slot] - 1, r, byRow)) {
        slot = (slot + 1) & (capacity - 1);
      }
      if (table[slot] == 0) {
        table[slot] = r + 1;
        fresh[r] = next++;
      } else {
        fresh[r] = fresh[table[slot] - 1];
      }
    }
    spare = classes;
    classes = fresh;
    count = next;
  }

  /** As {@link #split} when there is one class yet, as there is for the first column: a value's number is its place. */
  private void classes(int[] byRow, int distinct) {
    int[] byValue = new int[distinct + 1];
    int next = 0;
    for (int r = 0; r < rows; r++) {
      int known = byValue[byRow[r] + 1];
      if (known == 0) {
        known = ++next;
        byValue[byRow[r] + 1] = known;
      }
      classes[r] = known - 1;
    }
    count = next;
  }

  private boolean same(int a, int b, int[] byRow) {
    return classes[a] == classes[b] && byRow[a] == byRow[b];
  }

  Rows rows() {
    Labels[] sets = new Labels[count];
    Labels[] byRow = new Labels[rows];
    int made = 0;
    long weight = 8L * rows;
    for (int r = 0; r < rows; r++) {
      int c = classes[r];
      if (c == made) {
        // Classes are numbered as they appear.
        made++;
        sets[c] = set(r);
        weight += SET_BYTES + 8L * sets[c].size();
      }
      byRow[r] = sets[c];
    }
    for (String[] column : values) {
      for (String value : column) {
        weight += VALUE_BYTES + value.length();
      }
    }
    return new Rows(byRow, weight);
  }

  /** Which value of a column a row has, -1 for none; no row before one that was asked for of the column. */
  private int id(int c, int r) {
    byte[] bits = presence.get(c);
    if (bits.length == 0) {
      return ids.get(c)[r];
    }
    int inByte = bits[r >>> 3] & 0xFF;
    if ((inByte & 1 << (r & 7)) == 0) {
      return -1;
    }
    for (; counted[c] < r >>> 3; counted[c]++) {
      before[c] += Integer.bitCount(bits[counted[c]] & 0xFF);
    }
    return ids.get(c)[before[c] + Integer.bitCount(inByte & (1 << (r & 7)) - 1)];
  }

  /** Asked for rows that come one after another. */
  private Labels set(int r) {
    String[] pairs = new String[2 * names.size()];
    int n = 0;
    boolean sorted = true;
    for (int c = 0; c < names.size(); c++) {
      int id = id(c, r);
      if (id >= 0 && !values.get(c)[id].isEmpty()) {
        sorted &= n == 0 || pairs[n - 2].compareTo(names.get(c)) < 0;
        pairs[n++] = names.get(c);
        pairs[n++] = values.get(c)[id];
      }
    }
    if (n == 0) {
      return Labels.EMPTY;
    }
    String[] all = Arrays.copyOf(pairs, n);
    return sorted ? Labels.ofSorted(all) : Labels.of(all);
  }
}
