package io.sigyn.agent.source;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The bytes before bzip2, of one stream or several behind each other. Fails as the JDK's formats do: {@link EOFException}
 * when the end is missing, {@link ZipException} for what is damaged, and whatever the file itself fails with.
 */
final class Bunzip2 extends InputStream {
  private static final int BUFFER = 1 << 16;

  private final Packed packed;
  private final InputStream unpacked;
  private @Nullable IOException problem;

  Bunzip2(InputStream raw) throws IOException {
    packed = new Packed(new BufferedInputStream(raw, BUFFER));
    try {
      unpacked = new BZip2CompressorInputStream(packed, true);
    } catch (IOException e) {
      throw packed.meaning(e);
    }
  }

  /** Knows why nothing more came from the file. */
  private static final class Packed extends FilterInputStream {
    private @Nullable IOException failure;
    private boolean ended;

    Packed(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        int b = in.read();
        ended |= b < 0;
        return b;
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      try {
        int n = in.read(into, from, length);
        ended |= n < 0;
        return n;
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    /** The library says one thing for everything. */
    IOException meaning(IOException said) {
      IOException own = failure;
      if (own != null) {
        return own;
      }
      IOException meant = ended ? new EOFException(said.getMessage()) : new ZipException(said.getMessage());
      meant.initCause(said);
      return meant;
    }
  }

  @Override
  public int read() throws IOException {
    IOException known = problem;
    if (known != null) {
      throw known;
    }
    try {
      return unpacked.read();
    } catch (IOException e) {
      IOException meant = packed.meaning(e);
      problem = meant;
      throw meant;
    }
  }

  /** What comes before a problem is given out before the problem. */
  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    int n = 0;
    try {
      for (int b = read(); b >= 0; b = n < length ? read() : -1) {
        into[from + n++] = (byte) b;
      }
    } catch (IOException e) {
      if (n == 0) {
        throw e;
      }
    }
    return n == 0 ? -1 : n;
  }

  @Override
  public void close() throws IOException {
    unpacked.close();
  }
}
