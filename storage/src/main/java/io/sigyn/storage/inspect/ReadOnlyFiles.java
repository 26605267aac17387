package io.sigyn.storage.inspect;

import io.sigyn.storage.files.ReadableFile;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.files.WritableFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The local files without any way to change them: what would be repaired at a start of the store stays as it is. */
final class ReadOnlyFiles implements StoreFiles {
  private static IOException refused(Path path) {
    return new IOException("an inspection changes nothing: " + path);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    return LOCAL.list(directory);
  }

  @Override
  public boolean exists(Path path) {
    return LOCAL.exists(path);
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    return LOCAL.open(file);
  }

  @Override
  public long freeBytes(Path directory) throws IOException {
    return LOCAL.freeBytes(directory);
  }

  /** Left-overs stay. */
  @Override
  public long totalBytes(Path directory) throws IOException {
    return LOCAL.totalBytes(directory);
  }

  /** Left-overs stay. */
  @Override
  public void delete(Path file) {}

  @Override
  public void createDirectory(Path directory) throws IOException {
    throw refused(directory);
  }

  @Override
  public WritableFile create(Path file) throws IOException {
    throw refused(file);
  }

  @Override
  public WritableFile openToWrite(Path file) throws IOException {
    throw refused(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    throw refused(from);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    throw refused(directory);
  }

  @Override
  public Closeable lock(Path file) throws IOException {
    throw refused(file);
  }
}
