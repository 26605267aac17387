package io.sigyn.agent.zone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PosixZoneTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CST-8                                | 2024-01-15T00:00:00Z | +08:00",
        "<+0545>-5:45                         | 2024-01-15T00:00:00Z | +05:45",
        "UTC0                                 | 2024-01-15T00:00:00Z | Z",
        "UTC+8                                | 2024-01-15T00:00:00Z | -08:00",
        "CET-1CEST,M3.5.0,M10.5.0/3           | 2024-03-31T00:59:59Z | +01:00",
        "CET-1CEST,M3.5.0,M10.5.0/3           | 2024-03-31T01:00:00Z | +02:00",
        "CET-1CEST,M3.5.0,M10.5.0/3           | 2024-10-27T00:59:59Z | +02:00",
        "CET-1CEST,M3.5.0,M10.5.0/3           | 2024-10-27T01:00:00Z | +01:00",
        // Without turns it is those of the United States.
        "EST5EDT                              | 2024-03-10T06:59:59Z | -05:00",
        "EST5EDT                              | 2024-03-10T07:00:00Z | -04:00",
        "EST5EDT4                             | 2024-07-01T00:00:00Z | -04:00",
        // Summer across the new year.
        "NZST-12NZDT,M9.5.0,M4.1.0/3          | 2024-01-01T00:00:00Z | +13:00",
        "NZST-12NZDT,M9.5.0,M4.1.0/3          | 2024-07-01T00:00:00Z | +12:00",
        // Greenland: on the day before the last Sunday of March, at 22:00 UTC of that day less the offset.
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0      | 2024-03-31T00:59:59Z | -02:00",
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0      | 2024-03-31T01:00:00Z | -01:00",
        // Gaza once: the Saturday after the fourth Thursday.
        "EET-2EEST,M3.4.4/50,M10.4.4/50       | 2024-03-29T23:59:59Z | +02:00",
        "EET-2EEST,M3.4.4/50,M10.4.4/50       | 2024-03-30T00:00:00Z | +03:00",
        // 1 March in every year; day 59 from 0, which is 29 February in leap years.
        "XST0XDT,J60/0,J300                   | 2024-02-29T23:59:59Z | Z",
        "XST0XDT,J60/0,J300                   | 2024-03-01T00:00:00Z | +01:00",
        "XST0XDT,59/0,J300                    | 2024-02-29T00:00:00Z | +01:00",
        "XST0XDT,59/0,J300                    | 2023-03-01T00:00:00Z | +01:00",
        "XST0XDT,59/0,J300                    | 2023-02-28T23:59:59Z | Z",
        // Summer time all year.
        "EST5EDT,0/0,J365/25                  | 2024-01-01T05:00:00Z | -04:00",
        "EST5EDT,0/0,J365/25                  | 2024-12-31T23:59:59Z | -04:00",
      })
  void offsetsAreThoseOfTheRule(String text, Instant at, String offset) {
    assertThat(PosixZone.parse(text).rules().getOffset(at)).isEqualTo(ZoneOffset.of(offset));
  }

  @Test
  void aRuleThatFollowsAFileLeavesWhatWasBeforeAlone() {
    RulesBuilder builder = new RulesBuilder(ZoneOffset.UTC, ZoneOffset.UTC);
    Instant last = Instant.parse("2020-06-01T00:00:00Z");
    builder.change(last.getEpochSecond(), ZoneOffset.ofHours(1), ZoneOffset.ofHours(2));
    PosixZone.parse("CET-1CEST,M3.5.0,M10.5.0/3").continueAfter(last.getEpochSecond(), builder);
    ZoneRules rules = builder.build();
    assertThat(rules.getOffset(Instant.parse("2019-07-01T00:00:00Z"))).isEqualTo(ZoneOffset.UTC);
    assertThat(rules.getOffset(Instant.parse("2020-07-01T00:00:00Z"))).isEqualTo(ZoneOffset.ofHours(2));
    assertThat(rules.getOffset(Instant.parse("2020-12-01T00:00:00Z"))).isEqualTo(ZoneOffset.ofHours(1));
    assertThat(rules.getOffset(Instant.parse("2100-07-01T00:00:00Z"))).isEqualTo(ZoneOffset.ofHours(2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "A", "CS-8", "CST", "CST-", "CST-25", "CST-8:60", "<+08-8", "CET-1CEST,", "CET-1CEST,M13.1.0,M10.5.0",
        "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M10.5.0/3x", "CET-1CEST,M3.5.0,M10.5.0/168", "CET-1CEST,J0,J1",
        "CET-1CEST,366,J1", "XST-19", "Asia/Shanghai"
      })
  void whatIsNoRuleIsRefusedWithThePlace(String text) {
    assertThatThrownBy(() -> PosixZone.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("\"" + text + "\" is no rule of a time zone: at character ");
  }
}
