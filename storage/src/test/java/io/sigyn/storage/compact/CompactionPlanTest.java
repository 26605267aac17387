package io.sigyn.storage.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.storage.compact.CompactionPlan.Candidate;
import io.sigyn.storage.compact.CompactionPlan.Range;
import io.sigyn.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class CompactionPlanTest {
  private static final long MIB = 1 << 20;

  @Test
  void mergesFourOfLevelZeroWhileTheDayGoesOn() {
    List<Candidate> day = new ArrayList<>(List.of(flushed(1), flushed(1), flushed(1)));
    assertThat(CompactionPlan.next(day, false)).isEqualTo(Range.NONE);
    day.addFirst(new Candidate(1, MIB, true));
    day.add(flushed(5));
    assertThat(CompactionPlan.next(day, false)).isEqualTo(new Range(1, 5));
  }

  @Test
  void makesNoSegmentThatIsTooLarge() {
    assertThat(CompactionPlan.next(List.of(flushed(400), flushed(400), flushed(400), flushed(400)), false))
        .isEqualTo(Range.NONE);
    assertThat(CompactionPlan.next(List.of(flushed(400), flushed(400), flushed(400), flushed(400)), true))
        .isEqualTo(new Range(2, 4));
  }

  @Test
  void leavesOutDamagedSegmentsAndMergesOnlyNeighbours() {
    Candidate damaged = new Candidate(0, MIB, false);
    assertThat(CompactionPlan.next(List.of(flushed(1), flushed(1), damaged, flushed(1), flushed(1)), false))
        .isEqualTo(Range.NONE);
    assertThat(CompactionPlan.next(List.of(flushed(1), flushed(1), damaged, flushed(1)), true))
        .isEqualTo(new Range(0, 2));
  }

  @Test
  void doesNotWriteALargeSegmentAnewForASmallOne() {
    assertThat(CompactionPlan.next(List.of(new Candidate(1, 900 * MIB, true), flushed(1)), true)).isEqualTo(Range.NONE);
  }

  @Seeded(rounds = 200)
  void comesToAnEndAndWritesNothingTooOften(RandomGenerator random) {
    List<Candidate> day = new ArrayList<>();
    long all = 0;
    long written = 0;
    for (int flush = 0; flush < 96; flush++) {
      Candidate next = flushed(1 + random.nextInt(20));
      day.add(next);
      all += next.bytes();
      written += merge(day, false);
    }
    written += merge(day, true);
    assertThat(CompactionPlan.next(day, true)).isEqualTo(Range.NONE);
    assertThat(day.stream().mapToLong(Candidate::bytes).sum()).isEqualTo(all);
    assertThat(day).allMatch(segment -> segment.bytes() <= CompactionPlan.MAX_BYTES);
    assertThat(written).isLessThanOrEqualTo(6 * all);
  }

  private static long merge(List<Candidate> day, boolean over) {
    long written = 0;
    for (Range range = CompactionPlan.next(day, over); !range.isEmpty(); range = CompactionPlan.next(day, over)) {
      List<Candidate> inputs = day.subList(range.from(), range.to());
      long bytes = inputs.stream().mapToLong(Candidate::bytes).sum();
      written += bytes;
      inputs.clear();
      day.add(range.from(), new Candidate(1, bytes, true));
    }
    return written;
  }

  private static Candidate flushed(long mebibytes) {
    return new Candidate(0, mebibytes * MIB, true);
  }
}
