package io.sigyn.benchmarks.agent;

import io.sigyn.life.Threads;
import io.sigyn.model.EntryBatch;
import java.io.BufferedWriter;
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
 * What the agent costs as a process of its own, with a server that takes everything and looks at nothing.
 *
 * <p>With {@code -Dagent.rate=17 -Dagent.seconds=60} first a steady load of so many MB a second, {@link SteadyLoad}.
 *
 * <p>{@code main} arguments: an empty directory, megabytes to read, then numbers of silent files; {@code 10000:100} writes a
 * line to 100 of them at a time, at random, and tells how long the first line after silence takes to arrive.
 */
final class AgentCost {
  private static final String LOGFMT =
      "[{cri: {}}, {logfmt: {mapping: {level: , path: }}}, {labels: {level: }}]";
  private static final int FILES = 8;

  private final Path root;
  private final Sink sink = new Sink();

  /** When lines that have not arrived yet were written, by their text. */
  private final Map<String, Long> written = new ConcurrentHashMap<>();

  private final List<Double> latencies = Collections.synchronizedList(new ArrayList<>());

  private AgentCost(Path root) throws IOException {
    this.root = root.toRealPath();
  }

  private AgentProcess agent(String name, String sync, Path logs, String stages) throws IOException {
    return AgentProcess.start(root, name, sync, logs + "/*.log", stages, sink.port());
  }

  /** Reads everything there is and prints the cost of it; the agent's start is left out. */
  private void throughput(String name, Path logs, long lines, String stages) throws IOException, InterruptedException {
    long total = 0;
    List<Path> files = new ArrayList<>();
    try (var all = Files.newDirectoryStream(logs)) {
      for (Path file : all) {
        files.add(file);
        total += Files.size(file);
      }
    }
    AgentProcess nothing = agent(name + "-start", "1s", Files.createDirectories(root.resolve("nothing")), stages);
    Threads.pause(6_000_000_000L);
    double start = nothing.cpu();
    nothing.close();
    long began = System.nanoTime();
    AgentProcess process = agent(name, "1s", logs, stages);
    while (!process.isDone(files)) {
      Threads.pause(20_000_000L);
    }
    double wall = (System.nanoTime() - began) / 1e9;
    double spent = process.cpu() - start;
    System.out.printf(
        Locale.ROOT,
        "%-18s %6.1f MB %8d lines %5.1f s %8.0f lines/s %5.1f CPU-s %5.1f MB/CPU-s %7.0f lines/CPU-s peak %d MiB%n",
        name, total / 1e6, lines, wall, lines / wall, spent, total / 1e6 / spent, lines / spent,
        process.mostMemory());
    process.close();
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

  private void idle(int count) throws IOException, InterruptedException {
    Path logs = root.resolve("idle-" + count);
    List<Path> files = silent(logs, count, "2026-01-01T00:00:00Z stdout F one line\n");
    AgentProcess process = agent("idle-" + count, "10s", PER_DIRECTORY == 0 ? logs : logs.resolve("*"), "[{cri: {}}]");
    while (!process.isDone(files)) {
      Threads.pause(200_000_000L);
    }
    long began = System.nanoTime();
    for (String window : System.getProperty("agent.windows", "20-40").split(",", -1)) {
      String[] seconds = window.split("-", -1);
      until(began, Integer.parseInt(seconds[0]));
      double before = process.cpu();
      until(began, Integer.parseInt(seconds[1]));
      double length = Integer.parseInt(seconds[1]) - Integer.parseInt(seconds[0]);
      System.out.printf(
          Locale.ROOT,
          "%d silent files, second %s after they were read: %.2f %% of a core, RSS %d MiB, peak %d MiB, %d descriptors%n",
          count, window, (process.cpu() - before) / length * 100, process.memory(),
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
  private void afterSilence(int count, int active) throws IOException, InterruptedException {
    Path logs = root.resolve("idle-active-" + count);
    List<Path> files = silent(logs, count, "2026-01-01T00:00:00Z stdout F one line\n");
    AgentProcess process = agent("idle-active-" + count, "10s", PER_DIRECTORY == 0 ? logs : logs.resolve("*"), "[{cri: {}}]");
    while (!process.isDone(files)) {
      Threads.pause(200_000_000L);
    }
    Threads.pause(60_000_000_000L);
    double before = process.cpu();
    long began = System.nanoTime();
    Random random = new Random(7);
    Collections.shuffle(files, random);
    int rounds = 3;
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
        "%d files, %d active: first line after silence %.2f s median, %.2f s p99, %.2f s at most; %.2f %% of a core, RSS %d MiB%n",
        count, active, sorted.get(sorted.size() / 2), sorted.get(sorted.size() * 99 / 100), sorted.getLast(),
        (process.cpu() - before) / seconds * 100, process.memory());
    process.close();
  }

  private static void until(long began, int seconds) {
    Threads.pause(Math.max(0, began + seconds * 1_000_000_000L - System.nanoTime()));
  }

  private static void write(Path logs, long megabytes) throws IOException {
    Random random = new Random(1);
    Files.createDirectories(logs);
    long each = megabytes * 1_000_000 / FILES;
    for (int f = 0; f < FILES; f++) {
      long written = 0;
      Instant time = Instant.parse("2026-01-01T00:00:00.123456789Z");
      try (BufferedWriter out = Files.newBufferedWriter(logs.resolve("app-" + f + ".log"), StandardCharsets.UTF_8)) {
        while (written < each) {
          time = time.plusNanos(random.nextInt(1_000_000));
          String line =
              time + " stdout F ts=" + time + " level=" + (random.nextInt(20) == 0 ? "error" : "info")
                  + " path=/api/v1/orders/" + random.nextInt(1_000_000) + " status=200 duration_ms="
                  + random.nextInt(900) + " trace=" + Long.toHexString(random.nextLong()) + "\n";
          out.write(line);
          written += line.length();
        }
      }
    }
  }

  private static long lines(Path logs) throws IOException {
    long count = 0;
    try (var all = Files.newDirectoryStream(logs)) {
      for (Path file : all) {
        try (var lines = Files.lines(file)) {
          count += lines.count();
        }
      }
    }
    return count;
  }

  public static void main(String[] arguments) throws Exception {
    AgentCost cost = new AgentCost(Files.createDirectories(Path.of(arguments[0])));
    long megabytes = Long.parseLong(arguments[1]);
    int rate = Integer.getInteger("agent.rate", 0);
    if (rate > 0) {
      new SteadyLoad(cost.sink, cost.root).run(rate, Integer.getInteger("agent.seconds", 60), LOGFMT);
    }
    if (megabytes > 0) {
      Path logs = cost.root.resolve("logs");
      write(logs, megabytes);
      long lines = lines(logs);
      cost.throughput("raw", logs, lines, "[]");
      cost.throughput("cri", logs, lines, "[{cri: {}}]");
      cost.throughput("cri+logfmt+labels", logs, lines, LOGFMT);
    }
    for (int i = 2; i < arguments.length; i++) {
      String[] counts = arguments[i].split(":", -1);
      if (counts.length > 1) {
        cost.afterSilence(Integer.parseInt(counts[0]), Integer.parseInt(counts[1]));
      } else {
        cost.idle(Integer.parseInt(counts[0]));
      }
    }
    System.exit(0);
  }
}
