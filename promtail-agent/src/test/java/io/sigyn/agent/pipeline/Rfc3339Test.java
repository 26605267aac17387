package io.sigyn.agent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Rfc3339Test {
  private static long parse(String text) {
    byte[] bytes = ("x" + text + "y").getBytes(StandardCharsets.ISO_8859_1);
    return Rfc3339.parse(bytes, 1, bytes.length - 1);
  }

  @Seeded(rounds = 300)
  void readsWhatJavaPrintsWithAnyOffsetAndFraction(RandomGenerator random) {
    Instant at = Instant.ofEpochSecond(random.nextLong(-9_000_000_000L, 9_000_000_000L), random.nextInt(1_000_000_000));
    int digits = random.nextInt(10);
    long unit = 1;
    for (int i = digits; i < 9; i++) {
      unit *= 10;
    }
    at = at.minusNanos(at.getNano() % unit);
    ZoneOffset offset = ZoneOffset.ofTotalSeconds(random.nextInt(-14 * 60, 14 * 60) * 60);
    String pattern = "uuuu-MM-dd'T'HH:mm:ss" + (digits == 0 ? "" : "." + "S".repeat(digits)) + "XXX";
    String text = DateTimeFormatter.ofPattern(pattern, Locale.ROOT).format(at.atOffset(offset));
    assertThat(parse(text)).as(text).isEqualTo(at.getEpochSecond() * 1_000_000_000L + at.getNano());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "2024-05-01", "2024-05-01 09:00:00Z", "2024-05-01T09:00:00", "2024-13-01T09:00:00Z", "2024-02-30T09:00:00Z",
        "2023-02-29T09:00:00Z", "2024-05-01T24:00:00Z", "2024-05-01T09:60:00Z", "2024-05-01T09:00:00.Z",
        "2024-05-01T09:00:00+0800", "2024-05-01T09:00:00Zx", "0000-01-01T00:00:00Z", "2024-00-01T09:00:00Z",
        "2024-05-00T09:00:00Z", "+024-05-01T09:00:00Z", "2024-05-01T09:00:00.123456789", "2024-05-01T09:00:00+08:0a"
      })
  void refusesEverythingElse(String text) {
    assertThat(parse(text)).isEqualTo(Rfc3339.NONE);
  }

  @Seeded(rounds = 500)
  void garbageIsNoTimeAndNoException(RandomGenerator random) {
    byte[] bytes = "2024-05-01T09:00:00.123456789+08:00".getBytes(StandardCharsets.US_ASCII);
    for (int i = random.nextInt(5); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    int from = random.nextInt(bytes.length);
    int to = from + random.nextInt(bytes.length - from);
    assertThat(Rfc3339.parse(bytes, from, to)).isBetween(Long.MIN_VALUE, Long.MAX_VALUE);
    assertThat(Rfc3339.parse(bytes, 0, bytes.length)).isBetween(Long.MIN_VALUE, Long.MAX_VALUE);
  }
}
