package io.sigyn.logql.range;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Seeded;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class StepRangeTest {
  private static List<Integer> windows(Steps steps, long range, long offset, long nanos) {
    return IntStream.range(0, steps.count())
        .filter(k -> nanos + offset > steps.at(k) - range && nanos + offset <= steps.at(k))
        .boxed()
        .toList();
  }

  private static List<Integer> located(StepRange windows, long nanos) {
    return windows.locate(nanos) ? IntStream.rangeClosed(windows.first(), windows.last()).boxed().toList() : List.of();
  }

  @Seeded(rounds = 500)
  void findsTheWindowsThatHoldASample(RandomGenerator random) {
    Steps steps = new Steps(random.nextInt(-50, 50), random.nextInt(1, 20), random.nextInt(1, 6));
    long range = random.nextInt(1, 60);
    long offset = random.nextInt(-30, 30);
    StepRange windows = new StepRange(steps, range, offset);
    for (int i = 0; i < 200; i++) {
      long nanos = random.nextInt(-250, 250);
      List<Integer> expected = windows(steps, range, offset, nanos);
      assertThat(located(windows, nanos)).isEqualTo(expected);
      for (long same = nanos; same <= Math.min(windows.until(), 250); same++) {
        assertThat(windows(steps, range, offset, same)).as("%d, of %d", same, nanos).isEqualTo(expected);
      }
      if (windows.until() < 250) {
        assertThat(windows(steps, range, offset, windows.until() + 1)).isNotEqualTo(expected);
      }
    }
  }

  @Test
  void hasOneAnswerForAllOfAnInstantQuery() {
    StepRange windows = new StepRange(Steps.instant(1_000), 600, 0);
    assertThat(windows.locate(401)).isTrue();
    assertThat(windows.until()).isEqualTo(1_000);
    assertThat(windows.locate(1_001)).isFalse();
    assertThat(windows.until()).isEqualTo(Long.MAX_VALUE);
  }
}
