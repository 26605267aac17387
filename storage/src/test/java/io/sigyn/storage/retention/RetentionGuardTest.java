package io.sigyn.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.FakeClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetentionGuardTest {
  private static final long T0 = Duration.ofDays(20_000).toNanos();
  private static final long HOUR = Duration.ofHours(1).toNanos();

  private final FakeClock clock = new FakeClock(T0);
  private final RetentionGuard guard = new RetentionGuard(clock);

  @Test
  void believesAClockThatRuns() {
    for (int minute = 0; minute < 3000; minute++) {
      clock.advance(Duration.ofMinutes(1));
      assertThat(guard.clockIsPlausible()).isTrue();
      assertThat(guard.now()).isEqualTo(clock.epochNanos());
    }
  }

  @Test
  void waitsAnHourAfterAJumpInEitherDirection() {
    for (long jump : new long[] {-2 * HOUR, 3 * HOUR, 10 * 365 * 24 * HOUR, -10 * 365 * 24 * HOUR}) {
      long before = guard.now();
      clock.jumpTo(clock.epochNanos() + jump);
      assertThat(guard.clockIsPlausible()).as("jump by " + jump).isFalse();
      assertThat(guard.now()).isEqualTo(before);
      clock.advance(Duration.ofMinutes(59));
      assertThat(guard.clockIsPlausible()).isFalse();
      assertThat(guard.now()).isEqualTo(before + 59 * HOUR / 60);
      assertThat(guard.paused()).isTrue();
      clock.advance(Duration.ofMinutes(1));
      assertThat(guard.clockIsPlausible()).isTrue();
      assertThat(guard.now()).isEqualTo(clock.epochNanos());
    }
  }

  @Test
  void waitsLongerWhenTheClockJumpsAgain() {
    clock.jumpTo(T0 + 3 * HOUR);
    assertThat(guard.clockIsPlausible()).isFalse();
    clock.advance(Duration.ofMinutes(50));
    clock.jumpTo(clock.epochNanos() - 2 * HOUR);
    assertThat(guard.clockIsPlausible()).isFalse();
    clock.advance(Duration.ofMinutes(50));
    assertThat(guard.clockIsPlausible()).isFalse();
    clock.advance(Duration.ofMinutes(10));
    assertThat(guard.clockIsPlausible()).isTrue();
  }

  @Test
  void doesNotBelieveAClockThatRunsTwiceAsFast() {
    boolean believed = true;
    for (int minute = 0; minute < 70; minute++) {
      clock.advance(Duration.ofMinutes(1));
      clock.jumpTo(clock.epochNanos() + Duration.ofMinutes(1).toNanos());
      believed &= guard.clockIsPlausible();
    }
    assertThat(believed).isFalse();
    assertThat(guard.now()).isLessThan(T0 + 75 * HOUR / 60);
  }

  @Test
  void believesTheClockWhenSomebodyConfirms() {
    clock.jumpTo(T0 + 3 * HOUR);
    assertThat(guard.clockIsPlausible()).isFalse();
    guard.confirm();
    assertThat(guard.clockIsPlausible()).isTrue();
    assertThat(guard.now()).isEqualTo(T0 + 3 * HOUR);
  }

  @Test
  void refusesToRemoveMostOfWhatThereIsAtOnceUntilSomebodyConfirms() {
    assertThat(guard.amountIsPlausible(50, 100)).isTrue();
    assertThat(guard.amountIsPlausible(51, 100)).isFalse();
    assertThat(guard.paused()).isTrue();
    guard.confirm();
    assertThat(guard.paused()).isFalse();
    assertThat(guard.amountIsPlausible(100, 100)).isTrue();
    clock.advance(Duration.ofHours(1));
    assertThat(guard.amountIsPlausible(100, 100)).isFalse();
  }
}
