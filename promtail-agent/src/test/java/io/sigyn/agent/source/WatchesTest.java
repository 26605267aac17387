package io.sigyn.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.source.Watches.Watch;
import io.sigyn.life.Clock;
import io.sigyn.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WatchesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path given;
  private Path dir = Path.of("/");
  private final ReadCounters counters = new ReadCounters();
  private final Watches watches = Watches.open("watch-test", Clock.SYSTEM, counters);
  private final AtomicInteger told = new AtomicInteger();

  @BeforeEach
  void links() throws IOException {
    dir = given.toRealPath();
  }

  @AfterEach
  void close() {
    watches.close();
  }

  private static void append(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private Watch watch(Path file) {
    return watches.watch(file, told::incrementAndGet).orElseThrow();
  }

  private void awaitTold(int atLeast) {
    Await.until("told " + atLeast + " times", PATIENCE, () -> told.get() >= atLeast);
  }

  @Test
  void appendingRenamingAndMakingAreTold() throws IOException {
    Path file = dir.resolve("a.log");
    append(file, "one\n");
    Watch watch = watch(file);
    append(file, "two\n");
    awaitTold(1);
    Files.move(file, dir.resolve("a.log.1"));
    awaitTold(2);
    append(file, "three\n");
    awaitTold(3);
    assertThat(watch.isAlive()).isTrue();
    assertThat(counters.watchEvents.sum()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void everyLinkOnTheWayIsWatched() throws IOException {
    Path file = dir.resolve("docker/1/x.log");
    append(file, "one\n");
    append(dir.resolve("docker/2/x.log"), "other\n");
    Path middle = Files.createDirectories(dir.resolve("pods")).resolve("0.log");
    Path link = Files.createDirectories(dir.resolve("containers")).resolve("x.log");
    Files.createSymbolicLink(middle, file);
    Files.createSymbolicLink(link, Path.of("../pods/0.log"));
    Watch watch = watch(link);
    assertThat(watches.directories()).isEqualTo(3);
    append(file, "two\n");
    awaitTold(1);
    Files.delete(middle);
    Files.createSymbolicLink(middle, dir.resolve("docker/2/x.log"));
    awaitTold(2);
    Files.delete(link);
    awaitTold(3);
    watches.end(watch);
    assertThat(watches.directories()).isZero();
  }

  @Test
  void filesOfADirectoryShareItsWatchAndOthersAreNotTold() throws IOException {
    append(dir.resolve("a.log"), "one\n");
    append(dir.resolve("b.log"), "one\n");
    Watch a = watch(dir.resolve("a.log"));
    AtomicInteger others = new AtomicInteger();
    Watch b = watches.watch(dir.resolve("b.log"), others::incrementAndGet).orElseThrow();
    assertThat(watches.directories()).isEqualTo(1);
    append(dir.resolve("a.log"), "two\n");
    awaitTold(1);
    assertThat(others).hasValue(0);
    watches.end(a);
    append(dir.resolve("b.log"), "two\n");
    Await.until("the other is told", PATIENCE, () -> others.get() > 0);
    watches.end(b);
    assertThat(watches.directories()).isZero();
  }

  @Test
  void aDirectoryThatVanishesEndsItsWatchesAndMayComeBack() throws IOException {
    Path file = dir.resolve("pod/a.log");
    append(file, "one\n");
    Watch watch = watch(file);
    Files.delete(file);
    Files.delete(file.getParent());
    Await.until("the watch ends", PATIENCE, () -> !watch.isAlive());
    awaitTold(1);
    assertThat(watches.watch(file, told::incrementAndGet)).isEmpty();
    append(file, "new\n");
    int before = told.get();
    watch(file);
    append(file, "two\n");
    awaitTold(before + 1);
  }

  @Test
  void aDirectoryWithTooManyEventsIsNotWatchedForAWhile() throws IOException {
    Path file = dir.resolve("silent.log");
    append(file, "one\n");
    Watch watch = watch(file);
    Await.until(
        "the watch ends", PATIENCE,
        () -> {
          try {
            for (int i = 0; i < 100; i++) {
              append(dir.resolve("noisy-" + i % 5 + ".log"), "line\n");
            }
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          return !watch.isAlive();
        });
    awaitTold(1);
    assertThat(watches.directories()).isZero();
    assertThat(watches.watch(file, told::incrementAndGet)).isEmpty();
  }

  @Test
  void aDirectoryThatTellsNothingIsNotWatchedAnyMore() throws IOException {
    Path file = dir.resolve("a.log");
    append(file, "one\n");
    Watch watch = watch(file);
    watches.missed(watch);
    assertThat(watch.isAlive()).isTrue();
    watches.missed(watch);
    assertThat(watch.isAlive()).isFalse();
    assertThat(told).hasValue(1);
    assertThat(watches.watch(file, told::incrementAndGet)).isEmpty();
  }

  @Test
  void withoutWatchesNothingIsWatched() throws IOException {
    append(dir.resolve("a.log"), "one\n");
    assertThat(Watches.none().watch(dir.resolve("a.log"), told::incrementAndGet)).isEmpty();
  }
}
