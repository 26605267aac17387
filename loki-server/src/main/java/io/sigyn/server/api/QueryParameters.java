package io.sigyn.server.api;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.ByteSizes;
import io.sigyn.gocompat.GoDurations;
import io.sigyn.gocompat.GoFloats;
import io.sigyn.gocompat.GoQuote;
import io.sigyn.model.Direction;
import io.sigyn.server.read.QueryRequest;
import io.sigyn.server.read.Usage;
import io.sigyn.storage.Volume;
import java.util.List;
import java.util.Locale;

/**
 * The grammar of the parameters that all query endpoints share. Every error is a BAD_REQUEST with
 * Loki's text.
 */
final class QueryParameters {
  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR = 3_600 * SECOND;
  private static final int DEFAULT_LIMIT = 100;
  private static final int DEFAULT_FIELDS = 1_000;
  private static final int MAX_POINTS = 11_000;

  /**
   * A range of time as asked for, not checked.
   *
   * @param start nanoseconds since the Unix epoch
   * @param end nanoseconds since the Unix epoch
   */
  record Bounds(long start, long end) {}

  private QueryParameters() {}

  /** The parameters of query_range. */
  static QueryRequest range(Form form, long now) {
    Bounds bounds = orderedBounds(form, now);
    int limit = limit(form);
    Direction direction = direction(form);
    long step = step(form, bounds);
    long interval = form.get("interval").isEmpty() ? 0 : seconds(form.get("interval"));
    if (interval < 0) {
      throw bad("interval must be >= 0");
    }
    return new QueryRequest(
        form.get("query"), false, bounds.start(), bounds.end(), step, interval, limit, direction);
  }

  /** The parameters of query. */
  static QueryRequest instant(Form form, long now) {
    long time = instantTime(form, now);
    return new QueryRequest(
        form.get("query"), true, time, time, 1, 0, limit(form), direction(form));
  }

  /** {@code start}, {@code end} and {@code since}; the end is looked at first. */
  static Bounds bounds(Form form, long now) {
    long end = time(form, "end", now);
    long since = HOUR;
    if (!form.get("since").isEmpty()) {
      try {
        since = GoDurations.parsePrometheus(form.get("since"));
      } catch (IllegalArgumentException e) {
        throw bad("could not parse 'since' parameter: " + e.getMessage());
      }
    }
    return new Bounds(time(form, "start", saturatedDifference(Math.min(end, now), since)), end);
  }

  /** {@link #bounds} of which the end must not be before the start. */
  static Bounds orderedBounds(Form form, long now) {
    Bounds bounds = bounds(form, now);
    if (bounds.end() < bounds.start()) {
      throw bad("end timestamp must not be before or equal to start time");
    }
    return bounds;
  }

  /** The parameters of index/stats; a limit and a direction mean nothing, but must be well-formed. */
  static Usage.Question usage(Form form, long now) {
    Bounds bounds = orderedBounds(form, now);
    limit(form);
    direction(form);
    return new Usage.Question(form.get("query"), bounds.start(), bounds.end());
  }

  /** Refuses an index/shards that does not say how large shards should be. */
  static void checkTargetBytes(Form form) {
    try {
      if (!form.get("targetBytesPerShard").isEmpty() && ByteSizes.parse(form.get("targetBytesPerShard")) > 0) {
        return;
      }
    } catch (IllegalArgumentException e) {
      // No size at all is no positive one.
    }
    throw bad("targetBytesPerShard must be a positive value");
  }

  /** The parameters of index/volume; with {@code ranged} those of index/volume_range. */
  static Usage.VolumeQuestion volume(Form form, long now, boolean ranged) {
    Bounds bounds = orderedBounds(form, now);
    int limit = form.get("limit").equals("0") ? DEFAULT_LIMIT : limit(form);
    long step = ranged ? step(form, bounds) : 0;
    if (!ranged && !form.get("time").isEmpty()) {
      instantTime(form, now);
    }
    String targets = form.get("targetLabels");
    Volume.Grouping grouping =
        switch (form.get("aggregateBy")) {
          case "", "series" -> Volume.Grouping.SERIES;
          case "labels" -> Volume.Grouping.LABELS;
          default -> throw bad("invalid aggregation option");
        };
    return new Usage.VolumeQuestion(
        new Usage.Question(form.get("query"), bounds.start(), bounds.end()),
        targets.isEmpty() ? List.of() : List.of(targets.split(",", -1)),
        grouping,
        limit,
        step);
  }

  /**
   * The parameters of detected_fields.
   *
   * @param limit the most fields or values
   */
  record FieldsQuestion(QueryRequest lines, int limit) {}

