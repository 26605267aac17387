package io.sigyn.agent.positions;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Replaces a file so that at any moment, crash or power loss, either the old or the new content is there: a sibling is
 * written and synced, renamed over the file, and the directory synced.
 */
final class DurableFile {
  private DurableFile() {}

  /** Replaces the content; the file is readable by its owner only. */
  static void replace(Path file, String text) throws IOException {
    replaceAndKeep(file, text).close();
  }

  /** As {@link #replace}; the channel returned appends to the new file and belongs to the caller. */
  static FileChannel replaceAndKeep(Path file, String text) throws IOException {
    Path directory = directory(file);
    Path temporary = Files.createTempFile(
        directory,
        "." + file.getFileName(),
        "",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    FileChannel channel = null;
    try {
      channel = FileChannel.open(temporary, Set.of(StandardOpenOption.WRITE));
      write(channel, text);
      channel.force(true);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      syncDirectory(directory);
      return channel;
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  /** Appends the text at the channel's position. */
  static void write(FileChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** The directory a file is in. */
  static Path directory(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? Path.of("/") : parent;
  }

  private static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
