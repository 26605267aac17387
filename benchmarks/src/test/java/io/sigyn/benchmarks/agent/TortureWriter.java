package io.sigyn.benchmarks.agent;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPOutputStream;

/**
 * Writes numbered lines to one log file and rotates it its own way. A file that holds lines which nobody could find any
 * more is never taken away: what is deleted was delivered, what a link leaves was seen.
 */
final class TortureWriter {
  /** How a file is rotated. */
  enum Kind {
    /** {@code app.log.1}, {@code .2} and so on; the writer goes on in the old file for a moment. */
    RENAME,
    /** Copied to {@code app.log.1}, then cut to nothing. */
    COPYTRUNCATE,
    /** Removed and made anew, once everything of it is delivered. */
    DELETE,
    /** Renamed with its time; all but the newest of the old are compressed. */
    GZIP,
    /** The path is a link that is pointed to another file, once the one before was seen. */
    RETARGET
  }

  /** How every line ends. */
  static final String END = " is a line of some length, to be found once and only once";

  private final Kind kind;
  private final Path file;
  private final Path positions;
  private final RandomGenerator random;
  private final BitSet window = new BitSet();
  private OutputStream out;
  private int written;
  private int rotations;
  private int files;
  private long due;
  private long lastNanos;

  TortureWriter(Kind kind, Path directory, Path positions, RandomGenerator random) throws IOException {
    this.kind = kind;
    this.file = Files.createDirectories(directory).resolve("app.log");
    this.positions = positions;
    this.random = random;
    if (kind == Kind.RETARGET) {
      Path real = Files.createFile(directory.resolve("real-0.log"));
      Files.createSymbolicLink(file, real);
    }
    this.out = open();
    this.due = next(0);
  }

  private OutputStream open() throws IOException {
    return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private long next(long millis) {
    return millis + 1000 + random.nextInt(4000);
  }

  Kind kind() {
    return kind;
  }

  Path file() {
    return file;
  }

  int written() {
    return written;
  }

  int rotations() {
    return rotations;
  }

  /** The lines that were written between a copy and the truncation after it. */
  BitSet window() {
    return window;
  }

  /** Writes lines, and rotates when it is time to. */
  void work(int lines, long millis) throws IOException {
    boolean isDue = millis >= due;
    if (isDue && kind == Kind.DELETE && !isDelivered()) {
      // Waits without writing, so that it can be delivered; not for ever.
      if (millis < due + 3000) {
        return;
      }
      isDue = false;
      due = next(millis);
    }
    if (isDue && !(kind == Kind.RETARGET && !isSeen())) {
      rotate(lines);
      rotations++;
      due = next(millis);
    } else {
      write(lines);
    }
  }

  private void write(int lines) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      Instant now = Instant.now();
      long nanos = Math.max(lastNanos + 1, now.getEpochSecond() * 1_000_000_000L + now.getNano());
      lastNanos = nanos;
      text.append(Instant.ofEpochSecond(nanos / 1_000_000_000L, nanos % 1_000_000_000L))
          .append(" stdout F ")
          .append(String.format(Locale.ROOT, "%s %d%s%n", kind, written++, END));
    }
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void rotate(int lines) throws IOException {
    switch (kind) {
      case RENAME -> {
        shift();
        Files.move(file, file.resolveSibling("app.log.1"));
        write(lines);
        reopen();
      }
      case COPYTRUNCATE -> {
        shift();
        Files.copy(file, file.resolveSibling("app.log.1"));
        window.set(written, written + 3);
        write(3);
        out.close();
        out = Files.newOutputStream(file, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        reopen();
      }
      case DELETE -> {
        out.close();
        Files.delete(file);
        out = open();
      }
      case GZIP -> {
        compressOld();
        Files.move(file, file.resolveSibling("app.log." + date(rotations)));
        write(lines);
        reopen();
      }
      case RETARGET -> {
        Path real = Files.createFile(file.resolveSibling("real-" + ++files + ".log"));
        Path link = Files.createSymbolicLink(file.resolveSibling("link.tmp"), real);
        Files.move(link, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        write(lines);
        reopen();
      }
    }
  }

  private void reopen() throws IOException {
    out.close();
    out = open();
  }

  private static String date(int number) {
    return String.format(Locale.ROOT, "20240501-%06d", number);
  }

  private void shift() throws IOException {
    for (int i = rotations; i > 0; i--) {
      Path from = file.resolveSibling("app.log." + i);
      if (Files.exists(from)) {
        Files.move(from, file.resolveSibling("app.log." + (i + 1)), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private void compressOld() throws IOException {
    Path old = file.resolveSibling("app.log." + date(rotations - 1));
    if (Files.exists(old)) {
      Path temporary = file.resolveSibling(old.getFileName() + ".tmp");
      try (OutputStream gz = new GZIPOutputStream(Files.newOutputStream(temporary))) {
        Files.copy(old, gz);
      }
      Files.move(temporary, file.resolveSibling(old.getFileName() + ".gz"));
      Files.delete(old);
    }
  }

  private boolean isDelivered() throws IOException {
    return read(positions).contains("\"" + file + "\": \"" + Files.size(file) + "\"");
  }

  private boolean isSeen() throws IOException {
    return isKnown(file.resolveSibling("real-" + files + ".log"));
  }

  /** Whether the agent has written down that it knows the file. */
  boolean isKnown(Path real) throws IOException {
    return read(positions.resolveSibling(positions.getFileName() + ".agent")).contains(real.toString());
  }

  private static String read(Path of) throws IOException {
    return Files.exists(of) ? Files.readString(of, StandardCharsets.ISO_8859_1) : "";
  }

  void close() throws IOException {
    out.close();
  }
}
