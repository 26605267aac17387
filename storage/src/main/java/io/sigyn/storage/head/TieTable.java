package io.sigyn.storage.head;

import io.sigyn.bytes.Xxh64;
import io.sigyn.model.Labels;
import java.util.Arrays;

/** Finds a row among many with one time by its content. Belongs to one page and the thread that appends to it. */
final class TieTable {
  /** Of no page. */
  static final TieTable NONE = new TieTable(0);

  private final int rows;

  /** Row plus one, 0 for empty; linear probing. */
  private final int[] slots;

  private int start = -1;
  private int end;

  /** For a page of so many rows. */
  TieTable(int rows) {
    this.rows = rows;
    this.slots = new int[rows == 0 ? 0 : Integer.highestOneBit(rows) * 4];
  }

  int rows() {
    return rows;
  }

  long memory() {
    return (long) slots.length * Integer.BYTES;
  }

  /** Whether one of the page's rows {@code [from, to)} has this line and metadata. */
  boolean find(HeadPage page, int from, int to, byte[] bytes, int lineStart, int lineEnd, Labels set) {
    if (from != start) {
      Arrays.fill(slots, 0);
      start = from;
      end = from;
    }
    int mask = slots.length - 1;
    for (; end < to; end++) {
      int slot = page.hash(end) & mask;
      while (slots[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = end + 1;
    }
    int slot = hash(bytes, lineStart, lineEnd, set) & mask;
    for (int row = slots[slot]; row != 0; row = slots[slot]) {
      if (page.same(row - 1, bytes, lineStart, lineEnd, set)) {
        return true;
      }
      slot = (slot + 1) & mask;
    }
    return false;
  }

  static int hash(byte[] bytes, int start, int end, Labels set) {
    return (int) Xxh64.hash(bytes, start, end - start, set.hashCode());
  }
}
