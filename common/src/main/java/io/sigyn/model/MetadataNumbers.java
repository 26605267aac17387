package io.sigyn.model;

import java.util.Arrays;

/**
 * Numbers the structured metadata of a batch's entries in the order in which sets come: entries share few objects, and a number
 * per entry is smaller than a reference and needs no look at the set. An object that came lately keeps its number; one that came
 * long ago, or an equal one, may get another. Not safe for use by several threads.
 */
final class MetadataNumbers {
  /** Of the set without pairs. */
  static final int NO_PAIRS = 0;

  /** A power of two. */
  private static final int SLOTS = 16;

  /** By hash; where nothing came yet, the set that has number 0. */
  private final Labels[] lately = new Labels[SLOTS];

  private final int[] numbers = new int[SLOTS];

  private Labels[] sets = new Labels[8];
  private int size = 1;

  /** With the set without pairs. */
  MetadataNumbers() {
    Arrays.fill(lately, Labels.EMPTY);
    sets[NO_PAIRS] = Labels.EMPTY;
  }

  /** The number of a set. */
  @SuppressWarnings("ReferenceEquality") // to number a set twice makes no difference
  int of(Labels set) {
    if (set.isEmpty()) {
      return NO_PAIRS;
    }
    int slot = set.hashCode() & (SLOTS - 1);
    if (lately[slot] != set) {
      lately[slot] = set;
      numbers[slot] = add(set);
    }
    return numbers[slot];
  }

  private int add(Labels set) {
    if (size == sets.length) {
      sets = Arrays.copyOf(sets, 2 * size);
    }
    sets[size] = set;
    return size++;
  }

  /** The sets by their numbers. */
  Labels[] sets() {
    return Arrays.copyOf(sets, size);
  }
}
