package io.sigyn.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Two directories seen as one, as container runtimes do it: a file is copied up when it is written to. Needs root. */
public final class OverlayMount implements AutoCloseable {
  private final Path path;

  private OverlayMount(Path path) {
    this.path = path;
  }

  /** Why there can be none here, if so: it is tried. */
  public static Optional<String> unavailable() {
    try {
      Path directory = Files.createTempDirectory("overlay-mount");
      try (OverlayMount mount = over(directory.resolve("lower"))) {
        Files.write(mount.path().resolve("file"), new byte[1]);
      } finally {
        delete(directory);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.toString());
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> inside;
    try (Stream<Path> all = Files.walk(directory)) {
      inside = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : inside) {
      Files.delete(path);
    }
  }

  /**
   * Mounts one.
   *
   * @param lower with what was there before, not to be written to any more; made when it is missing. What is written, and
   *     the mount point, are beside it
   */
  public static OverlayMount over(Path lower) throws IOException {
    Files.createDirectories(lower);
    Path upper = Files.createDirectories(lower.resolveSibling("upper"));
    Path work = Files.createDirectories(lower.resolveSibling("work"));
    Path path = Files.createDirectories(lower.resolveSibling("mnt"));
    String options = "lowerdir=" + lower + ",upperdir=" + upper + ",workdir=" + work;
    Commands.run("mount", "-t", "overlay", "overlay", "-o", options, path.toString());
    return new OverlayMount(path);
  }

  /** Where both are seen. */
  public Path path() {
    return path;
  }

  /** Unmounts. */
  @Override
  public void close() throws IOException {
    Commands.run("umount", "-l", path.toString());
  }
}
