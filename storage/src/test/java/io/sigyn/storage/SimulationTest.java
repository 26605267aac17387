package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Many lives of a store, each of another seed. {@code -Dseed=N} replays one; {@code -Dsim.seeds=N} or {@code
 * -Dsim.seconds=N} run more.
 */
class SimulationTest {
  private static final long FIRST_TRAIL = 1000;
  private static final long END_OF_TRAILS = 1010;

  @Test
  void keepsItsPromisesUnderCrashesAndFaults() {
    String given = System.getProperty("seed", "");
    if (!given.isEmpty()) {
      live(Long.parseLong(given));
      return;
    }
    long seconds = Long.getLong("sim.seconds", 0);
    long seeds = seconds > 0 ? Long.MAX_VALUE : Long.getLong("sim.seeds", 2000);
    // A build must not fail by chance for what its change did not do; whoever asks for a number of seeds gets new ones, too.
    boolean exploring = seconds > 0 || Long.getLong("sim.seeds") != null;
    long start = System.nanoTime();
    Simulation.Tally sum = new Simulation.Tally();
    Random fresh = new Random();
    long done = 0;
    for (; done < seeds && (seconds == 0 || System.nanoTime() - start < seconds * 1_000_000_000L); done++) {
      sum.add(live(exploring && done % 2 == 1 ? fresh.nextLong() >>> 16 : done));
    }
    double took = (System.nanoTime() - start) / 1e9;
    System.out.printf("simulation: %d seeds in %.1f s, %.0f seeds per hour%n", done, took, done / took * 3600);
    sum.counts.forEach((what, n) -> System.out.printf("simulation: %9d %s%n", n, what));
    // A run that hit nothing proves nothing.
    if (done >= 500) {
      assertThat(sum.counts)
          .containsKeys(
              "compacted.segments",
              "copied.blocks",
              "erased.entries",
              "expired.entries",
              "writes torn",
              "sectors lost",
              "power gone while opening",
              "fault EIO in SYNC of log",
              "fault ENOSPC in WRITE of log",
              "fault SHORT in WRITE of segment",
              "fault EIO in SYNC of manifest",
              "fault EIO in SYNC_DIRECTORY of directory",
              "fault BIT_ROT in READ of segment");
    }
  }

  @Test
  void makesTheSameCallsForTheSameSeed() throws Exception {
    List<String> first = trails();
    assertThat(trails()).as("trails in this process").isEqualTo(first);
    assertThat(trailsElsewhere()).as("trails in another process").isEqualTo(first);
  }

  private static List<String> trails() throws Exception {
    List<String> trails = new ArrayList<>();
    for (long seed = FIRST_TRAIL; seed < END_OF_TRAILS; seed++) {
      Simulation simulation = new Simulation(seed);
      simulation.run();
      trails.add(seed + " " + simulation.trail());
    }
    return trails;
  }

  /** From a process in which immutable maps and sets stand in another order; which one does is drawn when it starts. */
  private static List<String> trailsElsewhere() throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Simulation.class.getName(),
            Simulation.orders(),
            Long.toString(FIRST_TRAIL),
            Long.toString(END_OF_TRAILS));
    List<String> trails = List.of();
    for (int attempt = 0; attempt < 100 && trails.isEmpty(); attempt++) {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        trails = out.lines().filter(line -> !line.startsWith("SLF4J")).toList();
      }
    }
    return trails;
  }

  private static Simulation.Tally live(long seed) {
    Simulation simulation = new Simulation(seed);
    try {
      return simulation.run();
    } catch (Exception | AssertionError e) {
      throw new AssertionError(
          "with -Dseed=%d: %s%nlast calls:%n%s".formatted(seed, e, String.join("\n", simulation.lastCalls())), e);
    }
  }
}
