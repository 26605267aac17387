package io.sigyn.benchmarks.macro;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * The lines of a file in their order, again and again. From the second time on every digit is another one: the same text
 * over and over would make every compressor look better than it is. Each stream has one of its own.
 */
final class FileLines implements Shape {
  private final String label;
  private final List<String> lines;
  private final int typicalBytes;
  private int next;

  private FileLines(String label, List<String> lines, int typicalBytes) {
    this.label = label;
    this.lines = lines;
    this.typicalBytes = typicalBytes;
  }

  /** Reads all lines; what is not UTF-8 is taken as Latin-1. */
  static FileLines of(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') >= 0) {
      text = new String(bytes, StandardCharsets.ISO_8859_1);
    }
    List<String> lines = text.lines().filter(line -> !line.isEmpty()).toList();
    if (lines.isEmpty()) {
      throw new IOException(file + " has no lines");
    }
    long bytesOfLines = lines.stream().mapToLong(String::length).sum();
    return new FileLines(file.getFileName().toString(), lines, (int) Math.max(1, bytesOfLines / lines.size()));
  }

  @Override
  public Shape ofStream(int stream) {
    FileLines own = new FileLines(label, lines, typicalBytes);
    // Streams start at different places, as pods do.
    own.next = (int) ((stream * 2_654_435_761L & Integer.MAX_VALUE) % lines.size());
    return own;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public int typicalBytes() {
    return typicalBytes;
  }

  @Override
  public void line(Random random, long nanos, StringBuilder out) {
    String line = lines.get(next % lines.size());
    if (next++ < lines.size()) {
      out.append(line);
    } else {
      line.chars().forEach(c -> out.append(c >= '0' && c <= '9' ? (char) ('0' + random.nextInt(10)) : (char) c));
    }
  }
}
