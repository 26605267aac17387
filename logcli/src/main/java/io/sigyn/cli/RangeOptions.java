package io.sigyn.cli;

import io.sigyn.cli.terminal.FailedException;
import io.sigyn.gocompat.GoDurations;
import io.sigyn.life.Clock;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say which stretch of time is asked for. */
final class RangeOptions {
  @Option(
      names = "--since",
      paramLabel = "DURATION",
      description = "how far back from --to, such as 15m, 36h or 7d; default ${DEFAULT-VALUE}",
      defaultValue = "1h")
  private String since = "1h";

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "beginning, inclusive, instead of --since: 2026-01-31T15:04:05Z, 2026-01-31, or Unix seconds")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "TIME", description = "end, exclusive; default now")
  private @Nullable String to;

  /**
   * A range.
   *
   * @param start nanoseconds since the Unix epoch, inclusive
   * @param end nanoseconds since the Unix epoch, exclusive
   */
  record Range(long start, long end) {}

  /**
   * The range asked for.
   *
   * @param zone of times without one
   */
  Range range(Clock clock, ZoneId zone) {
    // A line with this very nanosecond as its time belongs to the past as well.
    long end = to == null ? clock.epochNanos() + 1 : TimeText.nanos(to, zone, "--to");
    long start =
        from == null ? end - duration(since, "--since") : TimeText.nanos(from, zone, "--from");
    if (start >= end) {
      throw new FailedException(
          "the range is empty: it begins at "
              + TimeText.show(start, zone)
              + " and ends at "
              + TimeText.show(end, zone)
              + "; check --from, --to and --since");
    }
    return new Range(start, end);
  }

  /**
   * Where a range without end begins; this moment with {@code --since=0s}.
   *
   * @param zone of times without one
   */
  long start(Clock clock, ZoneId zone, CommandLine command) {
    if (to != null) {
      throw new ParameterException(command, "--to is an end, and --tail has none");
    }
    return from == null
        ? clock.epochNanos() - duration(since, "--since")
        : TimeText.nanos(from, zone, "--from");
  }

  private static long duration(String text, String option) {
    try {
      return GoDurations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new FailedException(
          option + "=" + text + " is not a duration; write for example 15m, 36h or 7d");
    }
  }
}
