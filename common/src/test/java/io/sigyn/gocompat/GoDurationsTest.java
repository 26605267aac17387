package io.sigyn.gocompat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GoDurationsTest {
  @ParameterizedTest
  @CsvSource({
    "1h30m, 5400000000000", "1.5s, 1500000000", "-2ms, -2000000", "0, 0", ".5s, 500000000", "1.s, 1000000000",
    "1h1h, 7200000000000", "3us, 3000", "3µs, 3000", "7ns, 7", "-9223372036854775808ns, -9223372036854775808"
  })
  void readsGo(String text, long nanos) {
    assertThat(GoDurations.parseGo(text)).isEqualTo(nanos);
  }

  @ParameterizedTest
  @CsvSource({
    "'', time: invalid duration \"\"",
    "10, time: missing unit in duration \"10\"",
    "1x, time: unknown unit \"x\" in duration \"1x\"",
    "1d, time: unknown unit \"d\" in duration \"1d\"",
    ".s, time: invalid duration \".s\"",
    "9223372036854775808ns, time: invalid duration \"9223372036854775808ns\""
  })
  void refusesWithGosText(String text, String message) {
    assertThatThrownBy(() -> GoDurations.parseGo(text)).hasMessage(message);
  }

  @Test
  void dividesWholeUnitsAndTheRestApart() {
    assertThat(GoDurations.seconds(2_280_000_000L)).isEqualTo(2.2800000000000002);
    assertThat(GoDurations.seconds(-1_570_000_000L)).isEqualTo(-1.5699999999999998);
    assertThat(GoDurations.seconds(Long.MIN_VALUE)).isEqualTo(-9.223372036854776e9);
    assertThat(GoDurations.minutes(90_000_000_000L)).isEqualTo(1.5);
    assertThat(GoDurations.hours(5_400_000_000_000L)).isEqualTo(1.5);
  }

  @ParameterizedTest
  @CsvSource({"1d, 86400000000000", "1w2d, 777600000000000", "1y, 31536000000000000", "1h30m, 5400000000000", "0, 0"})
  void readsPrometheus(String text, long nanos) {
    assertThat(GoDurations.parsePrometheus(text)).isEqualTo(nanos);
  }

  @ParameterizedTest
  @CsvSource({
    "60, not a valid duration string: \"60\"",
    "1.5h, unknown unit \".\" in duration \"1.5h\"",
    "1m1h, not a valid duration string: \"1m1h\"",
    "300y, duration out of range",
    "-1h, not a valid duration string: \"-1h\""
  })
  void refusesWithPrometheusText(String text, String message) {
    assertThatThrownBy(() -> GoDurations.parsePrometheus(text)).hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s", "1, 1ns", "1500, 1.5µs", "300000000, 300ms", "5400000000000, 1h30m0s", "90001017000000, 25h0m1.017s",
    "-1500000000, -1.5s", "60000000000, 1m0s", "-9223372036854775808, -2562047h47m16.854775808s"
  })
  void printsGo(long nanos, String text) {
    assertThat(GoDurations.formatGo(nanos)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "86400000000000, 1d", "604800000000000, 1w", "691200000000000, 8d", "2595600000000000, 30d1h", "0, 0s",
    "90500000000, 1m30s500ms"
  })
  void printsPrometheus(long nanos, String text) {
    assertThat(GoDurations.formatPrometheus(nanos)).isEqualTo(text);
  }

  @Test
  void byteSizesReadAndPrint() {
    assertThat(ByteSizes.parse("256KB")).isEqualTo(262_144);
    assertThat(ByteSizes.parse(" 1 GiB ")).isEqualTo(1 << 30);
    assertThat(ByteSizes.parse("17")).isEqualTo(17);
    assertThat(ByteSizes.format(1_572_864)).isEqualTo("1536KB");
    assertThat(ByteSizes.format(0)).isEqualTo("0B");
    assertThatThrownBy(() -> ByteSizes.parse("1.5mb")).hasMessageContaining("\"1.5mb\" is no size");
    assertThatThrownBy(() -> ByteSizes.parse("9999999PB")).hasMessageContaining("over 8 EiB");
    assertThatThrownBy(() -> ByteSizes.parse("1mib2")).hasMessageContaining("is no size");
  }
}
