package io.sigyn.benchmarks.macro;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.model.EntryBatch;
import io.sigyn.wire.push.PushReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BodyMakerTest {
  private static final long FIRST = 1_700_000_000_000_000_000L;
  private static final Duration SPAN = Duration.ofMinutes(10);

  private static Load load(long seed) {
    return new Load(List.of(LogSet.values()), 10, 2_000_000, 100_000, 3, seed, FIRST, SPAN);
  }

  @Test
  void sameSeedMakesSameBytes() {
    for (int writer = 0; writer < 3; writer++) {
      List<byte[]> once = load(7).bodies(writer).stream().map(Load.Body::snappy).toList();
      List<byte[]> again = load(7).bodies(writer).stream().map(Load.Body::snappy).toList();
      assertThat(once).usingElementComparator(Arrays::compare).isEqualTo(again);
    }
    assertThat(load(8).bodies(0).getFirst().snappy()).isNotEqualTo(load(7).bodies(0).getFirst().snappy());
  }

  @Test
  void everyStreamIsOneWritersAndItsTimesRise() {
    long bytes = 0;
    List<String> streams = new ArrayList<>();
    for (int writer = 0; writer < 3; writer++) {
      Map<String, Long> newest = new HashMap<>();
      for (Load.Body body : load(7).bodies(writer)) {
        EntryBatch batch = PushReader.read(body.snappy(), body.snappy().length, "application/x-protobuf", "", 1 << 24);
        bytes += body.lineBytes();
        assertThat(batch.entries()).isEqualTo(body.entries());
        assertThat(batch.lineBytes()).isEqualTo(body.lineBytes());
        for (int s = 0; s < batch.streams(); s++) {
          for (int e = batch.firstEntry(s); e < batch.endEntry(s); e++) {
            assertThat(batch.timestamp(e))
                .isGreaterThan(newest.getOrDefault(batch.labels(s).toString(), FIRST - 1))
                .isLessThan(FIRST + SPAN.toNanos() + 1_000_000_000L);
            newest.put(batch.labels(s).toString(), batch.timestamp(e));
          }
        }
      }
      streams.addAll(newest.keySet());
    }
    assertThat(streams).doesNotHaveDuplicates().hasSize(10);
    assertThat(bytes).isBetween(1_500_000L, 2_500_000L);
  }
}
