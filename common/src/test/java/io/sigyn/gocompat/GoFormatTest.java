package io.sigyn.gocompat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoFormatTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0", "1, 1", "0.1, 0.1", "123456, 123456", "1234567, 1.234567e+06", "1e6, 1e+06", "0.0001, 0.0001",
    "0.00001, 1e-05", "-2.5e-7, -2.5e-07", "1e300, 1e+300", "NaN, NaN", "Infinity, +Inf"
  })
  void printsGenerally(double value, String text) {
    assertThat(GoFormat.general(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"1, 1.000000", "-0.0000004, -0.000000", "2.5, 2.500000", "1e20, 100000000000000000000.000000"})
  void printsSixDecimals(double value, String text) {
    assertThat(GoFormat.fixed6(value)).isEqualTo(text);
  }
}
