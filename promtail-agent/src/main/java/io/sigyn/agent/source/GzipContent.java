package io.sigyn.agent.source;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * A rotated file that was compressed before it was read to its end. Positions are of the decompressed bytes; going back
 * starts over, going forward reads on.
 */
final class GzipContent implements Content {
  private static final int BUFFER = 1 << 16;

  private final Path path;
  private InputStream stream;
  private long at;
  private long size = -1;

  private GzipContent(Path path, InputStream stream) {
    this.path = path;
    this.stream = stream;
  }

  static GzipContent open(Path path) throws IOException {
    return new GzipContent(path, inflate(path));
  }

  private static InputStream inflate(Path path) throws IOException {
    InputStream file = new BufferedInputStream(Files.newInputStream(path), BUFFER);
    try {
      return new GZIPInputStream(file, BUFFER);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public int read(byte[] into, int from, int length, long position) throws IOException {
    if (position < at) {
      stream.close();
      stream = inflate(path);
      at = 0;
    }
    try {
      while (at < position) {
        long skipped = stream.skip(position - at);
        if (skipped <= 0) {
          return -1;
        }
        at += skipped;
      }
      int n = stream.read(into, from, length);
      if (n > 0) {
        at += n;
      }
      return n;
    } catch (EOFException e) {
      // The file is cut short; what could be inflated was read.
      return -1;
    }
  }

  /** Inflates the whole file once. */
  @Override
  public long size() throws IOException {
    if (size < 0) {
      byte[] buffer = new byte[BUFFER];
      long total = 0;
      try (InputStream all = inflate(path)) {
        for (int n = all.read(buffer); n > 0; n = all.read(buffer)) {
          total += n;
        }
      } catch (EOFException e) {
        total += 0;
      }
      size = total;
    }
    return size;
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
