package io.sigyn.cli.kubelet;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * A container's log file that is rotated by renaming.
 *
 * <p>CRI: the kubelet renames {@code 0.log} to {@code 0.log.20060102-150405} and only then asks the
 * runtime to open a new file, so one more record goes to the renamed one and for a moment there is
 * no {@code 0.log}. Docker rotates by itself: {@code x-json.log} becomes {@code .1}, {@code .1}
 * becomes {@code .2}, and so on. Both keep a fixed number of old files and delete older ones.
 */
final class RotatingFile implements Closeable {
  private static final DateTimeFormatter SUFFIX =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Path path;
  private final LogFormat format;
  private final long rotateEveryNanos;
  private final int keep;
  private final Deque<Path> old = new ArrayDeque<>();
  private FileChannel channel;
  private long rotatedAt;
  private boolean reopenDue;

  /**
   * Creates the file.
   *
   * @param now nanoseconds since the Unix epoch
   * @param keep how many old files stay
   */
  RotatingFile(Path path, LogFormat format, long rotateEveryNanos, int keep, long now)
      throws IOException {
    this.path = path;
    this.format = format;
    this.rotateEveryNanos = rotateEveryNanos;
    this.keep = keep;
    this.rotatedAt = now;
    this.channel = open(path);
  }

  /** Appends one record with a single write, rotating first when it is time. */
  void append(byte[] record, long now) throws IOException {
    if (reopenDue) {
      write(record);
      channel.close();
      channel = open(path);
      reopenDue = false;
      return;
    }
    if (now - rotatedAt >= rotateEveryNanos && channel.size() > 0) {
      rotate(now);
    }
    write(record);
  }

  private void rotate(long now) throws IOException {
    switch (format) {
      case CRI -> {
        Path renamed = sibling("." + SUFFIX.format(Instant.ofEpochSecond(0, now)));
        if (Files.exists(renamed)) {
          return; // twice within a second: the kubelet never does that either
        }
        Files.move(path, renamed);
        old.addLast(renamed);
        if (old.size() > keep) {
          Files.delete(old.removeFirst());
        }
        reopenDue = true;
      }
      case DOCKER -> {
        channel.close();
        for (int i = keep - 1; i >= 1; i--) {
          if (Files.exists(sibling("." + i))) {
            Files.move(
                sibling("." + i), sibling("." + (i + 1)), StandardCopyOption.REPLACE_EXISTING);
          }
        }
        Files.move(path, sibling(".1"), StandardCopyOption.REPLACE_EXISTING);
        channel = open(path);
      }
    }
    rotatedAt = now;
  }

  private void write(byte[] record) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(record);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private Path sibling(String suffix) {
    return path.resolveSibling(path.getFileName() + suffix);
  }

  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND);
  }

  /**
   * Closes the file; a rotation that waits for the new file is finished first, so that the link
   * leads somewhere.
   */
  @Override
  public void close() throws IOException {
    channel.close();
    if (reopenDue) {
      reopenDue = false;
      open(path).close();
    }
  }
}
