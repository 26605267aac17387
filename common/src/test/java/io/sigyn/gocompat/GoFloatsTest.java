package io.sigyn.gocompat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoFloatsTest {
  @ParameterizedTest
  @CsvSource({
    "3, 3",
    "-3, -3",
    "0, 0",
    "-0.0, -0",
    "0.1, 0.1",
    "0.30000000000000004, 0.30000000000000004",
    "1e21, 1000000000000000000000",
    "1e23, 100000000000000000000000",
    "1e-7, 0.0000001",
    "1.5e-10, 0.00000000015",
    "123456789012345678, 123456789012345680",
    "9007199254740993, 9007199254740992",
    "9223372036854775807, 9223372036854776000",
    "1767780000.123, 1767780000.123",
    "NaN, NaN",
    "Infinity, +Inf",
    "-Infinity, -Inf",
  })
  void printsTheShortestDecimalWithoutAnExponent(double value, String text) {
    assertThat(GoFloats.format(value)).isEqualTo(text);
  }

  @Test
  void printsOneDigitWhereOneIsEnough() {
    assertThat(GoFloats.format(Double.MIN_VALUE)).isEqualTo("0." + "0".repeat(323) + "5");
    assertThat(GoFloats.format(2e-323)).isEqualTo("0." + "0".repeat(322) + "2");
    assertThat(GoFloats.format(Double.MAX_VALUE)).isEqualTo("17976931348623157" + "0".repeat(292));
  }

  @Test
  void everyNumberIsReadBackUnchanged() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 50_000; i++) {
      double v = switch (i % 3) {
        case 0 -> Double.longBitsToDouble(random.nextLong());
        case 1 -> random.nextLong() / 1000.0;
        default -> Math.round(random.nextDouble() * 1e6) / 100.0;
      };
      if (!Double.isNaN(v) && !Double.isInfinite(v)) {
        String text = GoFloats.format(v);
        assertThat(Double.doubleToLongBits(GoFloats.parse(text)))
            .as("seed %d: %s", seed, text)
            .isEqualTo(Double.doubleToLongBits(v));
        assertThat(text).doesNotContain("E", "e");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1", "+1.5, 1.5", "-.5e1, -5", "5., 5", "1E3, 1000", "0x1p-2, 0.25", "0X1.8P1, 3", "1_23.50_0_0e+1_2, 1.235e14",
    "0x_1_2.3_4_5p+1_2, 74565", "inf, Infinity", "-Infinity, -Infinity", "+INF, Infinity", "nan, NaN", "NaN, NaN",
    "0.1e-400, 0", "00012, 12"
  })
  void readsWhatGoReads(String text, double value) {
    assertThat(GoFloats.parse(text)).isEqualTo(Double.valueOf(value));
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "", "+", "-", ".", "e5", "1e", "1e+", "1.2.3", " 1", "1 ", "1d", "1f", "0x10", "0x1e3", "0xp1", "-nan", "infin",
    "abc",     "10KiB", "1__2", "_1", "1_", "1_.5", "1._5", "1e_2", "1e2_", "0b11", "١", "1,5"
  })
  void refusesWhatGoRefuses(String text) {
    assertThatThrownBy(() -> GoFloats.parse(text))
        .isInstanceOf(NumberFormatException.class)
        .hasMessage("strconv.ParseFloat: parsing \"" + text + "\": invalid syntax");
  }

  @Test
  void saysWhenTheNumberIsTooBig() {
    assertThatThrownBy(() -> GoFloats.parse("-1e999"))
        .hasMessage("strconv.ParseFloat: parsing \"-1e999\": value out of range");
  }
}
