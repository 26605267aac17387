package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.StoreOptions.SyncMode;
import io.sigyn.storage.files.SimDisk;
import io.sigyn.storage.files.StoreFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What comes back from the log when more than one thing went wrong: after a crash another crash, after a fault a restart. */
class RecoveryTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final long T0 = RandomBatches.NOON;
  private static final Tuning TUNING =
      new Tuning(1 << 20, 64L << 20, Duration.ofHours(1), Duration.ofMillis(1));

  private static StoreOptions options(SyncMode sync) {
    return new StoreOptions(sync, 64 << 20, Duration.ofHours(1), 1 << 20, 0).withSync(sync, Duration.ofHours(1));
  }

  private static Store open(Path root, StoreOptions options, StoreFiles files) {
    return Store.open(root, options, Clock.SYSTEM, new SimpleMeterRegistry(), files, TUNING);
  }

  private static List<String> lines(Store store) {
    List<String> lines = new ArrayList<>();
    Reading.all(store, TENANT).values().forEach(entries -> entries.forEach(entry -> lines.add(entry.line())));
    return lines;
  }

  /** A process is killed between a write to the log and its sync; another one reads it; then the power goes. */
  @Test
  void makesDurableWhatAKilledProcessHadNotSynced() {
    Path root = Path.of("/sim/store");
    StoreOptions options = options(SyncMode.INTERVAL);
    for (int seed = 0; seed < 10; seed++) {
      SimDisk disk = new SimDisk(new Random(seed));
      List<String> acknowledged = new ArrayList<>();
      Store killed = open(root, options, disk);
      for (int i = 0; i < 30; i++) {
        killed.append(TENANT, EntryBatch.of(Labels.of("app", "web"), T0 + i, "line " + i)).join();
        acknowledged.add("line " + i);
      }
      disk.off();
      killed.close(false);
      disk.kill();
      Store next = open(root, options, disk);
      assertThat(lines(next)).isEqualTo(acknowledged);
      disk.off();
      next.close(false);
      disk.powerCut(SimDisk.Order.REORDERED);
      try (Store last = open(root, options, disk)) {
        assertThat(lines(last)).as("seed " + seed).isEqualTo(acknowledged);
      }
    }
  }
}
