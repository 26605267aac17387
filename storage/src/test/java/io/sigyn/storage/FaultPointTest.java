package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.LokiException;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.storage.files.SimDisk;
import io.sigyn.testkit.FakeClock;
import io.sigyn.testkit.SimThreads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A fixed piece of work with a fault at its first call to the disk, then at its second, and so on until none fires. The
 * store must go on by itself once the fault is gone, and have everything that was acknowledged after a crash.
 */
class FaultPointTest {
  private static final Path ROOT = Path.of("/sim/store");
  private static final Tenant TENANT = new Tenant("t");
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.GROUP, 64 << 20, Duration.ofHours(1), 8 << 20, 0);
  private static final int BATCHES = 13;

  /** What fails, and for how long. */
  enum Kind {
    EIO_ONCE(SimDisk.Fault.EIO, 1),
    SHORT_ONCE(SimDisk.Fault.SHORT, 1),
    EIO_THREE_TIMES(SimDisk.Fault.EIO, 3),
    EIO_FROM_THEN_ON(SimDisk.Fault.EIO, Integer.MAX_VALUE),
    ENOSPC_FROM_THEN_ON(SimDisk.Fault.ENOSPC, Integer.MAX_VALUE);

    final SimDisk.Fault fault;
    final int times;

    Kind(SimDisk.Fault fault, int times) {
      this.fault = fault;
      this.times = times;
    }
  }

  private static final class Work {
    final Kind kind;
    final long at;
    final Random random;
    final FakeClock clock = new FakeClock(RandomBatches.NOON);
    final SimThreads threads;
    final SimDisk disk;
    final Set<Long> acked = new HashSet<>();
    final List<SimpleMeterRegistry> registries = new ArrayList<>();
    boolean healed;
    int fired;
    boolean hitReading;
    @Nullable String where;

    Work(Kind kind, long at) {
      this.kind = kind;
      this.at = at;
      random = new Random(at);
      threads = new SimThreads(random, clock);
      disk = new SimDisk(random);
      disk.plan = this::fault;
      disk.pause = Thread::yield;
    }

    SimDisk.@Nullable Fault fault(long number, FaultyFiles.Call call, Path path) {
      if (healed || number < at || number - at >= kind.times) {
        return null;
      }
      fired++;
      hitReading |=
          call == FaultyFiles.Call.OPEN || call == FaultyFiles.Call.READ || call == FaultyFiles.Call.LIST;
      if (where == null) {
        where = call + " " + path;
      }
      return kind.fault;
    }

    Store open() {
      try {
        return tryToOpen();
      } catch (LokiException e) {
        assertThat(fired).as("opens unless something fails: " + e).isPositive();
        healed = true;
        return tryToOpen();
      }
    }

    private Store tryToOpen() {
      SimpleMeterRegistry metrics = new SimpleMeterRegistry();
      registries.add(metrics);
      Tuning tuning =
          new Tuning(8 << 10, 64L << 20, Duration.ofSeconds(1), Duration.ofDays(1), threads, random, 1 << 20);
      return Store.open(ROOT, OPTIONS, clock, metrics, disk, tuning);
    }

    boolean damageReported() {
      return registries.stream()
          .anyMatch(metrics -> !metrics.find("sigyn.storage.damaged.regions").counters().isEmpty());
    }

    boolean append(Store store, long number) {
      try {
        store.append(TENANT, NumberedBatch.of(number)).join();
        acked.add(number);
        return true;
      } catch (LokiException | CompletionException e) {
        assertThat(fired).as("refused unless something fails: " + e).isPositive();
        return false;
      }
    }

    void flush(Store store) {
      try {
        store.flush();
      } catch (LokiException e) {
        assertThat(fired).as("flushes unless something fails: " + e).isPositive();
      }
    }

    @SuppressWarnings("ThreadPriorityCheck") // the simulated scheduler decides what a yield means
    void all() {
      Store store = open();
      for (long number = 0; number < BATCHES; number++) {
        if (!append(store, number)) {
          flush(store);
        }
        if (number % 5 == 4) {
          flush(store);
        }
        if (number == 9 || number == 12) {
          store.upkeep().runAll();
        }
        if (number == 8) {
          store.close();
          store = open();
        }
      }
      healed = true;
      flush(store);
      // A log that failed is tried again every second.
      boolean taken = append(store, 1000);
      for (int second = 0; second < 10 && !taken; second++) {
        clock.advance(Duration.ofSeconds(1));
        for (int turn = 0; turn < 200; turn++) {
          Thread.yield();
        }
        taken = append(store, 1000);
      }
      assertThat(taken).as("takes appends again once the fault is gone").isTrue();
      disk.off();
      store.close();
    }

    void check() {
      disk.powerGoesAt = Long.MAX_VALUE;
      for (int time = 0; time < 2; time++) {
        Store store = tryToOpen();
        try {
          Census census = Census.take(store, TENANT, acked);
          assertThat(census.garbage() + census.duplicates() + census.partial())
              .as(census.toString())
              .isZero();
          assertThat(census.lost() == 0 || hitReading && damageReported()).as(census.toString()).isTrue();
        } finally {
          store.close();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void goesOnAfterAFaultAtAnyCall(Kind kind) throws Exception {
    Map<FaultyFiles.Call, Integer> hit = new EnumMap<>(FaultyFiles.Call.class);
    long at = 0;
    for (int fired = 1; fired > 0; at++) {
      Work work = new Work(kind, at);
      try {
        work.threads.run(
            () -> {
              work.all();
              return true;
            });
        fired = work.fired;
        switch ((int) (at % 3)) {
          case 0 -> work.disk.kill();
          case 1 -> work.disk.powerCut(SimDisk.Order.ORDERED);
          default -> work.disk.powerCut(SimDisk.Order.REORDERED);
        }
        work.threads.run(
            () -> {
              work.check();
              return true;
            });
        assertThat(work.threads.alive()).isEmpty();
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "%s at call %d, %s: %s%n%s".formatted(kind, at, work.where, e, String.join("\n", work.disk.lastCalls())), e);
      }
      if (work.where != null) {
        hit.merge(FaultyFiles.Call.valueOf(work.where.substring(0, work.where.indexOf(' '))), 1, Integer::sum);
      }
    }
    System.out.println("fault points: " + kind + " " + (at - 1) + " " + hit);
    assertThat(at).isGreaterThan(200);
    assertThat(hit).containsKeys(FaultyFiles.Call.SYNC, FaultyFiles.Call.SYNC_DIRECTORY, FaultyFiles.Call.RENAME);
  }
}
