package io.sigyn.storage.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Every call the store makes to a file system. Tests put their own in front of the real one to fail the n-th call, to
 * write short or to run out of space. Implementations are safe for use by many threads.
 *
 * <p>Laws: a rename replaces the content behind a name in one step; neither a new file nor a rename survives a power cut
 * before {@link #syncDirectory} of its directory; nothing written survives one before {@link WritableFile#sync}. A failed
 * call throws {@link IOException} and may have been done in part.
 */
public interface StoreFiles {
  /** The file system of this machine. */
  StoreFiles LOCAL = new LocalFiles();

  /** What {@link #totalBytes} answers for a file system without a size. */
  long UNKNOWN = Long.MAX_VALUE;

  /** Makes a directory and its missing parents, durably; an existing one is fine. */
  void createDirectory(Path directory) throws IOException;

  /** What lies in a directory, in order of name; nothing when there is no such directory. */
  List<Path> list(Path directory) throws IOException;

  /** Whether there is such a file or directory. */
  boolean exists(Path path);

  /** Makes a new file; fails when the name is taken. */
  WritableFile create(Path file) throws IOException;

  /** Opens an existing file for writing; its content stays. */
  WritableFile openToWrite(Path file) throws IOException;

  /** Opens an existing file for reading. */
  ReadableFile open(Path file) throws IOException;

  /** Gives a file another name in the same file system, in one step; a file of that name is replaced. */
  void rename(Path from, Path to) throws IOException;

  /** Removes a file; a missing one is fine. */
  void delete(Path file) throws IOException;

  /** Makes creations, renames and removals in a directory durable. */
  void syncDirectory(Path directory) throws IOException;

  /** Bytes this process may still write to the file system of a directory. */
  long freeBytes(Path directory) throws IOException;

  /** The size of the file system of a directory in bytes; {@link #UNKNOWN} when nobody can tell. */
  long totalBytes(Path directory) throws IOException;

  /**
   * Takes the lock of a directory until the result is closed or this process ends. The lock file then holds the process
   * id.
   *
   * @throws DirectoryInUseException when somebody else has it
   */
  Closeable lock(Path file) throws IOException;
}
