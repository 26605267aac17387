package io.sigyn.gocompat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoTimeLayoutTest {
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
    assertThat(GoTimeLayout.format(layout, TIME)).isEqualTo(text);
  }

  @Test
  void printsTimesAsGo() {
    assertThat(GoTime.ofUnixNanos(1_709_294_401_000_000_000L, ZoneOffset.UTC))
        .hasToString("2024-03-01 12:00:01 +0000 UTC");
    assertThat(GoTime.ZERO).hasToString("0001-01-01 00:00:00 +0000 UTC");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2006-01-02|2026-01-05|1767571200",
        "2006-01-02 15:04|2026-01-05 07:30|1767598200",
        "2006-01-02T15:04:05Z07:00|2026-01-05T07:30:00+02:00|1767591000",
        "2006-01-02T15:04:05Z07:00|2026-01-05T07:30:00.5Z|1767598200",
        "Jan 2, 2006 at 3:04pm (MST)|Feb 3, 2013 at 7:54pm (PST)|1359921240",
        "02/Jan/06 15:04|05/Jan/26 07:30|1767598200"
      })
  void readsByExample(String layout, String text, long unix) {
    assertThat(GoTimeLayout.parse(layout, text, ZoneOffset.UTC).unix()).isEqualTo(unix);
  }

  @Test
  void readsInTheZoneThatIsGiven() {
    GoTime time = GoTimeLayout.parse("2006-01-02 15:04", "2026-01-05 07:30", ZoneId.of("America/New_York"));

    assertThat(time.unix()).isEqualTo(1_767_616_200L);
  }

  @Test
  void refusesOtherShapes() {
    for (String text : new String[] {"", "2026", "2026-13-01", "2026-01-05x", "20x6-01-05"}) {
      assertThatThrownBy(() -> GoTimeLayout.parse("2006-01-02", text, ZoneOffset.UTC))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
