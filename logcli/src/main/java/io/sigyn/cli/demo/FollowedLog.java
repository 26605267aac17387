package io.sigyn.cli.demo;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The complete lines that were appended to a file since it was last asked. */
final class FollowedLog {
  private final Path path;
  private long offset;

  FollowedLog(Path path) {
    this.path = path;
  }

  List<String> newLines() {
    List<String> lines = new ArrayList<>();
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      byte[] rest = new byte[(int) Math.min(file.length() - offset, 1 << 20)];
      file.seek(offset);
      file.readFully(rest);
      int from = 0;
      for (int i = 0; i < rest.length; i++) {
        if (rest[i] == '\n') {
          lines.add(new String(rest, from, i - from, StandardCharsets.UTF_8));
          from = i + 1;
        }
      }
      offset += from;
    } catch (IOException e) {
      return List.of(); // not there yet
    }
    return lines;
  }
}
