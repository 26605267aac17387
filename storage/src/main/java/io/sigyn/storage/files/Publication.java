package io.sigyn.storage.files;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes whole files appear under their final name, durable and complete, or not at all. */
public final class Publication {
  private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

  /** The ending of names that no reader looks at; start-up removes such files. */
  public static final String TEMPORARY = ".tmp";

  /** Not short of these, a disk that is full lacks something else. */
  private static final long PLENTY = 16L << 20;

  private Publication() {}

  /** The temporary neighbour of a file. */
  public static Path temporary(Path file) {
    return file.resolveSibling(file.getFileName() + TEMPORARY);
  }

  /** Whether the file is somebody's unfinished work. */
  public static boolean isTemporary(Path file) {
    return file.getFileName().toString().endsWith(TEMPORARY);
  }

  /** Publishes a small file: written beside, synced, renamed over, directory synced. */
  public static void publish(StoreFiles files, Path file, byte[] content) throws IOException {
    Path temporary = temporary(file);
    files.delete(temporary);
    try (WritableFile out = files.create(temporary)) {
      out.write(ByteBuffer.wrap(content), 0);
      out.sync();
    }
    reveal(files, temporary, file);
  }

  /** Gives a complete and synced file its final name, durably. */
  public static void reveal(StoreFiles files, Path temporary, Path file) throws IOException {
    files.rename(temporary, file);
    files.syncDirectory(directory(file));
  }

  /**
   * Puts a copy of a damaged file aside for people to look at, unless there is one. That is a courtesy: when it fails, the
   * store goes on without.
   *
   * @return whether there is a copy now
   */
  public static boolean quarantine(StoreFiles files, Path damaged, Path copy) {
    if (files.exists(copy)) {
      return true;
    }
    try {
      files.createDirectory(directory(copy));
      publish(files, copy, readAll(files, damaged, Integer.MAX_VALUE - 16));
      return true;
    } catch (IOException e) {
      LOG.warn("cannot copy a damaged file aside file={} copy={} cause=\"{}\"", damaged, copy, e.toString());
      return false;
    }
  }

  /**
   * Why a call failed, in words; when a disk is full that has bytes free, what else it may be.
   *
   * @param where a directory of the file system
   */
  public static String cause(StoreFiles files, Path where, Throwable failure) {
    String message = failure.getMessage();
    String text = message == null ? failure.getClass().getSimpleName() : message;
    if (!text.contains("No space left")) {
      return text;
    }
    try {
      long free = files.freeBytes(where);
      String hint = free > PLENTY ? ", so there may be no free inodes (see df -i)" : "";
      return text + "; " + free + " bytes are free" + hint;
    } catch (IOException e) {
      return text;
    }
  }

  /** The directory of a file. */
  public static Path directory(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file : parent;
  }

  /**
   * The content of a file.
   *
   * @throws EOFException when it is longer than {@code limit} bytes, because then it is not what the caller thinks
   */
  public static byte[] readAll(StoreFiles files, Path file, int limit) throws IOException {
    try (ReadableFile in = files.open(file)) {
      long size = in.size();
      if (size > limit) {
        throw new EOFException(file + " has " + size + " bytes, at most " + limit + " expected");
      }
      byte[] all = new byte[(int) size];
      in.read(0, all, 0, all.length);
      return all;
    }
  }
}
