package io.sigyn.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PaceTest {
  private final Pace pace =
      new Pace(new Pace.Bounds(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofSeconds(5), Duration.ofSeconds(10)));

  private static long ms(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  @Test
  void delaysDoubleWhileNothingHappens() {
    assertThat(pace.soon()).isEqualTo(ms(10));
    assertThat(pace.quiet(0)).isEqualTo(ms(20));
    assertThat(pace.quiet(0)).isEqualTo(ms(40));
    assertThat(pace.quiet(0)).isEqualTo(ms(50));
    assertThat(pace.quiet(ms(70))).isEqualTo(ms(70));
    for (long expected : new long[] {250, 500, 1000, 2000, 4000, 5000, 5000}) {
      assertThat(pace.waiting()).isEqualTo(ms(expected));
    }
    assertThat(pace.atOnce()).isZero();
    assertThat(pace.quiet(0)).isEqualTo(ms(10));
  }

  @Test
  void aRestAndAFailureSayNothingOfWhatFollows() {
    assertThat(pace.resting(Long.MAX_VALUE)).isEqualTo(ms(10_000));
    assertThat(pace.waiting()).isEqualTo(ms(250));
    assertThat(pace.failed()).isEqualTo(ms(10_000));
    assertThat(pace.waiting()).isEqualTo(ms(250));
    assertThat(pace.resting(Long.MAX_VALUE)).isEqualTo(ms(10_000));
    assertThat(pace.quiet(0)).isEqualTo(ms(10));
  }

  @Test
  void aRestEndsWhenSomethingIsDue() {
    assertThat(pace.resting(ms(300))).isEqualTo(ms(300));
    assertThat(pace.resting(ms(-1))).isEqualTo(ms(10));
  }
}
