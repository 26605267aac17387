package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.life.ThreadSource;
import io.sigyn.model.Direction;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.FaultyFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repairs while calls fail, readers are interrupted, and others read. */
class RepairFaultTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final int PAGE = 4096;
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.OS, 64 << 20, Duration.ofHours(1), 0, 0);

  /** On a real file system: in memory no read can be interrupted. */
  @TempDir Path temp;

  private final FaultyFiles files = new FaultyFiles();
  private Map<Labels, List<Oracle.Entry>> whole = Map.of();
  private Path segment = Path.of("");
  private byte[] right = new byte[0];
  private SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  private Store open() {
    metrics = new SimpleMeterRegistry();
    Tuning tuning =
        new Tuning(
            64 << 10, 64L << 20, Duration.ofDays(1), Duration.ofDays(1), ThreadSource.SYSTEM, new SecureRandom(), 16 << 10);
    return Store.open(temp.resolve("store"), OPTIONS, Clock.SYSTEM, metrics, files, tuning, UpkeepOptions.ON_DEMAND);
  }

  @BeforeEach
  void fill() throws IOException {
    try (Store store = open()) {
      store.append(TENANT, SegmentBatches.alike(1)).join();
      store.flush();
      whole = Reading.all(store, TENANT);
    }
    try (Stream<Path> all = Files.walk(temp)) {
      segment = all.filter(path -> path.toString().endsWith(".lseg")).findFirst().orElseThrow();
    }
    right = Files.readAllBytes(segment);
  }

  private void flip(int at) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.seek(at);
      file.write(right[at] ^ 1);
    }
  }

  private boolean anyTemporary() throws IOException {
    try (Stream<Path> all = Files.walk(temp)) {
      return all.anyMatch(path -> path.toString().endsWith(".tmp"));
    }
  }

  @Test
  void survivesAFailureOfEveryCall() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (boolean forGood : new boolean[] {false, true}) {
      for (int n = 0; n < 400; n++) {
        Files.write(segment, right);
        flip(PAGE + 100);
        AtomicInteger calls = new AtomicInteger();
        int fail = n;
        Files.deleteIfExists(temp.resolve("store/SCRUB"));
        try (Store store = open()) {
          assertThat(Reading.all(store, TENANT)).isEqualTo(whole);
          files.rule =
              (call, path) -> {
                if (path.toString().contains(".lseg") || call == FaultyFiles.Call.SYNC_DIRECTORY) {
                  int now = calls.getAndIncrement();
                  if (forGood ? now >= fail : now == fail) {
                    throw new IOException("Input/output error");
                  }
                }
              };
          store.upkeep().runAll();
          files.rule = (call, path) -> {};
          ScanStats stats = new ScanStats();
          if (!Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.FORWARD, stats).equals(whole)
              || !stats.damages().isEmpty()) {
            wrong.add(n + " " + forGood + " reads less: " + stats.damages() + " " + store.damages());
          }
          store.upkeep().runAll();
          if (!Arrays.equals(Files.readAllBytes(segment), right)) {
            wrong.add(n + " " + forGood + " not repaired " + store.damages());
          }
          if (anyTemporary()) {
            wrong.add(n + " " + forGood + " temporary left");
          }
        }
        if (calls.get() <= fail) {
          break;
        }
      }
    }
    if (wrong.size() > 8) {
      wrong = wrong.subList(0, 8);
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void interruptsAreNoDamage() throws Exception {
    flip(PAGE + 100);
    flip(2 * PAGE + 100);
    try (Store store = open()) {
      long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
      Random random = new Random(1);
      List<Throwable> failures = new CopyOnWriteArrayList<>();
      int[] cancelled = new int[1];
      int[] done = new int[1];
      while (System.nanoTime() < end && failures.isEmpty()) {
        boolean upkeep = random.nextInt(4) == 0;
        Thread reader =
            new Thread(
                () -> {
                  try {
                    if (upkeep) {
                      store.upkeep().runAll();
                    } else {
                      assertThat(Reading.all(store, TENANT)).isEqualTo(whole);
                    }
                    done[0]++;
                  } catch (LokiException e) {
                    if (e.kind() != ErrorKind.CANCELLED) {
                      failures.add(e);
                    }
                    cancelled[0]++;
                  } catch (Throwable e) {
                    failures.add(e);
                  }
                });
        reader.start();
        long wait = random.nextInt(3_000_000);
        long until = System.nanoTime() + wait;
        while (System.nanoTime() < until) {
          Thread.onSpinWait();
        }
        reader.interrupt();
        reader.join();
        if (random.nextInt(20) == 0) {
          flip(PAGE + 100);
          flip(2 * PAGE + 100);
        }
      }
      assertThat(failures).isEmpty();
      assertThat(store.damages()).allMatch(text -> text.startsWith("segment") && !text.contains("left out"));
      assertThat(anyTemporary()).isFalse();
      assertThat(Reading.all(store, TENANT)).isEqualTo(whole);
      for (int i = 0; i < 3; i++) {
        store.upkeep().runAll();
      }
      assertThat(Files.readAllBytes(segment)).isEqualTo(right);
    }
  }

  @Test
  void readersSeeTheWholeWhileARepairGoesOn() throws Exception {
    try (Store store = open()) {
      AtomicBoolean stop = new AtomicBoolean();
      List<Throwable> failures = new CopyOnWriteArrayList<>();
      List<Thread> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Thread reader =
            new Thread(
                () -> {
                  while (!stop.get()) {
                    try {
                      ScanStats stats = new ScanStats();
                      assertThat(Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.FORWARD, stats)).isEqualTo(whole);
                      assertThat(stats.damages()).isEmpty();
                    } catch (Throwable e) {
                      failures.add(e);
                      return;
                    }
                  }
                });
        reader.start();
        readers.add(reader);
      }
      Random random = new Random(2);
      long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
      while (System.nanoTime() < end && failures.isEmpty()) {
        int at = random.nextInt(right.length - 5000);
        flip(at);
        Thread.sleep(random.nextInt(25));
        for (int i = 0; i < 5; i++) {
          store.upkeep().runAll();
        }
        if (!Arrays.equals(Files.readAllBytes(segment), right)) {
          // Nobody came across it: in zeros, or in what is in memory.
          try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(at);
            file.write(right[at]);
          }
        }
      }
      stop.set(true);
      for (Thread reader : readers) {
        reader.join();
      }
      assertThat(failures).isEmpty();
    }
  }
}
