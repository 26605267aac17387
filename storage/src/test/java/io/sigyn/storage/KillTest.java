package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short versions of {@link CrashLoop}: kill -9 for real, and the power of a real file system where that can be cut.
 */
class KillTest {
  private static final int CYCLES = 10;

  @TempDir Path temp;

  @Seeded(rounds = 1)
  void losesNothingThatWasAcknowledgedWhenKilled(RandomGenerator random) throws Exception {
    run(new CrashLoop(temp.resolve("store"), random.nextLong(), CrashLoop.KILL));
  }

  @Seeded(rounds = 1)
  void losesNothingThatWasAcknowledgedWhenThePowerGoes(RandomGenerator random) throws Exception {
    Optional<String> why = LoopMount.unavailable();
    if (why.isPresent()) {
      System.out.println("power loss: not tested here: " + why.get());
      return;
    }
    try (LoopMount mount = LoopMount.ext4(Files.createDirectories(temp.resolve("power")), 256)) {
      run(new CrashLoop(mount.path().resolve("store"), random.nextLong(), new PowerCut(mount)));
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
