package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.SimDisk;
import io.sigyn.testkit.FakeClock;
import io.sigyn.testkit.SimThreads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Somebody sets the wall clock by years, back and forth, while appends, flushes and restarts go on. */
@SuppressWarnings("ThreadPriorityCheck") // the scheduler is ours
class ClockJumpTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final long YEAR = 365 * RandomBatches.DAY;
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.GROUP, 64 << 20, Duration.ofSeconds(10), 8 << 20, 0);

  private final FakeClock clock = new FakeClock(RandomBatches.NOON);
  private final Random random = new Random(1);
  private final SimThreads threads = new SimThreads(random, clock);
  private final SimDisk disk = new SimDisk(random);
  private final Set<Long> acked = new HashSet<>();
  private long number;

  private Store open(SimpleMeterRegistry metrics) {
    Tuning tuning = new Tuning(8 << 10, 64L << 20, Duration.ofSeconds(1), Duration.ofSeconds(1), threads, random, 1 << 20);
    return Store.open(Path.of("/sim/store"), OPTIONS, clock, metrics, disk, tuning);
  }

  @Test
  void losesNothingAndKeepsFlushingWhenTheClockJumps() throws Exception {
    disk.pause = Thread::yield;
    List<Long> jumps = List.of(10 * YEAR, -10 * YEAR, -2 * 3_600_000_000_000L, 3 * 3_600_000_000_000L, -30 * YEAR);
    for (long jump : jumps) {
      threads.run(
          () -> {
            live(jump);
            return true;
          });
      disk.powerCut(SimDisk.Order.REORDERED);
    }
  }

  private void live(long jump) {
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    Store store = open(metrics);
    for (int i = 0; i < 3; i++) {
      append(store);
    }
    clock.jumpTo(clock.epochNanos() + jump);
    for (int i = 0; i < 3; i++) {
      append(store);
    }
    double before = flushed(metrics);
    clock.advance(Duration.ofSeconds(20));
    for (int turn = 0; turn < 10_000 && flushed(metrics) == before; turn++) {
      Thread.yield();
    }
    assertThat(flushed(metrics)).as("flushes by age after a jump of " + jump).isGreaterThan(before);
    append(store);
    Census census = Census.take(store, TENANT, acked);
    assertThat(census.clean()).as("after a jump of " + jump + ": " + census).isTrue();
    assertThat(store.damages()).isEmpty();
    disk.off();
    store.close();
  }

  private void append(Store store) {
    store.append(TENANT, NumberedBatch.of(number)).join();
    acked.add(number++);
  }

  private static double flushed(SimpleMeterRegistry metrics) {
    return metrics.get("sigyn.storage.flushed.segments").counter().count();
  }
}
