package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.testkit.FakeClock;
import io.sigyn.testkit.InMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScrubTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.OS, 256 << 20, Duration.ofDays(1000), 16 << 20, 0);
  private static final Tuning TUNING =
      new Tuning(1 << 20, 64L << 20, Duration.ofHours(1), Duration.ofHours(1));

  @TempDir(factory = InMemory.class) Path temp;
  private final FaultyFiles files = new FaultyFiles();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final FakeClock clock = new FakeClock(RandomBatches.NOON + 100 * RandomBatches.DAY);

  @Test
  void findsAndRepairsEveryFlippedBit() throws IOException {
    try (Store store = open()) {
      store.append(TENANT, StoreTest.batch(Labels.of("app", "web"), RandomBatches.NOON, "one", "two")).join();
      store.flush();
    }
    Path file = segmentFiles().getFirst();
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 0; at < bytes.length; at += at < 4096 ? 1 : 41) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= 1;
      Files.write(file, flipped);
      Files.deleteIfExists(temp.resolve("store/SCRUB"));
      try (Store store = open()) {
        store.upkeep().runAll();
        assertThat(store.damages()).as("byte " + at).hasSize(1);
        store.upkeep().runAll();
        assertThat(Files.readAllBytes(file)).as("byte " + at).isEqualTo(bytes);
      }
    }
  }

  @Test
  void goesOnWhereItWasAndBeginsAnewAfterAWhile() throws IOException {
    try (Store store = open()) {
      for (int day = 0; day < 3; day++) {
        store
            .append(TENANT, StoreTest.batch(Labels.of("app", "web"), RandomBatches.NOON + day * RandomBatches.DAY, "one"))
            .join();
      }
      store.flush();
      store.upkeep().runAll();
    }
    long all = 0;
    for (Path file : segmentFiles()) {
      all += Files.size(file);
    }
    assertThat(scrubbed()).isEqualTo(all);
    try (Store store = open()) {
      store.upkeep().runAll();
      assertThat(scrubbed()).isEqualTo(all);
      clock.advance(Duration.ofDays(8));
      store.upkeep().runAll();
      store.upkeep().runAll();
      assertThat(scrubbed()).isEqualTo(2 * all);
    }
  }

  @Test
  void takesNoInterruptedReadForDamage() {
    try (Store store = open()) {
      store.append(TENANT, StoreTest.batch(Labels.of("app", "web"), RandomBatches.NOON, "one")).join();
      store.flush();
      AtomicInteger reads = new AtomicInteger();
      files.rule =
          (call, path) -> {
            if (call == FaultyFiles.Call.READ && path.toString().endsWith(".lseg")) {
              reads.incrementAndGet();
            }
          };
      store.upkeep().runAll();
      int all = reads.get();
      assertThat(all).isGreaterThan(1);
      for (int cut = 1; cut <= all; cut++) {
        clock.advance(Duration.ofDays(8));
        int last = reads.get() + cut;
        FaultyFiles.Rule counting = files.rule;
        files.rule =
            (call, path) -> {
              counting.check(call, path);
              if (reads.get() == last) {
                Thread.currentThread().interrupt();
              }
            };
        double before = scrubbed();
        store.upkeep().runAll();
        assertThat(Thread.interrupted()).as("read " + cut).isTrue();
        assertThat(store.damages()).as("read " + cut).isEmpty();
        assertThat(scrubbed()).as("read " + cut).isEqualTo(before);
        files.rule = counting;
        store.upkeep().runAll();
        assertThat(scrubbed()).as("after read " + cut).isGreaterThan(before);
      }
      assertThat(store.damages()).isEmpty();
    }
  }

  private double scrubbed() {
    return metrics.get("sigyn.storage.scrubbed.bytes").counter().count();
  }

  private List<Path> segmentFiles() throws IOException {
    try (Stream<Path> all = Files.walk(temp)) {
      return all.filter(path -> path.toString().endsWith(".lseg")).sorted().toList();
    }
  }

  private Store open() {
    return Store.open(temp.resolve("store"), OPTIONS, clock, metrics, files, TUNING);
  }
}
