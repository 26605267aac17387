package io.sigyn.storage;

/** Counts different streams without keeping their labels. Not safe for use by several threads. */
final class Fingerprints {
  /** Open addressing; 0 is a free place, and counted apart. */
  private long[] places = new long[128];

  private int size;
  private boolean zero;

  void add(long fingerprint) {
    if (fingerprint == 0) {
      zero = true;
    } else if (put(places, fingerprint) && ++size > places.length / 2) {
      long[] more = new long[2 * places.length];
      for (long known : places) {
        if (known != 0) {
          put(more, known);
        }
      }
      places = more;
    }
  }

  /** Whether it was not there. */
  private static boolean put(long[] into, long fingerprint) {
    int mask = into.length - 1;
    int at = (int) (fingerprint ^ (fingerprint >>> 32)) & mask;
    while (into[at] != 0) {
      if (into[at] == fingerprint) {
        return false;
      }
      at = (at + 1) & mask;
    }
    into[at] = fingerprint;
    return true;
  }

  /** How many different ones were added. */
  long distinct() {
    return size + (zero ? 1L : 0L);
  }
}
