package io.sigyn.logql.stage;

import java.util.Arrays;

/** A set of row numbers of one block, as bits. Reused from block to block; for one thread. */
public final class Rows {
  private static final int SPARSE = 8;

  private long[] words = new long[16];
  private int size;

  /** Makes it the set of all rows below {@code size}. */
  public Rows all(int size) {
    none(size);
    Arrays.fill(words, 0, size >>> 6, -1L);
    if ((size & 63) != 0) {
      words[size >>> 6] = (1L << (size & 63)) - 1;
    }
    return this;
  }

  /** Makes it the empty set of rows below {@code size}. */
  public Rows none(int size) {
    int length = (size + 63) >>> 6;
    if (words.length < length) {
      words = new long[Math.max(length, words.length * 2)];
    } else {
      Arrays.fill(words, 0, length, 0);
    }
    this.size = size;
    return this;
  }

  /** The number of rows that could be in the set. */
  public int size() {
    return size;
  }

  /** Whether the row is in the set. */
  public boolean has(int row) {
    return (words[row >>> 6] & (1L << row)) != 0;
  }

  /** Puts a row in. */
  public void add(int row) {
    words[row >>> 6] |= 1L << row;
  }

  /** Takes a row out. */
  public void remove(int row) {
    words[row >>> 6] &= ~(1L << row);
  }

  /** Takes the rows {@code from .. to-1} out. */
  public void removeRange(int from, int to) {
    if (from >= to) {
      return;
    }
    int first = from >>> 6;
    int last = (to - 1) >>> 6;
    long head = -1L << from;
    long tail = -1L >>> (63 - ((to - 1) & 63));
    if (first == last) {
      words[first] &= ~(head & tail);
      return;
    }
    words[first] &= ~head;
    Arrays.fill(words, first + 1, last, 0);
    words[last] &= ~tail;
  }

  /** Leaves only rows that the other set of the same size has too. */
  public void retain(Rows other) {
    for (int i = 0; i < length(); i++) {
      words[i] &= other.words[i];
    }
  }

  /** Leaves only rows that the other set of the same size does not have. */
  public void removeAll(Rows other) {
    for (int i = 0; i < length(); i++) {
      words[i] &= ~other.words[i];
    }
  }

  /** Adds the rows of the other set of the same size. */
  public void addAll(Rows other) {
    for (int i = 0; i < length(); i++) {
      words[i] |= other.words[i];
    }
  }

  /** The number of rows in the set. */
  public int count() {
    int count = 0;
    for (int i = 0; i < length(); i++) {
      count += Long.bitCount(words[i]);
    }
    return count;
  }

  /** Whether so few are left that going through them one by one is cheaper than running over the text of all. */
  public boolean isSparse() {
    return count() < size / SPARSE;
  }

  /** The first row at or after {@code row} in the set, or -1. */
  public int next(int row) {
    if (row >= size) {
      return -1;
    }
    int i = row >>> 6;
    long word = words[i] & (-1L << row);
    while (word == 0) {
      if (++i >= length()) {
        return -1;
      }
      word = words[i];
    }
    return (i << 6) + Long.numberOfTrailingZeros(word);
  }

  /** The last row at or before {@code row} in the set, or -1. */
  public int previous(int row) {
    if (row < 0) {
      return -1;
    }
    int i = row >>> 6;
    long word = words[i] & (-1L >>> (63 - (row & 63)));
    while (word == 0) {
      if (--i < 0) {
        return -1;
      }
      word = words[i];
    }
    return (i << 6) + 63 - Long.numberOfLeadingZeros(word);
  }

  private int length() {
    return (size + 63) >>> 6;
  }
}
