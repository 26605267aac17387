package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.testkit.Seeded;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 for real: a child process appends, this one kills it, ten times over one directory, and then compares. */
class KillTest {
  private static final int ROUNDS = 10;
  private static final long NUMBERS_PER_ROUND = 1_000_000;

  private record Row(Labels stream, Oracle.Entry entry) {}

  @TempDir Path temp;

  @Seeded(rounds = 1)
  void losesNothingThatWasAcknowledgedWhenKilled(RandomGenerator random) throws Exception {
    Path root = temp.resolve("store");
    Set<Long> acked = new HashSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      int before = acked.size();
      // Two of ten die while they start, the rest after some acknowledgements.
      int killAfter = round % 5 == 4 ? 0 : 1 + random.nextInt(600);
      runAndKill(root, round * NUMBERS_PER_ROUND, killAfter, acked);
      assertThat(acked.size() - before).as("acknowledged in round " + round).isGreaterThanOrEqualTo(killAfter);
    }
    try (Store store =
        Store.open(
            root,
            KilledProcess.OPTIONS,
            Clock.SYSTEM,
            new SimpleMeterRegistry(),
            StoreFiles.LOCAL,
            KilledProcess.TUNING)) {
      assertThat(store.damages()).isEmpty();
      compare(Reading.all(store, KilledProcess.TENANT), acked);
      store.flush();
      compare(Reading.all(store, KilledProcess.TENANT), acked);
    }
  }

  private static void runAndKill(Path root, long firstNumber, int killAfter, Set<Long> acked) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), KilledProcess.class.getName()));
    command.addAll(List.of(root.toString(), Long.toString(firstNumber)));
    Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      int seen = 0;
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith("ack ")) {
          acked.add(Long.parseLong(line.substring(4)));
          seen++;
        }
        if (seen == killAfter) {
          // Through the handle, because the process object would close the pipe with acknowledgements in it.
          process.toHandle().destroyForcibly();
        }
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.onExit().join().exitValue()).as("exit after SIGKILL").isEqualTo(128 + 9);
  }

  private static void compare(Map<Labels, List<Oracle.Entry>> found, Set<Long> acked) {
    Map<Long, Set<Row>> byNumber = new HashMap<>();
    found.forEach(
        (stream, entries) -> {
          for (Oracle.Entry entry : entries) {
            long number = Long.parseLong(entry.line().substring(0, entry.line().indexOf('/')));
            boolean fresh = byNumber.computeIfAbsent(number, key -> new HashSet<>()).add(new Row(stream, entry));
            assertThat(fresh).as("%s once in %s", entry, stream).isTrue();
          }
        });
    assertThat(byNumber.keySet()).containsAll(acked);
    // What was acknowledged is there line by line; what was not is there as a whole or not at all.
    byNumber.forEach((number, rows) -> assertThat(rows).as("batch " + number).isEqualTo(rows(number)));
  }

  private static Set<Row> rows(long number) {
    Oracle oracle = new Oracle();
    EntryBatch batch = NumberedBatch.of(number);
    oracle.append(batch);
    Set<Row> rows = new HashSet<>();
    oracle
        .select(List.of(), io.sigyn.model.TimeRange.ALL)
        .forEach((stream, entries) -> entries.forEach(entry -> rows.add(new Row(stream, entry))));
    return rows;
  }
}