  /** The parameters of detected_fields and of the values of one field: the newest lines are looked at. */
  static FieldsQuestion fields(Form form, long now) {
    Bounds bounds = orderedBounds(form, now);
    int lines = positive(form.get("line_limit"), DEFAULT_LIMIT);
    String limit = form.get("limit").isEmpty() ? form.get("field_limit") : form.get("limit");
    int fields = positive(limit, DEFAULT_FIELDS);
    long step = step(form, bounds);
    return new FieldsQuestion(
        new QueryRequest(
            form.get("query"), false, bounds.start(), bounds.end(), step, 0, lines, Direction.BACKWARD),
        fields);
  }

  /**
   * How a live tail begins.
   *
   * @param start nanoseconds since the Unix epoch
   */
  record TailStart(long start, int limit, long delaySeconds) {}

  /** The parameters of tail. */
  static TailStart tail(Form form, long now) {
    int limit = limit(form);
    long start = bounds(form, now).start();
    String delay = form.get("delay_for");
    try {
      return new TailStart(start, limit, delay.isEmpty() ? 0 : GoNumbers.atoi(delay));
    } catch (NumberFormatException e) {
      throw bad(String.valueOf(e.getMessage()));
    }
  }

  /** The parameters of patterns. */
  static PatternsQuestion patterns(Form form, long now) {
    Bounds bounds = orderedBounds(form, now);
    return new PatternsQuestion(form.get("query"), bounds, step(form, bounds));
  }

  /** What patterns are asked for. */
  record PatternsQuestion(String selector, Bounds bounds, long step) {}

  private static long step(Form form, Bounds bounds) {
    long length = saturatedDifference(bounds.end(), bounds.start());
    long step = form.get("step").isEmpty() ? defaultStep(length) : seconds(form.get("step"));
    if (step <= 0) {
      throw bad(
          "zero or negative query resolution step widths are not accepted. Try a positive integer");
    }
    if (length / step > MAX_POINTS) {
      throw bad(
          "exceeded maximum resolution of 11,000 points per time series. Try increasing the value"
              + " of the step parameter");
    }
    return step;
  }

  private static long instantTime(Form form, long now) {
    try {
      return form.get("time").isEmpty() ? now : Timestamps.parse(form.get("time"));
    } catch (NumberFormatException e) {
      throw bad(String.valueOf(e.getMessage()));
    }
  }

  private static long time(Form form, String name, long fallback) {
    String text = form.get(name);
    if (text.isEmpty()) {
      return fallback;
    }
    try {
      return Timestamps.parse(text);
    } catch (NumberFormatException e) {
      throw bad("could not parse '" + name + "' parameter: " + e.getMessage());
    }
  }

  private static int limit(Form form) {
    return positive(form.get("limit"), DEFAULT_LIMIT);
  }

  private static int positive(String text, int fallback) {
    if (text.isEmpty()) {
      return fallback;
    }
    long limit;
    try {
      limit = GoNumbers.atoi(text);
    } catch (NumberFormatException e) {
      throw bad(String.valueOf(e.getMessage()));
    }
    if (limit <= 0) {
      throw bad("limit must be a positive value");
    }
    return (int) Math.min(Integer.MAX_VALUE, limit);
  }

  private static Direction direction(Form form) {
    String text = form.get("direction");
    return switch (text.toUpperCase(Locale.ROOT)) {
      case "", "BACKWARD" -> Direction.BACKWARD;
      case "FORWARD" -> Direction.FORWARD;
      default -> throw bad("invalid direction '" + text + "'");
    };
  }

  private static long defaultStep(long length) {
    return Math.max(length / SECOND / 250, 1) * SECOND;
  }

  /** Seconds as a decimal number, or a Prometheus duration; in nanoseconds. */
  private static long seconds(String text) {
    double nanos;
    try {
      nanos = GoFloats.parse(text) * SECOND;
    } catch (NumberFormatException notANumber) {
      try {
        return GoDurations.parsePrometheus(text);
      } catch (IllegalArgumentException e) {
        throw bad("cannot parse " + GoQuote.quote(text) + " to a valid duration");
      }
    }
    if (Double.isNaN(nanos)) {
      // As Go converts it: neither a step nor an interval.
      return Long.MIN_VALUE;
    }
    if (nanos >= Long.MAX_VALUE || nanos <= Long.MIN_VALUE) {
      throw bad("cannot parse " + GoQuote.quote(text) + " to a valid duration. It overflows int64");
    }
    return (long) nanos;
  }

  private static long saturatedDifference(long a, long b) {
    long difference = a - b;
    boolean overflow = ((a ^ b) & (a ^ difference)) < 0;
    return overflow ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : difference;
  }

  private static LokiException bad(String text) {
    return new LokiException(ErrorKind.BAD_REQUEST, text);
  }
}
