package io.sigyn.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Seeded;
import java.util.Arrays;
import java.util.random.RandomGenerator;

class SortedTimesTest {
  private static final long[] UNITS = {1, 1_000, 1_000_000, 1_000_000_000};

  @Seeded(rounds = 200)
  void countsWhatIsOlder(RandomGenerator random) {
    long unit = UNITS[random.nextInt(UNITS.length)];
    long start = random.nextInt(-2, 3) * 86_400_000_000_000L + (random.nextBoolean() ? random.nextInt(1000) : 0);
    // From all at one moment to a day.
    long span = 1 + random.nextLong(1 + (86_399_000_000_000L / unit >>> random.nextInt(47)));
    long[] times = new long[1 + random.nextInt(random.nextBoolean() ? 5 : 3000)];
    for (int i = 0; i < times.length; i++) {
      times[i] = start + random.nextLong(span) * unit;
    }
    if (random.nextInt(3) == 0) {
      // Less exact than what others said of it.
      times[random.nextInt(times.length)] += random.nextInt(1000);
    }
    SortedTimes sorted = SortedTimes.of(times.clone(), unit);
    for (int i = 0; i < 100; i++) {
      long cut = times[random.nextInt(times.length)] + random.nextLong(-2, 3) * (random.nextBoolean() ? 1 : unit);
      check(sorted, times, cut);
    }
    check(sorted, times, Long.MIN_VALUE);
    check(sorted, times, Long.MAX_VALUE);
    check(sorted, times, start + span / 2 * unit);
  }

  private static void check(SortedTimes sorted, long[] times, long cut) {
    assertThat(sorted.before(cut)).as("before %d", cut).isEqualTo(Arrays.stream(times).filter(t -> t < cut).count());
  }
}
