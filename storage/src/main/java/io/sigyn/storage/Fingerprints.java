package io.sigyn.storage;

import java.util.Arrays;

/** Counts different streams without keeping their labels. Not safe for use by several threads. */
final class Fingerprints {
  private long[] all = new long[64];
  private int size;

  void add(long fingerprint) {
    if (size == all.length) {
      all = Arrays.copyOf(all, 2 * size);
    }
    all[size++] = fingerprint;
  }

  /** How many different ones were added. */
  long distinct() {
    Arrays.sort(all, 0, size);
    long distinct = 0;
    for (int i = 0; i < size; i++) {
      if (i == 0 || all[i] != all[i - 1]) {
        distinct++;
      }
    }
    return distinct;
  }
}
