package io.sigyn.gocompat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoTimeFormatTest {
  private static final GoTime TIME = new GoTime(ZonedDateTime.parse("2026-01-05T15:04:09.070809+01:00[Europe/Berlin]"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2006-01-02 15:04:05|2026-01-05 15:04:09",
        "Mon Jan _2 15:04:05 2006|Mon Jan  5 15:04:09 2026",
        "Monday, 02-Jan-06 15:04:05 MST|Monday, 05-Jan-26 15:04:09 CET",
        "3:04PM 3:4:5pm|3:04PM 3:4:9pm",
        "15:04:05.000|15:04:09.070",
        "15:04:05.999999999|15:04:09.070809",
        "15:04:05,00|15:04:09,07",
        "2006-01-02T15:04:05Z07:00|2026-01-05T15:04:09+01:00",
        "-0700 -07 -07:00|+0100 +01 +01:00",
        "002 __2|005   5",
        "January Janet 1/2|January Janet 1/5"
      })
  void writesByExample(String layout, String text) {
    assertThat(GoTimeFormat.format(layout, TIME)).isEqualTo(text);
  }

  @Test
  void printsTimesAsGo() {
    assertThat(GoTime.ofUnixNanos(1_709_294_401_000_000_000L, ZoneOffset.UTC))
        .hasToString("2024-03-01 12:00:01 +0000 UTC");
    assertThat(GoTime.ZERO).hasToString("0001-01-01 00:00:00 +0000 UTC");
  }
}
