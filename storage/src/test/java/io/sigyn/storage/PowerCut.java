package io.sigyn.storage;

import io.sigyn.life.Threads;
import io.sigyn.testkit.Commands;
import io.sigyn.testkit.LoopMount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Ends a child by the end of its disk's power. */
final class PowerCut implements CrashLoop.End {
  private final LoopMount mount;

  PowerCut(LoopMount mount) {
    this.mount = mount;
  }

  @Override
  public void strike(Process child) throws IOException {
    // What has no power stands still. Were the process to go on, a sync that is under way while the file system goes down
    // might be told that it succeeded, and what no disk has be acknowledged.
    Commands.run("kill", "-STOP", Long.toString(child.pid()));
    while (child.isAlive() && !standsStill(child)) {
      Threads.pause(100_000);
    }
    mount.cutPower();
    child.toHandle().destroyForcibly();
  }

  /** Whether each thread is stopped, or waits in the kernel and will be before it returns. */
  private static boolean standsStill(Process child) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(child.pid()), "task"))) {
      for (Path thread : threads.toList()) {
        String stat = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
        char state = stat.charAt(stat.lastIndexOf(')') + 2);
        if (state != 'T' && state != 'D') {
          return false;
        }
      }
      return true;
    } catch (NoSuchFileException e) {
      // A thread, or the process, came to its end meanwhile.
      return false;
    }
  }

  @Override
  public void restore() throws IOException {
    mount.again();
  }
}
