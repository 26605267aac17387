package io.sigyn.agent.pipeline;

import io.sigyn.gocompat.GoTimeLayout;
import io.sigyn.model.Labels;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes the entry's time from an extracted value. */
final class TimestampStage implements Stage {
  private static final long FUTURE = Duration.ofDays(3650).toNanos();

  /** What happens when there is no time in the value. */
  enum OnFailure {
    /** One nanosecond after the last good time of the same labels. */
    FUDGE,
    /** The time of reading stays. */
    SKIP
  }

  /** The options. */
  record Options(
      String source, String format, List<String> fallbackFormats, String location, OnFailure actionOnFailure) {
    static final Options DEFAULT = new Options("", "", List.of(), "", OnFailure.FUDGE);
  }

  /** Reads one format. */
  interface Format {
    /** Nanoseconds since the Unix epoch; IllegalArgumentException when the value does not fit. */
    long parse(String value, ZoneId zone, long now);

    /** A format by its name or layout. */
    static Format of(String format) {
      return switch (format) {
        case "Unix" -> (value, zone, now) -> unixSeconds(value);
        case "UnixMs" -> (value, zone, now) -> Math.multiplyExact(Long.parseLong(value), 1_000_000L);
        case "UnixUs" -> (value, zone, now) -> Math.multiplyExact(Long.parseLong(value), 1000L);
        case "UnixNs" -> (value, zone, now) -> Long.parseLong(value);
        default -> GoTimeLayout.of(format)::parse;
      };
    }

    private static long unixSeconds(String value) {
      int dot = value.indexOf('.');
      String whole = dot < 0 ? value : value.substring(0, dot);
      String fraction = dot < 0 ? "" : value.substring(dot + 1);
      boolean digits = fraction.chars().allMatch(c -> c >= '0' && c <= '9');
      if (!digits) {
        throw new IllegalArgumentException("no number: " + value);
      }
      long nanos = Long.parseLong((fraction + "000000000").substring(0, 9));
      long seconds = whole.isEmpty() ? 0 : Long.parseLong(whole);
      long sign = value.startsWith("-") ? -1 : 1;
      return Math.addExact(Math.multiplyExact(seconds, 1_000_000_000L), sign * nanos);
    }
  }

  /** The last good time of each label set, shared by the files of a job. */
  static final class LastTimes {
    private static final int MAX = 10_000;

    private final Map<Labels, Long> times =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Labels, Long> eldest) {
            return size() > MAX;
          }
        };

    synchronized void put(Labels labels, long time) {
      times.put(labels, time);
    }

    /** One nanosecond later than the last time, which it becomes; null when there is none. */
    synchronized @Nullable Long next(Labels labels) {
      return times.computeIfPresent(labels, (key, time) -> time + 1);
    }
  }

  private final Options options;
  private final List<Format> formats;
  private final ZoneId zone;
  private final LastTimes lastTimes;
  private final ZoneWatch.OfFile offset;
  private final StageContext context;

  TimestampStage(Options options, List<Format> formats, ZoneId zone, LastTimes lastTimes, ZoneWatch zones,
      StageContext context) {
    this.options = options;
    this.formats = formats;
    this.zone = zone;
    this.lastTimes = lastTimes;
    this.offset = zones.open();
    this.context = context;
  }

  @Override
  public boolean process(Entry entry) {
    String value = entry.extractedText(options.source());
    if (value != null) {
      long now = context.clock().epochNanos();
      for (Format format : formats) {
        try {
          long time = format.parse(value, zone, now);
          if (time >= 0 && time <= now + FUTURE) {
            entry.setTimestamp(time);
            if (offset.isNoticed(context.path(), value, time, now)) {
              context.counters().error("timestamp_zone");
            }
            lastTimes.put(entry.labels(), time);
            return true;
          }
        } catch (IllegalArgumentException | ArithmeticException e) {
          // The next format may fit.
        }
      }
    }
    context.counters().error("timestamp");
    if (options.actionOnFailure() == OnFailure.FUDGE) {
      Long next = lastTimes.next(entry.labels());
      if (next != null) {
        entry.setTimestamp(next);
      }
    }
    return true;
  }
}
