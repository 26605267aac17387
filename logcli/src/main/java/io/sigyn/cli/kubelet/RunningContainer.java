package io.sigyn.cli.kubelet;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A container that writes: its own directory below {@code containers}, the link {@code <n>.log} of
 * its pod directory that leads there, and the pieces of lines it has begun. The two streams take
 * turns, so pieces of a line on one may stand on both sides of a line on the other, and a rotation
 * may come between two pieces.
 */
final class RunningContainer implements Closeable {
  private final PodContainer container;
  private final Path root;
  private final long rotateEveryNanos;
  private final RandomGenerator random;
  private final Map<String, Deque<Piece>> pending = new LinkedHashMap<>();
  private final Map<String, Long> begun = new LinkedHashMap<>();
  private RotatingFile file;
  private int restarts;
  private long lastTimestamp;

  private record Piece(byte[] bytes, boolean last, String line) {}

  RunningContainer(
      PodContainer container, Path root, long rotateEveryNanos, RandomGenerator random, long now)
      throws IOException {
    this.container = container;
    this.root = root;
    this.rotateEveryNanos = rotateEveryNanos;
    this.random = random;
    this.pending.put("stdout", new ArrayDeque<>());
    this.pending.put("stderr", new ArrayDeque<>());
    this.file = start(now);
  }

  PodContainer container() {
    return container;
  }

  /** Puts a line behind those that wait on its stream. */
  void say(Content.Said said) {
    Deque<Piece> queue = queue(said.stream());
    List<byte[]> pieces = Pieces.cut(container.format(), said.line());
    for (int i = 0; i < pieces.size(); i++) {
      queue.addLast(new Piece(pieces.get(i), i == pieces.size() - 1, said.line()));
    }
  }

  /** How many records wait. */
  int waiting() {
    return pending.values().stream().mapToInt(Deque::size).sum();
  }

  /**
   * Writes one record of the stream, if any waits.
   *
   * @param now nanoseconds since the Unix epoch
   * @return the line that is complete with it
   */
  Optional<GeneratedLine> write(String stream, long now) throws IOException {
    Piece piece = queue(stream).pollFirst();
    if (piece == null) {
      return Optional.empty();
    }
    long timestamp = Math.max(now, lastTimestamp + 1);
    lastTimestamp = timestamp;
    begun.putIfAbsent(stream, timestamp);
    file.append(
        Pieces.frame(container.format(), stream, timestamp, piece.bytes(), piece.last()), now);
    if (!piece.last()) {
      return Optional.empty();
    }
    Long first = begun.remove(stream);
    long shown = container.format() == LogFormat.DOCKER && first != null ? first : timestamp;
    return Optional.of(new GeneratedLine(container, stream, shown, piece.line()));
  }

  /**
   * Ends the container and starts it anew: another id, another directory, the next link. Nothing
   * may wait.
   */
  void restart(long now) throws IOException {
    file.close();
    restarts++;
    file = start(now);
  }

  private RotatingFile start(long now) throws IOException {
    byte[] raw = new byte[32];
    random.nextBytes(raw);
    String id = HexFormat.of().formatHex(raw);
    Path directory = Files.createDirectories(root.resolve("containers").resolve(id));
    String name =
        switch (container.format()) {
          case CRI -> restarts + ".log";
          case DOCKER -> id + "-json.log";
        };
    Path log = directory.resolve(name);
    RotatingFile started = new RotatingFile(log, container.format(), rotateEveryNanos, 9, now);
    Path pod = root.resolve("pods").resolve(container.directory()).resolve(container.name());
    Files.createSymbolicLink(Files.createDirectories(pod).resolve(restarts + ".log"), log);
    return started;
  }

  private Deque<Piece> queue(String stream) {
    return pending.computeIfAbsent(stream, name -> new ArrayDeque<>());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
