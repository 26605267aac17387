package io.sigyn.agent.source;

import io.sigyn.agent.positions.Fingerprint;
import java.io.IOException;

/** The bytes of a file, wherever it was renamed to. Used by one thread at a time. */
interface Content extends AutoCloseable {
  /** Reads up to {@code length} bytes at a position; fewer at the end, 0 or less when there are none. */
  int read(byte[] into, int at, int length, long position) throws IOException;

  /** The number of bytes now. */
  long size() throws IOException;

  /** The same, known from what the file system says about the file. */
  default long sizeOf(FileStat stat) throws IOException {
    return stat.size();
  }

  /** Whether bytes that were read may be others now; answered for the time since the last question. */
  default boolean mayHaveChanged() {
    return true;
  }

  /** How it is compressed. */
  default Packing packing() {
    return Packing.NONE;
  }

  /** Fills as much of the range as there are bytes for. */
  default int readFully(byte[] into, int at, int length, long position) throws IOException {
    int done = 0;
    while (done < length) {
      int n = read(into, at + done, length - done, position + done);
      if (n <= 0) {
        break;
      }
      done += n;
    }
    return done;
  }

  /** The fingerprint of up to {@code length} bytes before {@code end}. */
  default Fingerprint before(long end, int length) throws IOException {
    int wanted = (int) Math.min(end, length);
    byte[] bytes = new byte[wanted];
    return Fingerprint.of(bytes, 0, readFully(bytes, 0, wanted, end - wanted));
  }

  /** Where the line after so many lines begins; the end when there are fewer. */
  default long afterLines(long lines) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long position = 0;
    long left = lines;
    while (left > 0) {
      int n = read(buffer, 0, buffer.length, position);
      if (n <= 0) {
        break;
      }
      for (int i = 0; i < n && left > 0; i++) {
        position++;
        left -= buffer[i] == '\n' ? 1 : 0;
      }
    }
    return position;
  }

  /** Whether the bytes that were hashed are still there. */
  default boolean holds(Fingerprint fingerprint, long end) throws IOException {
    return fingerprint.length() == 0 || before(end, fingerprint.length()).equals(fingerprint);
  }

  /** Whether there is a descriptor to give up. */
  boolean isOpen();

  /** Gives the descriptor up until somebody reads again. */
  default void release() throws IOException {}

  @Override
  void close() throws IOException;
}
