package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.BytesLimit;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions to indexes that are stopped on their way. */
final class StoppedQuestionsTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final long T0 = RandomBatches.NOON;
  private static final TimeRange RANGE = new TimeRange(T0, T0 + 100);
  private static final int STREAMS = 2_000;

  @TempDir Path root;

  private static EntryBatch batch(String name) {
    EntryBatch.Builder batch = EntryBatch.builder(new byte[1]);
    for (int i = 0; i < STREAMS; i++) {
      batch.stream(Labels.of("app", "a", name, "v" + i, "name" + i, "x")).entry(T0, 0, 1, Labels.EMPTY);
    }
    return batch.build();
  }

  private static Selection by(Selection.Order order) {
    return new Selection(List.of(), RANGE, Direction.FORWARD, order, Selection.TextTest.NONE);
  }

  private static Map<String, Consumer<ScanStats>> questions(Store store) {
    return Map.of(
        "entries", stats -> store.select(TENANT, by(Selection.Order.TIME), stats).close(),
        "entries added up", stats -> store.select(TENANT, by(Selection.Order.STREAM).withLabels(Set.of("app")), stats).close(),
        "entries added up together", stats -> store.select(TENANT, by(Selection.Order.STREAM).withLabels(Set.of()), stats).close(),
        "names", stats -> store.labelNames(TENANT, List.of(), RANGE, stats),
        "values on disk", stats -> store.labelValues(TENANT, "disk", List.of(), RANGE, stats),
        "values in memory", stats -> store.labelValues(TENANT, "memory", List.of(), RANGE, stats),
        "series", stats -> store.series(TENANT, List.of(), RANGE, stats),
        "stats", stats -> store.stats(TENANT, List.of(), RANGE, stats),
        "volume", stats -> store.volume(TENANT, List.of(), RANGE, List.of(), Volume.Grouping.SERIES, 10, stats));
  }

  @Test
  void endWhereverTheyAreAndHoldNothing() {
    StoreOptions options = StoreOptions.DEFAULT;
    try (Store store = Store.open(root, options, Clock.SYSTEM, new SimpleMeterRegistry())) {
      store.append(TENANT, batch("disk")).join();
      store.flush();
      store.append(TENANT, batch("memory")).join();
      questions(store)
          .forEach(
              (name, question) -> {
                AtomicInteger looks = new AtomicInteger();
                question.accept(new ScanStats(BytesLimit.NONE, looks::incrementAndGet));
                assertThat(looks.get()).as(name).isGreaterThan(STREAMS / 256);
                for (int at = 1; at <= looks.get(); at++) {
                  int stopAt = at;
                  AtomicInteger seen = new AtomicInteger();
                  Runnable check =
                      () -> {
                        if (seen.incrementAndGet() == stopAt) {
                          throw new LokiException(ErrorKind.CANCELLED, "stopped");
                        }
                      };
                  assertThatThrownBy(() -> question.accept(new ScanStats(BytesLimit.NONE, check)))
                      .as(name)
                      .hasMessage("stopped");
                  assertThat(seen).as(name).hasValue(stopAt);
                }
              });
      // A new stream waits for whoever reads the index.
      EntryBatch fresh = EntryBatch.builder(new byte[1]).stream(Labels.of("app", "new")).entry(T0, 0, 1, Labels.EMPTY).build();
      store.append(TENANT, fresh).join();
      assertThat(store.labelValues(TENANT, "app", List.of(), RANGE)).containsExactly("a", "new");
    }
  }
}
