package io.sigyn.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A small ext4 in a file, mounted. Needs root and loop devices. */
final class LoopMount implements AutoCloseable {
  private static final Optional<String> MOUNTABLE = tryOut();

  private final Path image;
  private final Path path;

  private LoopMount(Path image, Path path) {
    this.image = image;
    this.path = path;
  }

  /** Why there can be none here, if so. */
  static Optional<String> unavailable() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return Optional.of("not root");
    }
    if (!Files.exists(Path.of("/dev/loop-control"))) {
      return Optional.of("no loop devices");
    }
    return MOUNTABLE;
  }

  /** A container may have all of that and yet not be allowed to mount. */
  private static Optional<String> tryOut() {
    try {
      Path directory = Files.createTempDirectory("loop-mount");
      try (LoopMount mount = ext4(directory, 4)) {
        Files.write(mount.path().resolve("file"), new byte[1]);
      } finally {
        Files.deleteIfExists(directory.resolve("mnt"));
        Files.deleteIfExists(directory.resolve("image.ext4"));
        Files.deleteIfExists(directory);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.toString());
    }
  }

  /** Makes and mounts one. */
  static LoopMount ext4(Path directory, int megabytes, String... options) throws IOException {
    Path image = directory.resolve("image.ext4");
    Path path = Files.createDirectories(directory.resolve("mnt"));
    run("truncate", "-s", megabytes + "M", image.toString());
    List<String> make = new java.util.ArrayList<>(List.of("mkfs.ext4", "-q", "-F"));
    make.addAll(List.of(options));
    make.add(image.toString());
    run(make.toArray(new String[0]));
    LoopMount mount = new LoopMount(image, path);
    run("mount", "-o", "loop", image.toString(), path.toString());
    return mount;
  }

  Path path() {
    return path;
  }

  /** Unmounts and mounts. */
  void again() throws IOException {
    run("umount", path.toString());
    run("mount", "-o", "loop", image.toString(), path.toString());
  }

  @Override
  public void close() throws IOException {
    run("umount", "-l", path.toString());
    Files.deleteIfExists(image);
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.onExit().join().exitValue();
    if (code != 0) {
      throw new IOException(String.join(" ", command) + " ended with " + code + ": " + said.strip());
    }
  }
}
