package io.sigyn.storage.rows;

import java.util.Arrays;

/**
 * Digests of 128 bits with their numbers, which count up from 0. Open addressing over flat arrays that double: 24 to 48 bytes
 * for each digest. Used by one thread.
 */
final class DigestTable {
  /** In the place of a number. */
  static final int NONE = -1;

  private static final int LEAST = 64;

  /** High and low half of each. */
  private long[] digests = new long[2 * LEAST];

  /** Numbers plus one, twice as many slots as digests at least, a power of two. */
  private int[] slots = new int[2 * LEAST];

  private int size;

  /** The digests that were put, equal ones too. */
  int size() {
    return size;
  }

  /**
   * Gives a digest the next number. Of two that are equal only one can be found.
   *
   * @param newest whether that is the one that was put last, else the first
   * @return the number of the equal one that cannot be found any more, or {@link #NONE}
   */
  int put(long high, long low, boolean newest) {
    if (2 * size == digests.length) {
      grow();
    }
    int number = size++;
    digests[2 * number] = high;
    digests[2 * number + 1] = low;
    int slot = slot(high, low);
    int known = slots[slot] - 1;
    if (known == NONE || newest) {
      slots[slot] = number + 1;
      return known;
    }
    return number;
  }

  /** The number of a digest, or {@link #NONE}. */
  int find(long high, long low) {
    return slots[slot(high, low)] - 1;
  }

  /** Where a digest is, or else where it is to be put. */
  private int slot(long high, long low) {
    int mask = slots.length - 1;
    int slot = (int) low & mask;
    while (slots[slot] != 0) {
      int at = 2 * (slots[slot] - 1);
      if (digests[at + 1] == low && digests[at] == high) {
        return slot;
      }
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private void grow() {
    digests = Arrays.copyOf(digests, 2 * digests.length);
    int[] old = slots;
    slots = new int[2 * old.length];
    for (int number : old) {
      if (number != 0) {
        slots[slot(digests[2 * (number - 1)], digests[2 * (number - 1) + 1])] = number;
      }
    }
  }
}
