package io.sigyn.agent.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compressed file. Positions are of the bytes before compression: going forward reads on, going back starts over. A file
 * that is cut short, or damaged, ends there until it changes; members that are appended to it later are read.
 */
final class PackedContent implements Content {
  private static final Logger log = LoggerFactory.getLogger(PackedContent.class);
  private static final int BUFFER = 1 << 16;

  private final PlainContent packed;
  private final Packing packing;
  private @Nullable InputStream stream;
  private long at;
  private long counted = -1;
  private long size;
  private boolean changed = true;

  /** The content of a file; it is closed with this. */
  PackedContent(PlainContent packed, Packing packing) {
    this.packed = packed;
    this.packing = packing;
  }

  /** Reads a file from its first byte on. */
  private static final class Raw extends InputStream {
    private final PlainContent file;
    private final byte[] one = new byte[1];
    private long position;

    Raw(PlainContent file) {
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      return read(one, 0, 1) <= 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int n = file.read(into, from, length, position);
      position += Math.max(0, n);
      return n;
    }

    /** Tells whoever inflates whether another member may follow. */
    @Override
    public int available() throws IOException {
      return Math.clamp(file.size() - position, 0, BUFFER);
    }
  }

  @Override
  public int read(byte[] into, int from, int length, long position) throws IOException {
    if (position < at) {
      rewind();
    }
    try {
      InputStream open = stream();
      while (at < position) {
        long skipped = open.skip(position - at);
        if (skipped <= 0) {
          return -1;
        }
        at += skipped;
      }
      int n = open.read(into, from, length);
      at += Math.max(0, n);
      return n;
    } catch (EOFException | ZipException e) {
      // Cut short or damaged; what could be read was.
      return -1;
    }
  }

  private InputStream stream() throws IOException {
    InputStream open = stream;
    if (open == null) {
      open = packing.unpack(new Raw(packed));
      stream = open;
      at = 0;
    }
    return open;
  }

  private void rewind() throws IOException {
    InputStream open = stream;
    if (open != null) {
      stream = null;
      open.close();
    }
    at = 0;
  }

  /** Reads the whole file once, and again when it has changed. */
  @Override
  public long size() throws IOException {
    long now = packed.size();
    if (now != counted) {
      count(now);
    }
    return size;
  }

  /** The same for what the path says. */
  @Override
  public long sizeOf(FileStat stat) throws IOException {
    if (stat.size() != counted) {
      count(packed.size());
    }
    return size;
  }

  private void count(long now) throws IOException {
    // What was inflated before the change knows nothing of what came behind it.
    rewind();
    changed = true;
    byte[] buffer = new byte[BUFFER];
    long total = 0;
    try (InputStream all = packing.unpack(new Raw(packed))) {
      for (int n = all.read(buffer); n > 0; n = all.read(buffer)) {
        total += n;
      }
    } catch (EOFException e) {
      log.debug("compressed file has no end yet file={} bytes={}", packed, total);
    } catch (ZipException e) {
      log.warn(
          "compressed file is damaged or of another format, it is read up to there file={} format={} bytes={} err=\"{}\"",
          packed, packing, total, e.getMessage());
    }
    counted = now;
    size = total;
  }

  @Override
  public Packing packing() {
    return packing;
  }

  @Override
  public boolean mayHaveChanged() {
    boolean may = changed;
    changed = false;
    return may;
  }

  @Override
  public boolean isOpen() {
    return packed.isOpen();
  }

  @Override
  public void release() throws IOException {
    rewind();
    packed.release();
  }

  @Override
  public void close() throws IOException {
    rewind();
    packed.close();
  }
}
