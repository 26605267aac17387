package io.sigyn.benchmarks.agent;

import io.sigyn.life.Threads;
import io.sigyn.model.EntryBatch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes to files at a steady rate while the agent reads them, and tells what it needs for that, how far behind it is, and
 * whether every line arrived.
 */
final class SteadyLoad {
  private static final int FILES = 8;
  private static final long TICK = 20_000_000;

  private final Sink sink;
  private final Path root;
  private final AtomicLong arrived = new AtomicLong();
  private final List<Double> lags = Collections.synchronizedList(new ArrayList<>());

  SteadyLoad(Sink sink, Path root) {
    this.sink = sink;
    this.root = root;
  }

  private void arrived(EntryBatch batch) {
    double now = System.currentTimeMillis() / 1e3;
    long oldest = Long.MAX_VALUE;
    for (int i = 0; i < batch.entries(); i++) {
      oldest = Math.min(oldest, batch.timestamp(i));
    }
    lags.add(now - oldest / 1e9);
    arrived.addAndGet(batch.entries());
  }

  /** Runs so many seconds at a rate in MB a second, and waits until everything is acknowledged. */
  void run(AgentProgram program, int rate, int seconds, String stages) throws IOException, InterruptedException {
    Path logs = Files.createDirectories(root.resolve("steady-" + program.name()));
    List<Path> files = new ArrayList<>();
    List<OutputStream> outs = new ArrayList<>();
    for (int i = 0; i < FILES; i++) {
      files.add(logs.resolve("app-" + i + ".log"));
      outs.add(Files.newOutputStream(files.getLast()));
    }
    sink.forget();
    sink.listen(this::arrived);
    try (AgentProcess agent = AgentProcess.start(program, root, program.name() + "-steady", "1s", logs + "/*.log", stages, sink.port())) {
      long begun = System.nanoTime();
      long bytes = 0;
      long lines = 0;
      long nextLook = 10;
      List<String> memory = new ArrayList<>();
      for (long now = 0; now < seconds * 1_000_000_000L; now = System.nanoTime() - begun) {
        while (bytes < now / 1000 * rate) {
          byte[] piece = lines(lines, 200);
          outs.get((int) (lines / 200 % FILES)).write(piece);
          lines += 200;
          bytes += piece.length;
        }
        if (now / 1_000_000_000L >= nextLook) {
          memory.add(Long.toString(agent.memory()));
          nextLook += 10;
        }
        Threads.pause(TICK);
      }
      double written = (System.nanoTime() - begun) / 1e9;
      long behind = lines - arrived.get();
      sink.await(lines, agent);
      double wall = (System.nanoTime() - begun) / 1e9;
      List<Double> sorted = lags.stream().sorted().toList();
      System.out.printf(
          Locale.ROOT,
          "%s: %.1f MB, %d lines in %.1f s (%.1f MB/s), all acknowledged %.1f s later; lost %d; behind at the end %d lines; "
              + "oldest line of a request %.2f s median, %.2f s p99, %.2f s at most; %.1f CPU-s, %.1f MB/CPU-s; "
              + "memory %s, at most %d MiB%n",
          program.name(), bytes / 1e6, lines, written, bytes / 1e6 / written, wall - written, lines - arrived.get(), behind,
          sorted.get(sorted.size() / 2), sorted.get(sorted.size() * 99 / 100), sorted.getLast(), agent.cpu(),
          bytes / 1e6 / agent.cpu(), String.join(" ", memory), agent.mostMemory());
    } finally {
      for (OutputStream out : outs) {
        out.close();
      }
    }
  }

  private static byte[] lines(long first, int count) {
    String time = Instant.now().toString();
    StringBuilder piece = new StringBuilder();
    for (long i = first; i < first + count; i++) {
      piece.append(time).append(" stdout F ts=").append(time);
      piece.append(i % 20 == 0 ? " level=error" : " level=info").append(" path=/api/v1/orders/").append(i % 1_000_003);
      piece.append(" status=200 duration_ms=417 trace=").append(Long.toHexString(i | 1L << 62)).append('\n');
    }
    return piece.toString().getBytes(StandardCharsets.UTF_8);
  }
}
