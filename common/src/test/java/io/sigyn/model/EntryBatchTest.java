package io.sigyn.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryBatchTest {
  @Test
  void keepsStreamsAndEntriesInOrderOfArrival() {
    byte[] arena = "onetwothree".getBytes(StandardCharsets.US_ASCII);
    Labels level = Labels.of("level", "info");
    EntryBatch.Builder builder = EntryBatch.builder(arena);
    builder.stream(Labels.of("a", "1")).entry(7, 0, 3, level).entry(5, 3, 6, Labels.EMPTY);
    builder.stream(Labels.of("a", "2"));
    builder.stream(Labels.of("a", "1")).entry(9, 6, 11, level);
    EntryBatch batch = builder.build();

    assertThat(batch.streams()).isEqualTo(3);
    assertThat(batch.entries()).isEqualTo(3);
    assertThat(batch.firstEntry(1)).isEqualTo(batch.endEntry(1)).isEqualTo(2);
    assertThat(batch.firstEntry(2)).isEqualTo(2);
    assertThat(batch.endEntry(2)).isEqualTo(3);
    assertThat(batch.timestamp(1)).isEqualTo(5);
    assertThat(batch.metadata(0)).isSameAs(batch.metadata(2));
    assertThat(new String(arena, batch.lineStart(2), 5, StandardCharsets.US_ASCII)).isEqualTo("three");
    assertThat(batch.lineBytes()).isEqualTo(11);
  }

  @Test
  void tellsWhetherAnyEntryHasMetadata() {
    assertThat(batchOf(Labels.EMPTY, Labels.EMPTY).hasMetadata()).isFalse();
    assertThat(batchOf(Labels.EMPTY, Labels.of("a", "1"), Labels.EMPTY).hasMetadata()).isTrue();
  }

  private static EntryBatch batchOf(Labels... metadata) {
    EntryBatch.Builder batch = EntryBatch.builder(new byte[0]).stream(Labels.EMPTY);
    for (Labels set : metadata) {
      batch.entry(0, 0, 0, set);
    }
    return batch.build();
  }

  @Test
  void copiesTimes() {
    EntryBatch batch =
        EntryBatch.builder(new byte[0])
            .stream(Labels.EMPTY)
            .entry(7, 0, 0, Labels.EMPTY)
            .entry(5, 0, 0, Labels.EMPTY)
            .entry(6, 0, 0, Labels.EMPTY)
            .build();
    long[] times = new long[4];

    batch.copyTimestamps(1, 3, times, 2);

    assertThat(times).containsExactly(0, 0, 5, 6);
  }

  @Test
  void growsBeyondTheFirstCapacity() {
    EntryBatch.Builder builder = EntryBatch.builder(new byte[0]);
    for (int s = 0; s < 50; s++) {
      builder.stream(Labels.of("s", "" + s));
      for (int e = 0; e < 50; e++) {
        builder.entry(s * 50L + e, 0, 0, Labels.EMPTY);
      }
    }
    EntryBatch batch = builder.build();

    assertThat(batch.entries()).isEqualTo(2500);
    assertThat(batch.timestamp(2499)).isEqualTo(2499);
    assertThat(batch.firstEntry(49)).isEqualTo(2450);
    assertThat(EntryBatch.EMPTY.streams()).isZero();
  }

  @Test
  void numbersTheSetsOfMetadata() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<Labels> sets = new ArrayList<>(List.of(Labels.EMPTY, Labels.builder().build()));
      for (int set = random.nextInt(60); set > 0; set--) {
        sets.add(Labels.of("a", "" + set));
      }
      EntryBatch.Builder builder = EntryBatch.builder(new byte[0]).stream(Labels.EMPTY);
      List<Labels> expected = new ArrayList<>();
      for (int e = random.nextInt(300); e > 0; e--) {
        boolean same = !expected.isEmpty() && random.nextBoolean();
        Labels set = same ? expected.getLast() : sets.get(random.nextInt(sets.size()));
        expected.add(set);
        builder.entry(e, 0, 0, set);
      }
      EntryBatch batch = builder.build();

      assertThat(batch.hasMetadata()).isEqualTo(expected.stream().anyMatch(set -> !set.isEmpty()));
      assertThat(batch.sets()).isLessThanOrEqualTo(expected.size() + 1);
      for (int e = 0; e < expected.size(); e++) {
        assertThat(batch.metadata(e)).as("seed %d", seed).isEqualTo(expected.get(e));
        assertThat(batch.setNumber(e) == 0).isEqualTo(expected.get(e).isEmpty());
        assertThat(batch.hasMetadata() ? batch.set(batch.setNumber(e)) : Labels.EMPTY).isSameAs(batch.metadata(e));
      }
    }
  }

  @Test
  void givesSetsThatComeAgainOneNumber() {
    Labels info = Labels.of("level", "info");
    Labels warn = Labels.of("level", "warn");
    EntryBatch batch = batchOf(info, Labels.EMPTY, warn, info, warn, warn, Labels.EMPTY);

    assertThat(batch.sets()).isEqualTo(3);
    assertThat(batch.setNumber(3)).isEqualTo(batch.setNumber(0));
    assertThat(batch.setNumber(4)).isEqualTo(batch.setNumber(2));
  }

  @Test
  void sumsLengthsOfLines() {
    EntryBatch.Builder builder = EntryBatch.builder(new byte[1000]);
    for (int s = 0; s < 9; s++) {
      builder.stream(Labels.of("s", "" + s));
      for (int e = 0; e < s % 4; e++) {
        builder.entry(e, 10 * e, 10 * e + s, Labels.EMPTY);
      }
    }
    EntryBatch batch = builder.build();

    for (int s = 0; s < 9; s++) {
      assertThat(batch.lineBytes(s)).isEqualTo(s % 4 * (long) s);
    }
    assertThat(batch.lineBytes()).isEqualTo(1 + 2 * 2 + 3 * 3 + 5 + 2 * 6 + 3 * 7);
    assertThat(EntryBatch.EMPTY.lineBytes()).isZero();
  }
}
