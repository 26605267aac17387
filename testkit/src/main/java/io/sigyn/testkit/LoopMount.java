package io.sigyn.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A small file system in a file, mounted. Needs root, loop devices and the program that makes it. */
public final class LoopMount implements AutoCloseable {
  private static final Map<String, Optional<String>> WHY_NOT = new ConcurrentHashMap<>();

  private final Path image;
  private final Path path;

  private LoopMount(Path image, Path path) {
    this.image = image;
    this.path = path;
  }

  /** Why there can be no ext4 here, if so. */
  public static Optional<String> unavailable() {
    return unavailable("ext4");
  }

  /** Why there can be none of a kind here, if so: it was tried once. */
  public static Optional<String> unavailable(String kind) {
    if (!"root".equals(System.getProperty("user.name"))) {
      return Optional.of("not root");
    }
    if (!Files.exists(Path.of("/dev/loop-control"))) {
      return Optional.of("no loop devices");
    }
    return WHY_NOT.computeIfAbsent(kind, LoopMount::tryOut);
  }

  /** A container may have all of that and yet not be allowed to mount. */
  private static Optional<String> tryOut(String kind) {
    try {
      Path directory = Files.createTempDirectory("loop-mount");
      try (LoopMount mount = of(kind, directory, kind.equals("ext4") ? 4 : 400)) {
        Files.write(mount.path().resolve("file"), new byte[1]);
      } finally {
        Files.deleteIfExists(directory.resolve("mnt"));
        Files.deleteIfExists(directory.resolve("image"));
        Files.deleteIfExists(directory);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.toString());
    }
  }

  /** Makes and mounts an ext4. */
  public static LoopMount ext4(Path directory, int megabytes, String... options) throws IOException {
    return of("ext4", directory, megabytes, options);
  }

  /**
   * Makes and mounts one.
   *
   * @param kind such as ext4, xfs, btrfs
   * @param directory for the image and the mount point
   * @param megabytes its size; takes no room before it is used
   * @param options of the program that makes it
   */
  public static LoopMount of(String kind, Path directory, int megabytes, String... options) throws IOException {
    Path image = directory.resolve("image");
    Path path = Files.createDirectories(directory.resolve("mnt"));
    Commands.run("truncate", "-s", megabytes + "M", image.toString());
    List<String> make = new ArrayList<>(List.of("mkfs." + kind, "-q", kind.equals("ext4") ? "-F" : "-f"));
    make.addAll(List.of(options));
    make.add(image.toString());
    Commands.run(make.toArray(new String[0]));
    LoopMount mount = new LoopMount(image, path);
    Commands.run("mount", "-o", "loop", image.toString(), path.toString());
    return mount;
  }

  /** Where it is mounted. */
  public Path path() {
    return path;
  }

  /** Ends all writing at once; what was not synced is gone after {@link #again}. Every call fails until then. */
  public void cutPower() throws IOException {
    PowerCut.of(path);
  }

  /** Unmounts and mounts. */
  public void again() throws IOException {
    Commands.run("umount", path.toString());
    Commands.run("mount", "-o", "loop", image.toString(), path.toString());
  }

  /** Unmounts and deletes. */
  @Override
  public void close() throws IOException {
    Commands.run("umount", "-l", path.toString());
    Files.deleteIfExists(image);
  }
}
