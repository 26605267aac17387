package io.sigyn.gocompat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HumanBytesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0", "100, 100", "10B, 10", "1 KB, 1000", "2.5kb, 2500", "10KiB, 10240", "1.5GB, 1500000000",
    "1Ki, 1024", "'1,000', 1000", "1eb, 1000000000000000000", "1.9, 1"
  })
  void readsSizes(String text, long bytes) {
    assertThat(HumanBytes.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1KB", "x", "", "5q", "1.2.3", "5 kbb", "20EiB"})
  void refusesWhatIsNoSize(String text) {
    assertThat(HumanBytes.isValid(text)).isFalse();
    assertThatThrownBy(() -> HumanBytes.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0B", "9, 9B", "10, 10B", "999, 999B", "1000, 1.0kB", "1536, 1.5kB", "10240, 10kB", "15500, 16kB",
    "12000000, 12MB", "-1, 18EB"
  })
  void printsPowersOfAThousand(long bytes, String text) {
    assertThat(HumanBytes.format(bytes)).isEqualTo(text);
  }
}
