package io.sigyn.cli.client;

import java.util.List;

/**
 * Whose bytes to count.
 *
 * @param start nanoseconds since the Unix epoch, inclusive
 * @param end nanoseconds since the Unix epoch, exclusive
 * @param limit how many rows at most, the largest ones
 * @param targetLabels the labels to count by; empty for those of the selector
 * @param byLabels one row for each label name instead of each series
 */
public record VolumeQuery(
    String selector, long start, long end, int limit, List<String> targetLabels, boolean byLabels) {
  /** Copies the list. */
  public VolumeQuery {
    targetLabels = List.copyOf(targetLabels);
  }
}
