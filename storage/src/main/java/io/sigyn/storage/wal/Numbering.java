package io.sigyn.storage.wal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbers objects from 1 in the order in which they are first seen; equal ones have one number. Allocates nothing but its
 * table, which is kept for the next use. Used by one thread.
 */
final class Numbering {
  private static final int SMALL = 256;

  /** A table larger than this is not kept. */
  private static final int LARGE = 1 << 16;

  private @Nullable Object[] keys = new Object[SMALL];
  private int[] numbers = new int[SMALL];
  private int[] slots = new int[SMALL / 2];
  private int size;

  /** How many objects have a number. */
  int size() {
    return size;
  }

  /** The number of an object; one more than {@link #size} was when it is new, and then it has that number from now on. */
  @SuppressWarnings("ReferenceEquality") // only a short cut
  int of(Object key) {
    int mask = keys.length - 1;
    int slot = slot(key, mask);
    for (Object there = keys[slot]; there != null; there = keys[slot]) {
      if (there == key || there.equals(key)) {
        return numbers[slot];
      }
      slot = (slot + 1) & mask;
    }
    keys[slot] = key;
    numbers[slot] = size + 1;
    slots[size++] = slot;
    int number = size;
    if (size == slots.length) {
      grow();
    }
    return number;
  }

  private static int slot(Object key, int mask) {
    int hash = key.hashCode() * 0x9E3779B9;
    return (hash ^ hash >>> 15) & mask;
  }

  private void grow() {
    @Nullable Object[] before = keys;
    int[] order = slots;
    int mask = 2 * before.length - 1;
    keys = new Object[mask + 1];
    numbers = new int[mask + 1];
    slots = Arrays.copyOf(order, mask / 2 + 1);
    for (int i = 0; i < size; i++) {
      Object key = before[order[i]];
      if (key == null) {
        throw new AssertionError("slot " + order[i] + " is empty");
      }
      int slot = slot(key, mask);
      while (keys[slot] != null) {
        slot = (slot + 1) & mask;
      }
      keys[slot] = key;
      numbers[slot] = i + 1;
      slots[i] = slot;
    }
  }

  /** Forgets all objects. */
  void clear() {
    if (keys.length > LARGE) {
      keys = new Object[SMALL];
      numbers = new int[SMALL];
      slots = new int[SMALL / 2];
    } else {
      for (int i = 0; i < size; i++) {
        keys[slots[i]] = null;
      }
    }
    size = 0;
  }
}
