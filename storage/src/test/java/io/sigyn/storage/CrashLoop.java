package io.sigyn.storage;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.storage.files.StoreFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
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
  private final Path root;
  private final Random random;
  private final End end;
  private int cycle;

  CrashLoop(Path root, long seed, End end) {
    this.root = root;
    this.random = new Random(seed);
    this.end = end;
  }

  /** One life. Every fifth is cut off while it starts, the others after some acknowledgements. */
  void cycle() throws IOException {
    int after = cycle % 5 == 4 ? 0 : 1 + random.nextInt(400);
    long first = cycle++ * NUMBERS_PER_CYCLE;
    Process child = start(root, first, 8, 2, 0);
    int before = acked.size();
    boolean struck = false;
    try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith("ack ")) {
          acked.add(Long.parseLong(line.substring(4)));
        } else if (line.startsWith("reader")) {
          complaints.add("cycle " + cycle + ": " + line);
        }
        if (!struck && acked.size() - before >= after) {
          struck = true;
          end.strike(child);
        }
      }
    } finally {
      child.destroyForcibly();
      child.onExit().join();
    }
    if (acked.size() - before < after) {
      complaints.add("cycle " + cycle + ": ended after " + (acked.size() - before) + " acknowledgements of " + after);
    }
    end.restore();
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
        // A record whose group was never acknowledged may look damaged; that costs nobody anything.
        if (!damage.startsWith("manifest ") && !damage.startsWith("wal ")) {
          complaints.add("cycle " + cycle + ": " + damage);
        }
      }
      return Census.take(store, KilledProcess.TENANT, acked);
    }
  }

  private Store open() {
    return Store.open(
        root, KilledProcess.OPTIONS, Clock.SYSTEM, new SimpleMeterRegistry(), StoreFiles.LOCAL, KilledProcess.TUNING);
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
        if (cycle % 25 == 0 || cycle == cycles) {
          last = loop.census();
          System.out.printf(
              "cycle %d seed=%d acked=%d %s complaints=%d %.0f s%n",
              cycle, seed, loop.acked.size(), last, loop.complaints.size(), (System.nanoTime() - start) / 1e9);
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
