package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Threads;
import io.sigyn.testkit.LoopMount;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short versions of {@link CrashLoop}: kill -9 for real, and the power of a real file system where that can be cut. Both
 * go on at the same time, since each mostly waits.
 */
class KillTest {
  private static final int CYCLES = 10;

  @TempDir Path temp;

  @Seeded(rounds = 1)
  void losesNothingThatWasAcknowledgedWhenKilledOrWhenThePowerGoes(RandomGenerator random) throws Exception {
    long killSeed = random.nextLong();
    long powerSeed = random.nextLong();
    FutureTask<?> power = new FutureTask<>(() -> power(powerSeed), null);
    Thread _ = Threads.start("power", power);
    try {
      run(new CrashLoop(temp.resolve("store"), killSeed, CrashLoop.KILL));
    } finally {
      power.get();
    }
  }

  private void power(long seed) {
    Optional<String> why = LoopMount.unavailable();
    if (why.isPresent()) {
      System.out.println("power loss: not tested here: " + why.get());
      return;
    }
    try (LoopMount mount = LoopMount.ext4(Files.createDirectories(temp.resolve("power")), 256)) {
      run(new CrashLoop(mount.path().resolve("store"), seed, new PowerCut(mount)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(CrashLoop loop) throws IOException {
    for (int cycle = 0; cycle < CYCLES; cycle++) {
      loop.cycle();
    }
    Census census = loop.census();
    System.out.println(loop.summary(census));
    assertThat(loop.acked).hasSizeGreaterThan(50);
    assertThat(loop.deleted).isNotEmpty();
    assertThat(census.clean()).as(census.toString()).isTrue();
    assertThat(loop.complaints).isEmpty();
    assertThat(loop.census()).as("a second time").isEqualTo(census);
  }
}
