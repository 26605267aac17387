package io.sigyn.server.read.cache;

import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Neighbouring points of a query's answer. Point number {@code n} is the one at {@code n} times the step.
 *
 * @param first the number of the first point
 * @param last the number of the last point, not before the first
 * @param series ascending by labels, no two with the same, with times in milliseconds, none without values
 */
public record Stretch(long first, long last, List<Series> series) {
  private static final long SERIES_BYTES = 96;

  /** Copies the list. */
  public Stretch {
    series = List.copyOf(series);
  }

  /** The number of points. */
  long length() {
    return last - first + 1;
  }

  /** The points from one number to another, which must overlap with this. */
  Stretch slice(long from, long to, long stepMillis) {
    long lower = Math.max(from, first);
    long upper = Math.min(to, last);
    if (lower == first && upper == last) {
      return this;
    }
    List<Series> cut = new ArrayList<>();
    for (Series one : series) {
      int begin = at(one.times(), lower * stepMillis);
      int end = at(one.times(), (upper + 1) * stepMillis);
      if (begin < end) {
        cut.add(
            new Series(
                one.labels(),
                Arrays.copyOfRange(one.times(), begin, end),
                Arrays.copyOfRange(one.values(), begin, end)));
      }
    }
    return new Stretch(lower, upper, cut);
  }

  private static int at(long[] times, long time) {
    int index = Arrays.binarySearch(times, time);
    return index < 0 ? -index - 1 : index;
  }

  /** Neighbours as one. They come in order, none overlaps with another and nothing is missing between them. */
  public static Stretch join(List<Stretch> neighbours) {
    if (neighbours.size() == 1) {
      return neighbours.getFirst();
    }
    Map<Labels, List<Series>> parts = new TreeMap<>();
    for (Stretch stretch : neighbours) {
      for (Series one : stretch.series) {
        parts.computeIfAbsent(one.labels(), labels -> new ArrayList<>()).add(one);
      }
    }
    List<Series> joined = new ArrayList<>(parts.size());
    parts.forEach((labels, of) -> joined.add(of.size() == 1 ? of.getFirst() : join(labels, of)));
    return new Stretch(neighbours.getFirst().first, neighbours.getLast().last, joined);
  }

  private static Series join(Labels labels, List<Series> parts) {
    int size = parts.stream().mapToInt(part -> part.times().length).sum();
    long[] times = new long[size];
    double[] values = new double[size];
    int at = 0;
    for (Series part : parts) {
      System.arraycopy(part.times(), 0, times, at, part.times().length);
      System.arraycopy(part.values(), 0, values, at, part.values().length);
      at += part.times().length;
    }
    return new Series(labels, times, values);
  }

  /** Bytes of memory, roughly. */
  long weight() {
    long weight = SERIES_BYTES;
    for (Series one : series) {
      weight += SERIES_BYTES + 16L * one.times().length;
      for (int i = 0; i < one.labels().size(); i++) {
        weight += 2L * (one.labels().name(i).length() + one.labels().value(i).length());
      }
    }
    return weight;
  }
}
