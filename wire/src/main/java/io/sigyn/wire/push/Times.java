package io.sigyn.wire.push;

/** Instants as nanoseconds. */
final class Times {
  private static final long SECOND = 1_000_000_000L;

  private Times() {}

  /** Nanoseconds since the Unix epoch; instants outside of what 64 bits hold become the first or the last. */
  static long nanos(long seconds, int nanos) {
    if (seconds > Long.MAX_VALUE / SECOND - 1) {
      return Long.MAX_VALUE;
    }
    if (seconds < Long.MIN_VALUE / SECOND) {
      return Long.MIN_VALUE;
    }
    return seconds * SECOND + nanos;
  }
}
