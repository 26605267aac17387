package io.sigyn.storage;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.testkit.LoopMount;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One directory, many lives: a child process appends and reads until something ends it, again and again; what was
 * acknowledged is remembered here, outside of the store's file system, and looked for.
 *
 * <p>{@code main} arguments: directory, cycles, optionally {@code power} for a power cut instead of kill -9; the directory
 * is then where an ext4 image is made and mounted.
 */
final class CrashLoop {
  static final long NUMBERS_PER_CYCLE = 10_000;

  /** Ends a child, and puts the directory in order for the next. */
  interface End {
    /** Ends it; acknowledgements it has printed already still count. */
    void strike(Process child) throws IOException;

    /** Brings the file system up again. */
    default void restore() throws IOException {}
  }

  static final End KILL = child -> child.toHandle().destroyForcibly();

  final Set<Long> acked = new HashSet<>();
  final List<String> complaints = new ArrayList<>();
  private final Set<Long> written = new HashSet<>();
  private final Set<Long> deleting = new HashSet<>();
  final Set<Long> deleted = new HashSet<>();
  private final Path root;
  private final Random random;
  private final End end;
  private int cycle;

  CrashLoop(Path root, long seed, End end) {
    this.root = root;
    this.random = new Random(seed);
    this.end = end;
  }

  /** One life. Every fifth is cut off while it starts, the others 0.2 to 2 s after they took the first batch. */
  void cycle() throws IOException {
    boolean starting = cycle % 5 == 4;
    long pause = starting ? random.nextInt(800) : 200 + random.nextInt(1800);
    long first = cycle++ * NUMBERS_PER_CYCLE;
    Process child = start(root, first, 8, 2, 0);
    Strike strike = new Strike(child, pause);
    if (starting) {
      strike.start();
    }
    try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        said(line);
        if (!starting && line.startsWith("ack ")) {
          strike.start();
        }
      }
    } finally {
      child.destroyForcibly();
      child.onExit().join();
    }
    if (!strike.done()) {
      complaints.add("cycle " + cycle + ": the child ended by itself with " + child.exitValue());
    }
    end.restore();
  }

  private void said(String line) {
    String word = line.substring(0, Math.max(0, line.indexOf(' ')));
    switch (word) {
      case "ack" -> acked.add(number(line));
      case "written" -> written.add(number(line));
      case "deleting" -> deleting.add(number(line));
      case "deleted" -> deleted.add(number(line));
      case "reader:" -> complaints.add("cycle " + cycle + ": " + line);
      default -> {}
    }
  }

  private static long number(String line) {
    return Long.parseLong(line.substring(line.indexOf(' ') + 1));
  }

  /** The end of a child, some time from now. */
  private final class Strike {
    private final Process child;
    private final long pauseMillis;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private boolean started;
    private volatile boolean began;

    Strike(Process child, long pauseMillis) {
      this.child = child;
      this.pauseMillis = pauseMillis;
    }

    void start() {
      if (!started) {
        started = true;
        Threads.start("strike", this::run);
      }
    }

    private void run() {
      try {
        Threads.pause(pauseMillis * 1_000_000);
        if (child.isAlive()) {
          began = true;
          end.strike(child);
        }
        over.complete(null);
      } catch (IOException | RuntimeException e) {
        child.toHandle().destroyForcibly();
        over.completeExceptionally(e);
      }
    }

    /** Waits; whether it was this that ended the child. */
    boolean done() {
      if (started) {
        over.join();
      }
      return began;
    }
  }

  static Process start(Path root, long firstNumber, int writers, int readers, long keepFree) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), KilledProcess.class.getName()));
    for (Object argument : List.of(root, firstNumber, writers, readers, keepFree)) {
      command.add(argument.toString());
    }
    // Through the handle later, because destroying the process object would close the pipe with acknowledgements in it.
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** What is there now. */
  Census census() {
    try (Store store = open()) {
      for (String damage : store.damages()) {
        complaints.add("cycle " + cycle + ": " + damage);
      }
      deletions(Doomed.found(store, KilledProcess.TENANT));
      return Census.take(store, KilledProcess.TENANT, acked);
    }
  }

  /** What was deleted is gone for ever; what was not is there, all of it. */
  private void deletions(Map<Long, Integer> found) {
    found.forEach(
        (number, entries) -> {
          if (deleted.contains(number)) {
            complaints.add("cycle " + cycle + ": " + entries + " entries of stream " + number + " came back");
          } else if (entries != Doomed.ENTRIES) {
            complaints.add("cycle " + cycle + ": " + entries + " entries of stream " + number + ", there were " + Doomed.ENTRIES);
          }
        });
    for (long number : written) {
      if (!deleting.contains(number) && !found.containsKey(number)) {
        complaints.add("cycle " + cycle + ": stream " + number + " is lost");
      }
    }
  }

  private Store open() {
    return Store.open(
        root,
        KilledProcess.OPTIONS,
        Clock.SYSTEM,
        new SimpleMeterRegistry(),
        StoreFiles.LOCAL,
        KilledProcess.TUNING,
        KilledProcess.UPKEEP);
  }

  /** One line. */
  String summary(Census census) {
    return "crash loop: %d cycles of %s, acked %d, read %d, lost %d, made up %d, doubled %d, cut %d, streams deleted %d, complaints %d"
        .formatted(
            cycle,
            end instanceof PowerCut ? "power loss" : "kill -9",
            acked.size(),
            census.entries(),
            census.lost(),
            census.garbage(),
            census.duplicates(),
            census.partial(),
            deleted.size(),
            complaints.size());
  }

  /** Runs many cycles and prints what it found. */
  public static void main(String[] args) throws Exception {
    Path directory = Files.createDirectories(Path.of(args[0]));
    int cycles = Integer.parseInt(args[1]);
    boolean power = args.length > 2 && args[2].equals("power");
    long seed = Long.getLong("seed", new Random().nextLong() >>> 16);
    long start = System.nanoTime();
    @Nullable LoopMount mount = power ? LoopMount.ext4(directory, 1024) : null;
    try {
      Path root = (mount == null ? directory : mount.path()).resolve("store");
      CrashLoop loop = new CrashLoop(root, seed, mount == null ? KILL : new PowerCut(mount));
      Census last = null;
      for (int cycle = 1; cycle <= cycles; cycle++) {
        loop.cycle();
        if (Integer.bitCount(cycle / 25) == 1 && cycle % 25 == 0 || cycle == cycles) {
          last = loop.census();
          System.out.println(loop.summary(last) + " seed=%d %.0f s".formatted(seed, (System.nanoTime() - start) / 1e9));
        }
      }
      loop.complaints.forEach(System.out::println);
      if (last == null || !last.clean() || !loop.complaints.isEmpty()) {
        throw new AssertionError("not clean");
      }
    } finally {
      if (mount != null) {
        mount.close();
      }
    }
  }
}
