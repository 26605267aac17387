package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.testkit.Await;
import io.sigyn.testkit.LoopMount;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real file system that runs full or out of inodes under a store: clear refusals, queries go on, appends are
 * taken again by themselves, nothing acknowledged is lost. Only where an ext4 can be mounted.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiskFullTest {
  private static final long KEEP_FREE = 8L << 20;

  @TempDir Path temp;
  private final Set<Long> acked = new HashSet<>();
  private long next;

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private static boolean unavailable(String what) {
    Optional<String> why = LoopMount.unavailable();
    why.ifPresent(reason -> System.out.println("disk full: " + what + ": not tested here: " + reason));
    return why.isPresent();
  }

  private static Store open(Path root, long keepFree) {
    StoreOptions options =
        new StoreOptions(StoreOptions.SyncMode.GROUP, 256 << 10, Duration.ofMinutes(15), 8 << 20, keepFree);
    return Store.open(root, options, Clock.SYSTEM, new SimpleMeterRegistry(), StoreFiles.LOCAL, KilledProcess.TUNING);
  }

  /** Appends; the error when the store refused or failed. */
  private @Nullable LokiException append(Store store) {
    long number = next++;
    try {
      store.append(KilledProcess.TENANT, NumberedBatch.of(number)).join();
      acked.add(number);
      return null;
    } catch (LokiException e) {
      return e;
    } catch (CompletionException e) {
      return (LokiException) e.getCause();
    }
  }

  /** Appends until nothing is taken; what the store itself gives back meanwhile, the cause takes again. */
  private LokiException appendUntilRefused(Store store, Step cause) throws IOException {
    // Megabytes go to the disk in small batches, one after the other.
    long deadline = System.nanoTime() + 180_000_000_000L;
    while (System.nanoTime() < deadline) {
      cause.run();
      LokiException refused = append(store);
      // Memory may be full for a moment while a flush is under way.
      if (refused != null && !refused.text().startsWith("too many entries")) {
        return refused;
      }
    }
    throw new AssertionError("not refused in 180 s, " + acked.size() + " batches acknowledged: " + store.refusal());
  }

  private void clean(Store store, String when) {
    Census census = Census.take(store, KilledProcess.TENANT, acked);
    assertThat(census.lost() + census.garbage() + census.duplicates()).as(when + ": " + census).isZero();
  }

  /** One outage, from the first refusal to the first append after its end, and a restart. */
  private void outage(String name, Path root, long keepFree, Step cause, Step cure) throws IOException {
    Store store = open(root, keepFree);
    try {
      for (int i = 0; i < 50; i++) {
        append(store);
      }
      LokiException refused = appendUntilRefused(store, cause);
      assertThat(refused.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
      assertThat(refused.text()).contains(root.toString());
      clean(store, name + ", during");
      cure.run();
      long start = System.nanoTime();
      Await.until("appends after " + name, Duration.ofMinutes(2), () -> append(store) == null);
      System.out.printf(
          "disk full: %-22s acked %d, lost 0, again after %d ms, said: %s%n",
          name, acked.size(), (System.nanoTime() - start) / 1_000_000, refused.text());
      clean(store, name + ", after");
    } finally {
      store.close();
    }
    try (Store again = open(root, keepFree)) {
      clean(again, name + ", after a restart");
    }
  }

  /** Writes to a file until the disk has no room; more, when it has some again. */
  private static void fill(Path file) {
    try (var out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int bytes = 64 << 10; bytes > 0; ) {
        try {
          out.write(new byte[bytes]);
        } catch (IOException e) {
          bytes /= 16;
        }
      }
    } catch (IOException e) {
      // Full.
    }
  }

  @Test
  void refusesClearlyAndGoesOnByItselfWhenTheDiskRunsFull() throws IOException {
    if (unavailable("filled by appends and by others, with and without a reserve")) {
      return;
    }
    try (LoopMount mount = LoopMount.ext4(Files.createDirectories(temp.resolve("full")), 64)) {
      Path root = mount.path().resolve("store");
      Path ballast = mount.path().resolve("ballast");
      Path other = mount.path().resolve("other");
      Files.write(ballast, new byte[(int) (StoreFiles.LOCAL.freeBytes(mount.path()) - KEEP_FREE - (2 << 20))]);
      outage("filled by appends", root, KEEP_FREE, () -> {}, () -> Files.delete(ballast));
      outage("filled by others", root, KEEP_FREE, () -> fill(other), () -> Files.delete(other));
      outage("no room kept", root, 0, () -> fill(other), () -> Files.delete(other));
    }
  }

  @Test
  void goesOnWhenInodesRunOut() throws IOException {
    if (unavailable("no inodes")) {
      return;
    }
    try (LoopMount mount = LoopMount.ext4(Files.createDirectories(temp.resolve("inodes")), 64, "-N", "200")) {
      Path directory = Files.createDirectories(mount.path().resolve("many"));
      AtomicInteger taken = new AtomicInteger();
      outage(
          "no inodes",
          mount.path().resolve("store"),
          KEEP_FREE,
          () -> {
            try {
              while (true) {
                Files.createFile(directory.resolve("f" + taken.getAndIncrement()));
              }
            } catch (IOException e) {
              // None left.
            }
          },
          () -> {
            for (Path file : StoreFiles.LOCAL.list(directory)) {
              Files.delete(file);
            }
          });
    }
  }

  @Test
  void startsOnAFullDiskAfterAKill() throws IOException {
    if (unavailable("killed and started while full")) {
      return;
    }
    try (LoopMount mount = LoopMount.ext4(Files.createDirectories(temp.resolve("killed")), 64)) {
      Path root = mount.path().resolve("store");
      Path other = mount.path().resolve("other");
      Process child = CrashLoop.start(root, 0, 2, 0, 0);
      try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          if (line.startsWith("ack ")) {
            acked.add(Long.parseLong(line.substring(4)));
          }
          if (acked.size() >= 200 && !Files.exists(other)) {
            fill(other);
            child.toHandle().destroyForcibly();
          }
        }
      } finally {
        // Its output ends before it lets go of the store's lock.
        child.destroyForcibly().onExit().join();
      }
      assertThat(acked).hasSizeGreaterThanOrEqualTo(200);
      next = 1_000_000;
      try (Store store = open(root, 0)) {
        clean(store, "started while full");
      }
      Files.delete(other);
      try (Store store = open(root, 0)) {
        clean(store, "started with room");
        assertThat(append(store)).isNull();
        System.out.println("disk full: killed while full, acked " + acked.size() + ", lost 0, started full and with room");
      }
    }
  }
}
