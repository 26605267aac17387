package io.sigyn.benchmarks.agent;

import io.sigyn.life.Threads;
import io.sigyn.model.EntryBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the agent costs as a process of its own, with a server that takes everything and counts the lines.
 *
 * <p>With {@code -Dagent.command="PROGRAM FLAGS"} another program that reads promtail's configuration is measured beside
 * Sigyn's agent, on the same files and with the same server, and with {@code -Dagent.rounds=3} throughput in turns.
 *
 * <p>With {@code -Dagent.rate=17 -Dagent.seconds=60} first a steady load of so many MB a second, {@link SteadyLoad}.
 *
 * <p>{@code main} arguments: an empty directory, megabytes to read, then numbers of silent files; {@code 10000:100} writes a
 * line to 100 of them at a time, at random, and tells how long the first line after silence takes to arrive.
 */
final class AgentCost {
  private static final String LOGFMT =
      "[{cri: {}}, {logfmt: {mapping: {level: , path: }}}, {labels: {level: }}]";

  private final Path root;
  private final Sink sink = new Sink();

  /** When lines that have not arrived yet were written, by their text. */
  private final Map<String, Long> written = new ConcurrentHashMap<>();

  private final List<Double> latencies = Collections.synchronizedList(new ArrayList<>());

  private AgentCost(Path root) throws IOException {
    this.root = root.toRealPath();
  }

  private AgentProcess agent(AgentProgram program, String name, Path logs) throws IOException {
    sink.forget();
    String glob = (PER_DIRECTORY == 0 ? logs : logs.resolve("*")) + "/*.log";
    return AgentProcess.start(program, root, program.name() + "-" + name, "10s", glob, "[{cri: {}}]", sink.port());
  }

  /** Files as nodes of Kubernetes have them: below a directory for each container; 0 for all in one directory. */
  private static final int PER_DIRECTORY = Integer.getInteger("agent.perDirectory", 0);

  private static Path silent(Path logs, int i) throws IOException {
    Path directory = PER_DIRECTORY == 0 ? logs : logs.resolve("pod-" + i / PER_DIRECTORY);
    return Files.createDirectories(directory).resolve("pod-" + i + ".log");
  }

  private List<Path> silent(Path logs, int count, String line) throws IOException {
    Files.createDirectories(logs);
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path file = silent(logs, i);
      Files.writeString(file, line);
      files.add(file);
    }
    return files;
  }

  private void idle(AgentProgram program, int count) throws IOException, InterruptedException {
    Path logs = root.resolve("idle-" + count);
    List<Path> files = silent(logs, count, "2026-01-01T00:00:00Z stdout F one line\n");
    AgentProcess process = agent(program, "idle-" + count, logs);
    sink.await(files.size(), process);
    long began = System.nanoTime();
    for (String window : System.getProperty("agent.windows", "20-40").split(",", -1)) {
      String[] seconds = window.split("-", -1);
      until(began, Integer.parseInt(seconds[0]));
      double before = process.cpu();
      until(began, Integer.parseInt(seconds[1]));
      double length = Integer.parseInt(seconds[1]) - Integer.parseInt(seconds[0]);
      System.out.printf(
          Locale.ROOT,
          "%s, %d of %d silent files read, second %s after that: %.2f %% of a core, RSS %d MiB, peak %d MiB, %d descriptors%n",
          program.name(), sink.lines(), count, window, (process.cpu() - before) / length * 100, process.memory(),
          process.mostMemory(), process.descriptors());
    }
    process.close();
  }

  private void arrived(EntryBatch batch) {
    long now = System.nanoTime();
    for (int i = 0; i < batch.entries(); i++) {
      int from = batch.lineStart(i);
      Long at = written.remove(new String(batch.arena(), from, batch.lineEnd(i) - from, StandardCharsets.UTF_8));
      if (at != null) {
        latencies.add((now - at) / 1e9);
      }
    }
  }

  /** Seconds from the writing of a file's first line after silence to its arrival at the server. */
  private void afterSilence(AgentProgram program, int count, int active) throws IOException, InterruptedException {
    Path logs = root.resolve("idle-active-" + count);
    List<Path> files = silent(logs, count, "2026-01-01T00:00:00Z stdout F one line\n");
    AgentProcess process = agent(program, "idle-active-" + count, logs);
    sink.await(files.size(), process);
    Threads.pause(60_000_000_000L);
    double before = process.cpu();
    long began = System.nanoTime();
    Random random = new Random(7);
    Collections.shuffle(files, random);
    int rounds = 3;
    latencies.clear();
    sink.listen(this::arrived);
    for (int i = 0; i < active * rounds; i++) {
      String text = "first line " + i;
      written.put(text, System.nanoTime());
      Files.writeString(files.get(i), Instant.now() + " stdout F " + text + "\n", StandardOpenOption.APPEND);
      Threads.pause(random.nextLong(2 * 20_000_000_000L / active));
    }
    while (latencies.size() < active * rounds) {
      Threads.pause(20_000_000L);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    List<Double> sorted = latencies.stream().sorted().toList();
    System.out.printf(
        Locale.ROOT,
        "%s, %d files, %d active: first line after silence %.2f s median, %.2f s p99, %.2f s at most; %.2f %% of a core, RSS %d MiB%n",
        program.name(), count, active, sorted.get(sorted.size() / 2), sorted.get(sorted.size() * 99 / 100), sorted.getLast(),
        (process.cpu() - before) / seconds * 100, process.memory());
    process.close();
  }

  private static void until(long began, int seconds) {
    Threads.pause(Math.max(0, began + seconds * 1_000_000_000L - System.nanoTime()));
  }

  public static void main(String[] arguments) throws Exception {
    AgentCost cost = new AgentCost(Files.createDirectories(Path.of(arguments[0])));
    long megabytes = Long.parseLong(arguments[1]);
    int rate = Integer.getInteger("agent.rate", 0);
    List<AgentProgram> programs = AgentProgram.measured();
    if (rate > 0) {
      for (AgentProgram program : programs) {
        new SteadyLoad(cost.sink, cost.root).run(program, rate, Integer.getInteger("agent.seconds", 60), LOGFMT);
      }
    }
    if (megabytes > 0) {
      Throughput throughput = new Throughput(cost.sink, cost.root, megabytes);
      throughput.run("raw", "[]", programs);
      throughput.run("cri", "[{cri: {}}]", programs);
      throughput.run("cri+logfmt+labels", LOGFMT, programs);
    }
    for (int i = 2; i < arguments.length; i++) {
      String[] counts = arguments[i].split(":", -1);
      for (AgentProgram program : programs) {
        if (counts.length > 1) {
          cost.afterSilence(program, Integer.parseInt(counts[0]), Integer.parseInt(counts[1]));
        } else {
          cost.idle(program, Integer.parseInt(counts[0]));
        }
      }
    }
    System.exit(0);
  }
}
