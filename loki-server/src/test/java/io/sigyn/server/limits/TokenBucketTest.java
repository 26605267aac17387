package io.sigyn.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Seeded;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class TokenBucketTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void takesAllOrNothing() {
    TokenBucket bucket = new TokenBucket();
    assertThat(bucket.take(11, 5, 10, 0)).isFalse();
    assertThat(bucket.take(10, 5, 10, 0)).isTrue();
    assertThat(bucket.take(1, 5, 10, 0)).isFalse();
    assertThat(bucket.take(5, 5, 10, SECOND)).isTrue();
    assertThat(bucket.take(1, 5, 10, SECOND)).isFalse();
  }

  @Test
  void neverHoldsMoreThanTheBurst() {
    TokenBucket bucket = new TokenBucket();
    assertThat(bucket.take(0, 5, 10, 0)).isTrue();
    assertThat(bucket.take(10, 5, 10, 1_000 * SECOND)).isTrue();
    assertThat(bucket.take(1, 5, 10, 1_000 * SECOND)).isFalse();
  }

  @Test
  void givesNothingForAClockThatStandsStill() {
    TokenBucket bucket = new TokenBucket();
    assertThat(bucket.take(10, 1e9, 10, 7)).isTrue();
    assertThat(bucket.take(1, 1e9, 10, 7)).isFalse();
  }

  @Seeded(rounds = 50)
  void letsThroughAtMostBurstPlusRateTimesTime(RandomGenerator random) {
    TokenBucket bucket = new TokenBucket();
    double rate = 1 + random.nextInt(1_000);
    double burst = 1 + random.nextInt(5_000);
    long ticks = 0;
    double taken = 0;
    for (int i = 0; i < 2_000; i++) {
      ticks += random.nextLong(SECOND / 10);
      double amount = random.nextInt(200);
      if (bucket.take(amount, rate, burst, ticks)) {
        taken += amount;
      }
    }
    assertThat(taken).isLessThanOrEqualTo(burst + rate * ticks / SECOND + 1e-3);
  }
}
