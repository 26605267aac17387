package io.sigyn.server.patterns;

import java.util.List;

/**
 * A pattern and how often it was seen.
 *
 * @param pattern the text of a pattern filter
 * @param samples ascending in time, buckets without lines left out
 */
public record PatternSeries(String pattern, String level, List<Sample> samples) {
  /** Copies the list. */
  public PatternSeries {
    samples = List.copyOf(samples);
  }

  /**
   * Lines of one bucket.
   *
   * @param seconds when it begins, since the Unix epoch
   */
  public record Sample(long seconds, long count) {}

  /** All lines. */
  public long total() {
    long total = 0;
    for (Sample sample : samples) {
      total += sample.count();
    }
    return total;
  }
}
