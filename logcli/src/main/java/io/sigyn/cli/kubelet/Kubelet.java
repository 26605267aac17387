package io.sigyn.cli.kubelet;

import io.sigyn.life.Clock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A node's worth of pods that write logs below one directory:
 *
 * <pre>
 * pods/&lt;namespace>_&lt;pod>_&lt;uid>/&lt;container>/&lt;n>.log  ->  containers/&lt;id>/...
 * </pre>
 *
 * <p>The links are absolute, as a node's are. Not safe for use by several threads.
 */
public final class Kubelet implements Closeable {
  private static final long RESTART_EVERY_NANOS = 13_000_000_000L;
  private static final int MAX_WAITING = 12;

  private final Clock clock;
  private final Consumer<GeneratedLine> written;
  private final RandomGenerator random;
  private final String run;
  private final List<RunningContainer> containers = new ArrayList<>();
  private long tokens;
  private long lines;
  private long restartedAt;

  /**
   * Creates the directories and the first file of every container.
   *
   * @param root is made when missing; must not hold pods of an earlier run
   * @param rotateEveryNanos how long a file is written before it is renamed
   * @param seed the same seed makes the same ids and texts, times aside
   * @param run begins every token; differs from run to run
   * @param written is told of every line once its last piece is in the file
   */
  public Kubelet(
      Path root,
      List<PodContainer> pods,
      long rotateEveryNanos,
      long seed,
      String run,
      Clock clock,
      Consumer<GeneratedLine> written)
      throws IOException {
    this.clock = clock;
    this.written = written;
    this.random = new SplittableRandom(seed);
    this.run = run;
    Path base = Files.createDirectories(root).toRealPath();
    long now = clock.epochNanos();
    this.restartedAt = now;
    for (PodContainer pod : pods) {
      // Not all at the same moment, and none at once: the first rotations are spread over half an interval.
      long spread = now - random.nextLong(rotateEveryNanos / 2);
      containers.add(new RunningContainer(pod, base, rotateEveryNanos, random, spread));
    }
  }

  /**
   * The pods of the demo: three namespaces, both formats, every kind of content.
   *
   * @param run makes the pods' uids, and with them the paths of their logs, differ from run to run
   */
  public static List<PodContainer> demoPods(String run) {
    return List.of(
        pod(run, "shop", "cart-6d5f9c7b8-x2lqp", "cart", LogFormat.CRI, Content.JSON),
        pod(run, "shop", "checkout-5b7c44d9f-h8vzn", "checkout", LogFormat.CRI, Content.LOGFMT),
        new PodContainer(
            "payments",
            "ledger-0",
            uid(run + "-ledger-0"),
            "ledger",
            LogFormat.CRI,
            Content.STACK_TRACE,
            true),
        pod(run, "payments", "audit-7f9d8-k4mts", "audit", LogFormat.CRI, Content.LONG),
        pod(run, "legacy", "web-84c6d5-9q2ws", "nginx", LogFormat.DOCKER, Content.ACCESS),
        pod(run, "legacy", "batch-1", "batch", LogFormat.DOCKER, Content.LONG));
  }

  private static PodContainer pod(
      String run, String namespace, String pod, String name, LogFormat format, Content content) {
    return new PodContainer(namespace, pod, uid(run + "-" + pod), name, format, content, false);
  }

  private static String uid(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  /**
   * Adds a pod of namespace {@code broken} whose link leads into a directory that is not there, as
   * on a node where the runtime's data directory was moved and the agent mounts only the old one.
   *
   * @return the missing directory
   */
  public static Path addDanglingPod(Path root) throws IOException {
    Path base = Files.createDirectories(root).toRealPath();
    String id = "4be1".repeat(16);
    Path missing = base.resolve("moved/docker/containers");
    Path directory =
        Files.createDirectories(
            base.resolve("pods/broken_orphan-0_" + uid("broken-orphan-0") + "/app"));
    Files.createSymbolicLink(
        directory.resolve("0.log"), missing.resolve(id).resolve(id + "-json.log"));
    return missing;
  }

  /**
   * Lets the containers say about as many lines and writes records that wait, not always all of
   * them: a long line spreads over several calls.
   */
  public void doWork(int wanted) throws IOException {
    for (int said = 0; said < wanted; ) {
      RunningContainer container = containers.get(random.nextInt(containers.size()));
      List<Content.Said> texts =
          container
              .container()
              .content()
              .next(random, Instant.ofEpochSecond(0, clock.epochNanos()), this::token);
      texts.forEach(container::say);
      said += texts.size();
      writeOne(container, "stdout");
      writeOne(container, "stderr");
    }
    for (RunningContainer container : containers) {
      do {
        writeOne(container, "stdout");
        writeOne(container, "stderr");
      } while (container.waiting() > MAX_WAITING);
    }
    restartIfDue();
  }

  private void restartIfDue() throws IOException {
    long now = clock.epochNanos();
    if (now - restartedAt < RESTART_EVERY_NANOS) {
      return;
    }
    restartedAt = now;
    for (RunningContainer container : containers) {
      if (container.container().restarts()) {
        drain(container);
        container.restart(now);
      }
    }
  }

  private void drain(RunningContainer container) throws IOException {
    while (container.waiting() > 0) {
      writeOne(container, "stdout");
      writeOne(container, "stderr");
    }
  }

  private void writeOne(RunningContainer container, String stream) throws IOException {
    container
        .write(stream, clock.epochNanos())
        .ifPresent(line -> {
          lines++;
          written.accept(line);
        });
  }

  private String token() {
    return run + "-" + String.format(Locale.ROOT, "%06d", ++tokens);
  }

  /** How many lines are complete. */
  public long lines() {
    return lines;
  }

  /** Completes every line that was begun and closes the files, which stay. */
  @Override
  public void close() throws IOException {
    for (RunningContainer container : containers) {
      drain(container);
      container.close();
    }
  }
}
