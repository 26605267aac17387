package io.sigyn.agent.source;

import io.sigyn.agent.positions.FileId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the file system says about a path.
 *
 * @param modified nanoseconds since the Unix epoch
 * @param regular whether it is a regular file
 */
record FileStat(FileId id, long size, long modified, boolean regular) {
  private static final int TYPE_MASK = 0170000;
  private static final int REGULAR = 0100000;

  /** Of the file behind all links. */
  static FileStat of(Path path, LinkOption... options) throws IOException {
    Map<String, Object> unix = Files.readAttributes(path, "unix:dev,ino,size,lastModifiedTime,mode", options);
    return new FileStat(
        new FileId(number(unix, "dev"), number(unix, "ino")),
        number(unix, "size"),
        unix.get("lastModifiedTime") instanceof FileTime time ? time.to(TimeUnit.NANOSECONDS) : 0,
        (number(unix, "mode") & TYPE_MASK) == REGULAR);
  }

  /** What says cheaply that a path shows the same file with the same content as before. */
  record Glance(Object key, long size, FileTime modified) {
    /** Of the file behind all links. */
    static Glance of(Path path) throws IOException {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      Object key = now.fileKey();
      return new Glance(key == null ? new Object() : key, now.size(), now.lastModifiedTime());
    }
  }

  private static long number(Map<String, Object> attributes, String name) throws IOException {
    if (attributes.get(name) instanceof Number number) {
      return number.longValue();
    }
    throw new IOException("the file system tells no " + name);
  }
}
