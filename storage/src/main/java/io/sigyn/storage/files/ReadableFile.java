package io.sigyn.storage.files;

import java.io.Closeable;
import java.io.IOException;

/**
 * A file open for reading at any position. Safe for use by many threads.
 *
 * <p>A thread that is interrupted gets a {@link io.sigyn.error.LokiException} of kind CANCELLED instead of an answer. That
 * is no {@link IOException}, because it says nothing of the file: nobody may take it for damage.
 */
public interface ReadableFile extends Closeable {
  /** Its length in bytes. */
  long size() throws IOException;

  /**
   * Fills {@code into[offset, offset+length)} from a position.
   *
   * @throws java.io.EOFException when the file is shorter
   */
  void read(long position, byte[] into, int offset, int length) throws IOException;

  @Override
  void close() throws IOException;
}
