package io.sigyn.agent.client;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** How far the server's clock, as its answers show it in the header Date, is from ours. Thread-safe. */
final class ClockSkew {
  private static final long TOO_MUCH = Duration.ofSeconds(30).toMillis();

  private volatile long millis;

  /**
   * Takes an answer.
   *
   * @param before when the request was sent, milliseconds since the Unix epoch
   * @param after when the answer was there
   */
  void observe(Optional<String> date, long before, long after) {
    if (date.isPresent()) {
      try {
        long server = ZonedDateTime.parse(date.get(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant().toEpochMilli();
        // The header has whole seconds, and it was written somewhere between.
        millis = server + 1000 < before ? server + 1000 - before : Math.max(0, server - after);
      } catch (DateTimeException e) {
        millis = 0;
      }
    }
  }

  /** What is wrong, in words; empty when the clocks agree within half a minute. */
  Optional<String> problem() {
    long by = millis;
    if (Math.abs(by) < TOO_MUCH) {
      return Optional.empty();
    }
    String side = by > 0 ? "ahead of" : "behind";
    return Optional.of(
        "the server's clock is " + Duration.ofMillis(Math.abs(by)).toSeconds() + "s " + side
            + " this machine's; entries may be refused as too old or too new: synchronise the clocks (chrony, ntpd)");
  }
}
