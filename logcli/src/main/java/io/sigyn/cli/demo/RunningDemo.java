package io.sigyn.cli.demo;

import io.sigyn.cli.client.Connection;
import io.sigyn.cli.client.LokiClient;
import io.sigyn.cli.kubelet.GeneratedLine;
import io.sigyn.cli.kubelet.Kubelet;
import io.sigyn.cli.terminal.FailedException;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.result.QueryResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Server, agent and kubelet while they run together. */
final class RunningDemo {
  private static final long ROTATE_EVERY_NANOS = 4_000_000_000L;
  private static final long TICK_NANOS = 100_000_000L;
  private static final long READY_WITHIN_NANOS = 60_000_000_000L;
  private static final int STOP_WITHIN_SECONDS = 30;
  private static final String NAMESPACES = "{namespace=~\"shop|payments|legacy\"}";

  private final Place place;
  private final int linesPerSecond;
  private final Clock clock;
  private final Consumer<GeneratedLine> ledger;
  private final LokiClient client;
  private final FollowedLog agentLog;
  private final List<String> diagnoses = new ArrayList<>();
  private final List<ChildProgram> children = new ArrayList<>();
  private boolean stopping;
  private long startedAt;
  private volatile Optional<Thread> writer = Optional.empty();
  private volatile boolean writing;
  private volatile long received;
  private volatile long written;
  private volatile Optional<IOException> writeFailure = Optional.empty();

  /**
   * Prepares; nothing runs yet.
   *
   * @param linesPerSecond how fast the pods talk
   * @param ledger is told of every line, on a thread of its own
   */
  RunningDemo(Place place, int linesPerSecond, Clock clock, Consumer<GeneratedLine> ledger) {
    this.place = place;
    this.linesPerSecond = linesPerSecond;
    this.clock = clock;
    this.ledger = ledger;
    this.client = new LokiClient(Connection.to(place.serverAddress()));
    this.agentLog = new FollowedLog(log("agent"));
  }

  /**
   * Starts everything in the order in which it is needed; returns when the server is ready and
   * lines are written.
   */
  void start() {
    Kubelet kubelet = layOutPods();
    ChildProgram server = startChild("server", "loki.yaml");
    awaitReady(server, client);
    ChildProgram agent = startChild("agent", "promtail.yaml");
    // A file that is renamed before the agent knows its name is nobody's: on a node the agent is there first.
    try (LokiClient pages = new LokiClient(Connection.to(place.agentAddress()))) {
      awaitReady(agent, pages);
    }
    startedAt = clock.epochNanos();
    writing = true;
    writer = Optional.of(Threads.start("kubelet", () -> write(kubelet)));
  }

  private Kubelet layOutPods() {
    Path node = place.node();
    try {
      Place.wipe(node.resolve("pods"));
      Place.wipe(node.resolve("containers"));
      Files.createDirectories(node);
      long now = clock.epochNanos();
      String run = Long.toString(now / 1_000_000_000L, 36);
      Kubelet kubelet =
          new Kubelet(node, Kubelet.demoPods(run), ROTATE_EVERY_NANOS, now, run, clock, ledger);
      Kubelet.addDanglingPod(node);
      return kubelet;
    } catch (IOException e) {
      throw new FailedException("cannot lay out pods below " + node + ": " + e);
    }
  }

  private synchronized ChildProgram startChild(String name, String configuration) {
    if (stopping) {
      throw new FailedException("stopped while starting");
    }
    List<String> arguments = new ArrayList<>(List.of(name));
    arguments.addAll(place.configuration(configuration));
    ChildProgram child =
        ChildProgram.start(name, place.home(), place.directory(), log(name), arguments);
    children.add(child);
    return child;
  }

  private Path log(String name) {
    return place.node().resolve(name + ".log");
  }

  private void awaitReady(ChildProgram program, LokiClient pages) {
    long deadline = clock.ticks() + READY_WITHIN_NANOS;
    while (true) {
      try {
        pages.get("/ready");
        return;
      } catch (FailedException e) {
        if (!program.alive() || clock.ticks() > deadline) {
          throw program.ended();
        }
        Threads.pause(TICK_NANOS);
      }
    }
  }

  private void write(Kubelet kubelet) {
    long begun = clock.ticks();
    try (kubelet) {
      long asked = 0;
      while (writing) {
        long due =
            (clock.ticks() - begun) / TICK_NANOS * linesPerSecond * TICK_NANOS / 1_000_000_000L;
        kubelet.doWork((int) Math.min(due - asked, 10_000));
        asked = due;
        written = kubelet.lines();
        Threads.pause(TICK_NANOS);
      }
    } catch (IOException e) {
      writeFailure = Optional.of(e);
    }
    written = kubelet.lines();
  }

  /** Lines complete in the files. */
  long written() {
    return written;
  }

  /**
   * Lines that the server returns, counted by itself; as many as at the last call when it does not answer. That it is
   * gone is for {@link #requireAlive} to notice.
   */
  long received() {
    long now = clock.epochNanos();
    String logql =
        String.format(
            Locale.ROOT,
            "sum(count_over_time(%s[%dms]))",
            NAMESPACES,
            (now - startedAt) / 1_000_000 + 1);
    try {
      if (client.query(logql, now).result() instanceof QueryResult.Vector vector
          && !vector.samples().isEmpty()) {
        received = (long) vector.samples().get(0).value();
      }
    } catch (FailedException e) {
      return received;
    }
    return received;
  }

  /** When the first line may have been written, nanoseconds since the Unix epoch. */
  long startedAt() {
    return startedAt;
  }

  LokiClient client() {
    return client;
  }

  /** What the agent has said so far about links that lead nowhere. */
  List<String> diagnoses() {
    agentLog.newLines().stream().filter(line -> line.contains("PTA-LINK-")).forEach(diagnoses::add);
    return List.copyOf(diagnoses);
  }

  /** Fails when something that should run does not. */
  void requireAlive() {
    for (ChildProgram child : children()) {
      if (!child.alive()) {
        throw child.ended();
      }
    }
    writeFailure.ifPresent(e -> {
      throw new FailedException("the generator cannot write: " + e);
    });
  }

  private synchronized List<ChildProgram> children() {
    return List.copyOf(children);
  }

  /** Ends the generator, if it runs: every line begun is completed. */
  void stopWriting() {
    writing = false;
    writer.ifPresent(
        thread -> {
          try {
            thread.join();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /**
   * Ends the agent after it has sent what it read, then the server after it has flushed. Whatever
   * was not started yet will not be.
   *
   * @param report is told of each
   */
  void stopPrograms(Consumer<String> report) {
    synchronized (this) {
      stopping = true;
    }
    for (ChildProgram child : children().reversed()) {
      boolean byItself = child.stop(STOP_WITHIN_SECONDS);
      report.accept(
          child.name()
              + (byItself
                  ? " stopped"
                  : " killed: it did not end within " + STOP_WITHIN_SECONDS + " s"));
    }
    client.close();
  }
}
