package io.sigyn.benchmarks.macro;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the kernel says about a process, from {@code /proc}. On other systems than Linux there is nothing to see.
 *
 * @param pid its number
 */
record ServerProcess(long pid) {
  /** Clock ticks of /proc/pid/stat per second; 100 on every Linux that Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  private Path file(String name) {
    return Path.of("/proc", Long.toString(pid), name);
  }

  /** Seconds of processor time so far, user and system, all threads. Steps of 10 ms. */
  double cpuSeconds() throws IOException {
    String stat = Files.readString(file("stat"));
    // The second field is a name in parentheses that may hold blanks.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  /** Threads of the system. */
  int threads() throws IOException {
    return (int) status("Threads:");
  }

  /** Resident bytes now. */
  long residentBytes() throws IOException {
    return status("VmRSS:") * 1024;
  }

  /** The most resident bytes since {@link #forgetPeak}, or since the start where that is not allowed. */
  long peakBytes() throws IOException {
    return status("VmHWM:") * 1024;
  }

  /** Lets the peak start from now. */
  void forgetPeak() {
    try {
      Files.writeString(file("clear_refs"), "5");
    } catch (IOException e) {
      // Needs the right to write there; without, the peak counts from the start.
    }
  }

  private long status(String key) throws IOException {
    for (String line : Files.readAllLines(file("status"))) {
      if (line.startsWith(key)) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no " + key + " in " + file("status"));
  }

  /** The process of this machine that listens on a TCP port, if it can be seen. */
  static Optional<ServerProcess> listeningOn(int port) {
    try {
      OptionalLong inode = socket(port);
      if (inode.isEmpty()) {
        return Optional.empty();
      }
      String link = "socket:[" + inode.getAsLong() + "]";
      try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
        for (Path process : processes) {
          if (holds(process.resolve("fd"), link)) {
            return Optional.of(new ServerProcess(Long.parseLong(process.getFileName().toString())));
          }
        }
      }
    } catch (IOException e) {
      // Not Linux, or /proc is hidden: nothing to see.
    }
    return Optional.empty();
  }

  private static boolean holds(Path descriptors, String link) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(descriptors)) {
      for (Path file : files) {
        if (Files.readSymbolicLink(file).toString().equals(link)) {
          return true;
        }
      }
    } catch (IOException e) {
      // Somebody else's process, or one that has just ended.
    }
    return false;
  }

  private static OptionalLong socket(int port) throws IOException {
    String suffix = ":%04X".formatted(port);
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] fields = line.strip().split("\\s+");
        if (fields.length > 9 && fields[1].endsWith(suffix) && fields[3].equals("0A")) {
          return OptionalLong.of(Long.parseLong(fields[9]));
        }
      }
    }
    return OptionalLong.empty();
  }
}
