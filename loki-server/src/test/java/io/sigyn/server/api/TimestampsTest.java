package io.sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TimestampsTest {
  @ParameterizedTest
  @CsvSource({
    "1767607200, 1767607200000000000",
    "1767607200000000000, 1767607200000000000",
    "17676072000, 17676072000",
    "-5, -5000000000",
    "0, 0",
    "4000000000, 4000000000000000000",
    "9999999999, 9223372036854775807",
    "1767607200.0, 1767607200000000000",
    "1767607200.5, 1767607200500000000",
    "1767607200.0004, 1767607200000000000",
    "1767607200.0006, 1767607200001000000",
    "1.7676072e9, 1767607200000000000",
    "-1.5, -1500000000",
    "2026-01-05T10:00:00Z, 1767607200000000000",
    "2026-01-05T10:00:00.123456789Z, 1767607200123456789",
    "2026-01-05T10:00:00.1234567899Z, 1767607200123456789",
    "2026-01-05T11:00:00+01:00, 1767607200000000000",
    "2026-01-05T05:00:00.5-05:00, 1767607200500000000",
    "9999-01-01T00:00:00Z, 9223372036854775807"
  })
  void readsEveryForm(String text, long nanos) {
    assertThat(Timestamps.parse(text)).isEqualTo(nanos);
  }

  @ParameterizedTest
  @CsvSource({
    "abc, invalid syntax",
    "now, invalid syntax",
    "1e9, invalid syntax",
    "2026-01-05, invalid syntax",
    "2026-01-05T10:00:00, invalid syntax",
    "2026-01-05 10:00:00Z, invalid syntax",
    "2026-13-05T10:00:00Z, invalid syntax",
    "2026-01-05t10:00:00z, invalid syntax",
    "1e400.0, invalid syntax",
    "1.2.3, invalid syntax",
    "99999999999999999999, value out of range"
  })
  void refusesEverythingElse(String text, String reason) {
    assertThatThrownBy(() -> Timestamps.parse(text))
        .hasMessage("strconv.ParseInt: parsing \"" + text + "\": " + reason);
  }
}
