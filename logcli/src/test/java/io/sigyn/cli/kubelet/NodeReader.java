package io.sigyn.cli.kubelet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads a node's files from the links down, after everything was written, and joins pieces: nothing
 * is shared with the writer.
 */
final class NodeReader {
  /** One line as read. */
  record Read(
      String namespace, String pod, String container, String stream, long timestamp, String line) {}

  /** A record of a file. */
  private record Piece(String stream, long timestamp, byte[] bytes, boolean last) {}

  private NodeReader() {}

  static List<Read> readAll(Path root) throws IOException {
    List<Read> all = new ArrayList<>();
    for (Path link : links(root)) {
      Path log = Files.readSymbolicLink(link);
      if (!Files.exists(log)) {
        continue;
      }
      int names = link.getNameCount(); // .../<namespace>_<pod>_<uid>/<container>/<n>.log
      String[] pod = link.getName(names - 3).toString().split("_", -1);
      String container = link.getName(names - 2).toString();
      boolean docker = log.getFileName().toString().endsWith("-json.log");
      Map<String, ByteArrayOutputStream> open = new HashMap<>();
      Map<String, Long> first = new HashMap<>();
      for (Path generation : generations(log, docker)) {
        for (String record :
            Files.readString(generation, StandardCharsets.ISO_8859_1).lines().toList()) {
          Piece piece = docker ? docker(record) : cri(record);
          first.putIfAbsent(piece.stream(), piece.timestamp());
          ByteArrayOutputStream text =
              open.computeIfAbsent(piece.stream(), s -> new ByteArrayOutputStream());
          text.writeBytes(piece.bytes());
          if (piece.last()) {
            long begun = first.remove(piece.stream());
            long time = docker ? begun : piece.timestamp();
            all.add(
                new Read(
                    pod[0],
                    pod[1],
                    container,
                    piece.stream(),
                    time,
                    text.toString(StandardCharsets.UTF_8)));
            open.remove(piece.stream());
          }
        }
      }
      if (!open.isEmpty()) {
        throw new AssertionError("lines without end in " + log + ": " + open.keySet());
      }
    }
    return all;
  }

  static List<Path> links(Path root) throws IOException {
    try (Stream<Path> found = Files.walk(root.resolve("pods"))) {
      return found.filter(Files::isSymbolicLink).sorted().toList();
    }
  }

  /** Oldest first. */
  static List<Path> generations(Path log, boolean docker) {
    try (Stream<Path> found = Files.list(log.resolveSibling("."))) {
      Comparator<Path> byName = Comparator.comparing(Path::toString);
      return found
          .map(path -> log.resolveSibling(path.getFileName()))
          .filter(path -> path.toString().startsWith(log.toString()))
          .sorted(
              docker
                  ? byName.reversed() // .9 ... .1, then the log itself
                  : Comparator.<Path, Boolean>comparing(path -> path.equals(log))
                      .thenComparing(byName))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Piece cri(String record) {
    String[] parts = record.split(" ", 4);
    if (parts.length != 4 || !(parts[2].equals("P") || parts[2].equals("F"))) {
      throw new AssertionError("not a CRI record: " + record);
    }
    return new Piece(
        parts[1],
        nanos(parts[0]),
        parts[3].getBytes(StandardCharsets.ISO_8859_1),
        parts[2].equals("F"));
  }

  private static Piece docker(String record) {
    String utf8 = new String(record.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    String log = member(utf8, "{\"log\":\"");
    String time = member(utf8, "\"time\":\"");
    String stream = member(utf8, "\"stream\":\"");
    boolean last = log.endsWith("\n");
    String text = last ? log.substring(0, log.length() - 1) : log;
    return new Piece(stream, nanos(time), text.getBytes(StandardCharsets.UTF_8), last);
  }

  private static String member(String json, String opening) {
    // The content comes first, so a name inside it is found before the real one: search from the
    // end for the others.
    int from =
        (opening.startsWith("{") ? json.indexOf(opening) : json.lastIndexOf(opening))
            + opening.length();
    StringBuilder out = new StringBuilder();
    for (int i = from; json.charAt(i) != '"'; i++) {
      char c = json.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char escaped = json.charAt(++i);
      switch (escaped) {
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'u' -> {
          out.append((char) Integer.parseInt(json.substring(i + 1, i + 5), 16));
          i += 4;
        }
        default -> out.append(escaped);
      }
    }
    return out.toString();
  }

  private static long nanos(String time) {
    return ChronoUnit.NANOS.between(Instant.EPOCH, Instant.parse(time));
  }
}
