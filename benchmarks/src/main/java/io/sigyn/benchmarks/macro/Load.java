package io.sigyn.benchmarks.macro;

import java.time.Duration;
import java.util.List;

/**
 * What is to be pushed. The same load is the same bytes for every server.
 *
 * @param sets shapes of lines; streams take turns
 * @param streams number of streams
 * @param bytes line bytes of all bodies together
 * @param bodyBytes line bytes of one body, roughly
 * @param writers clients that push at the same time; every stream belongs to one of them
 * @param seed of everything random
 * @param firstNanos time of the oldest entry
 * @param span from the oldest entry to the newest
 */
record Load(
    List<Shape> sets, int streams, long bytes, int bodyBytes, int writers, long seed, long firstNanos, Duration span) {
  Load {
    sets = List.copyOf(sets);
    if (streams < writers) {
      throw new IllegalArgumentException("--streams: %d for %d writers; each needs one".formatted(streams, writers));
    }
  }

  /** What one writer pushes, in this order. */
  List<Body> bodies(int writer) {
    return new BodyMaker(this, writer).all();
  }

  /**
   * One push.
   *
   * @param snappy snappy-compressed protobuf
   * @param entries its entries
   * @param lineBytes their lines
   */
  record Body(byte[] snappy, int entries, long lineBytes) {}
}
