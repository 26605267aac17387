package io.sigyn.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
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
}
