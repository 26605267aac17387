package io.sigyn.benchmarks.agent;

import io.sigyn.life.Threads;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * What it costs to read files that are there, from the disk to the server's acknowledgement of the last line. Programs take
 * turns on the same files, as often as {@code -Dagent.rounds} says.
 */
final class Throughput {
  private static final int FILES = 8;
  private static final int ROUNDS = Integer.getInteger("agent.rounds", 1);

  private final Sink sink;
  private final Path root;
  private final Path logs;
  private final long lines;
  private final long bytes;

  /** One run; {@code cpu} without the start of the process. */
  private record Run(double wall, double cpu, long mostMemory) {}

  /** Writes the files. */
  Throughput(Sink sink, Path root, long megabytes) throws IOException {
    this.sink = sink;
    this.root = root;
    this.logs = Files.createDirectories(root.resolve("logs"));
    long each = megabytes * 1_000_000 / FILES;
    Random random = new Random(1);
    long lineCount = 0;
    long byteCount = 0;
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
          lineCount++;
        }
      }
      byteCount += written;
    }
    this.lines = lineCount;
    this.bytes = byteCount;
  }

  /** Measures each program with a pipeline; prints every run, and medians where there are several. */
  void run(String name, String stages, List<AgentProgram> programs) throws IOException, InterruptedException {
    List<List<Run>> runs = new ArrayList<>();
    programs.forEach(program -> runs.add(new ArrayList<>()));
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < programs.size(); i++) {
        runs.get(i).add(once(name, round, stages, programs.get(i)));
      }
    }
    for (int i = 0; i < programs.size() && ROUNDS > 1; i++) {
      List<Run> those = runs.get(i);
      System.out.printf(
          Locale.ROOT,
          "%-18s %-8s median of %d: %8.0f lines/s %5.1f MB/CPU-s (%.1f to %.1f) %7.0f lines/CPU-s peak %.0f MiB (%.0f to %.0f)%n",
          name, programs.get(i).name(), ROUNDS, lines / middle(those, Run::wall), bytes / 1e6 / middle(those, Run::cpu),
          bytes / 1e6 / most(those, Run::cpu), bytes / 1e6 / least(those, Run::cpu), lines / middle(those, Run::cpu),
          middle(those, Run::mostMemory), least(those, Run::mostMemory), most(those, Run::mostMemory));
    }
  }

  private Run once(String name, int round, String stages, AgentProgram program)
      throws IOException, InterruptedException {
    String run = program.name() + "-" + name + "-" + round;
    double start;
    Path nothing = Files.createDirectories(root.resolve("nothing"));
    try (AgentProcess idle = AgentProcess.start(program, root, run + "-start", "1s", nothing + "/*.log", stages, sink.port())) {
      Threads.pause(6_000_000_000L);
      start = idle.cpu();
    }
    sink.forget();
    long began = System.nanoTime();
    try (AgentProcess process = AgentProcess.start(program, root, run, "1s", logs + "/*.log", stages, sink.port())) {
      sink.await(lines, process);
      double wall = (System.nanoTime() - began) / 1e9;
      Run result = new Run(wall, process.cpu() - start, process.mostMemory());
      System.out.printf(
          Locale.ROOT,
          "%-18s %-8s %6.1f MB %8d lines of %d, %d bytes arrived, %5.1f s %8.0f lines/s %5.1f CPU-s %5.1f MB/CPU-s"
              + " %7.0f lines/CPU-s peak %d MiB%n",
          name, program.name(), bytes / 1e6, sink.lines(), lines, sink.bytes(), wall, lines / wall, result.cpu(),
          bytes / 1e6 / result.cpu(), lines / result.cpu(), result.mostMemory());
      return result;
    }
  }

  private static double middle(List<Run> runs, ToDoubleFunction<Run> of) {
    return runs.stream().mapToDouble(of).sorted().toArray()[runs.size() / 2];
  }

  private static double least(List<Run> runs, ToDoubleFunction<Run> of) {
    return runs.stream().mapToDouble(of).min().orElseThrow();
  }

  private static double most(List<Run> runs, ToDoubleFunction<Run> of) {
    return runs.stream().mapToDouble(of).max().orElseThrow();
  }
}
