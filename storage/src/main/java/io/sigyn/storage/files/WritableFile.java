package io.sigyn.storage.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A file open for writing. Used by one thread at a time, but a {@link #sync} may run beside a {@link #write}. */
public interface WritableFile extends Closeable {
  /** Its name. */
  Path path();

  /** Its length in bytes. */
  long size() throws IOException;

  /** Writes all remaining bytes at a position; the file grows as needed. */
  void write(ByteBuffer from, long position) throws IOException;

  /**
   * Makes everything written durable, with the length. After a failure the state of the file on disk is unknown: the
   * kernel may have dropped the pages and may report success to a second call.
   */
  void sync() throws IOException;

  @Override
  void close() throws IOException;
}
