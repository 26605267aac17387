package io.sigyn.gocompat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GoTimeLayoutTest {
  private static final long NOW = nanos("2025-06-15T12:00:00Z");

  private static long nanos(String instant) {
    Instant at = Instant.parse(instant);
    return at.getEpochSecond() * 1_000_000_000L + at.getNano();
  }

  private static long parse(String layout, String text, ZoneId zone) {
    return GoTimeLayout.of(layout).parse(text, zone, NOW);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RFC3339Nano | 2024-05-01T09:00:00.123456789+08:00 | 2024-05-01T01:00:00.123456789Z",
        "RFC3339 | 2024-05-01T09:00:00Z | 2024-05-01T09:00:00Z",
        "RFC3339 | 2024-05-01T09:00:00.5Z | 2024-05-01T09:00:00.5Z",
        "ANSIC | Mon Jan  2 15:04:05 2006 | 2006-01-02T15:04:05Z",
        "UnixDate | Mon Jan  2 15:04:05 UTC 2006 | 2006-01-02T15:04:05Z",
        "RubyDate | Mon Jan 02 15:04:05 -0700 2006 | 2006-01-02T22:04:05Z",
        "RFC822 | 02 Jan 06 15:04 GMT | 2006-01-02T15:04:00Z",
        "RFC822Z | 02 Jan 06 15:04 -0700 | 2006-01-02T22:04:00Z",
        "RFC850 | Monday, 02-Jan-69 15:04:05 UTC | 1969-01-02T15:04:05Z",
        "RFC1123 | Mon, 02 Jan 2006 15:04:05 GMT | 2006-01-02T15:04:05Z",
        "RFC1123Z | Mon, 02 Jan 2006 15:04:05 +0100 | 2006-01-02T14:04:05Z",
        "2006-01-02 15:04:05,000 | 2024-02-29 23:59:59.123 | 2024-02-29T23:59:59.123Z",
        "2006-01-02 15:04:05 | 2024-02-29 23:59:59,987654 | 2024-02-29T23:59:59.987654Z",
        "02/Jan/2006:15:04:05 -0700 | 07/mar/2004:16:05:49 -0800 | 2004-03-08T00:05:49Z",
        "Jan _2 15:04:05 | Dec  9 03:04:05 | 2025-12-09T03:04:05Z",
        "3:04PM 2006-01-02 | 12:30AM 2024-01-01 | 2024-01-01T00:30:00Z",
        "3:04PM 2006-01-02 | 12:30PM 2024-01-01 | 2024-01-01T12:30:00Z",
        "2006-002 | 2024-060 | 2024-02-29T00:00:00Z",
        "20060102150405 | 20240501090000 | 2024-05-01T09:00:00Z",
        "Z07:00 2006 | +05:30 2024 | 2023-12-31T18:30:00Z",
        "2006-01-02T15:04:05.999999999Z07:00 | 2024-01-01T00:00:00Z | 2024-01-01T00:00:00Z",
      })
  void readsWhatGoReads(String layout, String text, String expected) {
    assertThat(parse(layout, text, ZoneOffset.UTC)).isEqualTo(nanos(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RFC3339 | 2024-05-01 09:00:00Z",
        "2006-01-02 | 2023-02-29",
        "2006-01-02 | 2024-13-01",
        "2006-01-02 | 2024-01-01x",
        "15:04:05 | 25:00:00",
        "15:04 | 1:61",
        "Jan | Foo",
        "2006-01-02 15:04:05.000 | 2024-01-01 00:00:00.12",
        "2006 | 0000",
        "-07:00 | 07:00",
      })
  void refusesWhatGoRefuses(String layout, String text) {
    assertThatThrownBy(() -> parse(layout, text, ZoneOffset.UTC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot parse");
  }

  /** Gaps and overlaps of daylight saving time, where Go's rule is not that of java.time. */
  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin, 2025-03-30 02:30, 2025-03-30T01:30:00Z",
    "Europe/Berlin, 2025-10-26 02:30, 2025-10-26T01:30:00Z",
    "America/New_York, 2025-03-09 02:30, 2025-03-09T06:30:00Z",
    "America/New_York, 2025-11-02 01:30, 2025-11-02T05:30:00Z",
    "Asia/Shanghai, 1991-09-15 00:30, 1991-09-14T15:30:00Z",
    "Asia/Shanghai, 2024-05-01 09:00, 2024-05-01T01:00:00Z",
  })
  void wallClocksFollowGosRule(String zone, String text, String expected) {
    assertThat(parse("2006-01-02 15:04", text, ZoneId.of(zone))).isEqualTo(nanos(expected));
  }

  @Test
  void aTextWithoutYearGetsTheNearestOne() {
    GoTimeLayout layout = GoTimeLayout.of("Jan _2 15:04:05");
    assertThat(layout.parse("Dec 31 23:59:59", ZoneOffset.UTC, nanos("2025-01-01T00:00:10Z")))
        .isEqualTo(nanos("2024-12-31T23:59:59Z"));
    assertThat(layout.parse("Jan  1 00:00:01", ZoneOffset.UTC, nanos("2024-12-31T23:59:50Z")))
        .isEqualTo(nanos("2025-01-01T00:00:01Z"));
    assertThat(layout.parse("Feb 29 00:00:00", ZoneOffset.UTC, nanos("2025-06-01T00:00:00Z")))
        .isEqualTo(nanos("2025-03-01T00:00:00Z"));
  }

  private static long seed() {
    return Long.getLong("seed", new Random().nextLong());
  }

  @Test
  void readsBackWhatJavaPrints() {
    long seed = seed();
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      readsBackWhatJavaPrints(random, seed);
    }
  }

  private static void readsBackWhatJavaPrints(RandomGenerator random, long seed) {
    Instant at = Instant.ofEpochSecond(random.nextLong(0, 4_000_000_000L), random.nextInt(1_000_000_000));
    String text =
        DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss.SSSSSSSSS xx", Locale.ENGLISH)
            .format(at.atZone(ZoneId.of("Asia/Kathmandu")));
    assertThat(parse("Mon, 02 Jan 2006 15:04:05.000000000 -0700", text, ZoneOffset.UTC))
        .as("seed=%d", seed)
        .isEqualTo(at.getEpochSecond() * 1_000_000_000L + at.getNano());
  }

  @Test
  void garbageIsRefusedAndNeverBreaksAnything() {
    long seed = seed();
    Random random = new Random(seed);
    for (int i = 0; i < 1000; i++) {
      garbageIsRefused(random, seed);
    }
  }

  private static void garbageIsRefused(RandomGenerator random, long seed) {
    String alphabet = "0123456789:-+.,TZ JanMonPM ";
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i > 0; i--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    String[] names = GoTimeLayout.NAMED.keySet().stream().sorted().toArray(String[]::new);
    try {
      parse(names[random.nextInt(names.length)], text.toString(), ZoneOffset.UTC);
    } catch (IllegalArgumentException e) {
      assertThat(e).as("seed=%d", seed).hasMessageContaining("cannot parse");
    }
  }
}
