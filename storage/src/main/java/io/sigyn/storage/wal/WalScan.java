package io.sigyn.storage.wal;

import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Tenant;
import io.sigyn.storage.codec.Crc32c;
import io.sigyn.storage.files.ReadableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks over the records of one file, through a window that holds a few MiB or one record. Used by one thread.
 *
 * <p>A record verifies when its LSN says that it belongs where it stands and its checksum, which starts from the file's
 * salt, holds. Where no record verifies, the walk tries every multiple of eight up to the end of the file: a comparison of
 * the LSN field costs next to nothing and almost never holds by chance.
 */
final class WalScan {
  private static final int WINDOW = 4 << 20;

  private final ReadableFile file;
  private final long size;
  private byte[] window = new byte[0];
  private long windowStart;
  private int windowLength;

  private int salt;
  private long firstLsn;
  private long offset = WalFormat.HEADER;
  private int length;
  private int tenantLength;
  private long skipped;
  private long nextLsn;
  private boolean started;

  /** Where the first record may stand. */
  private long begin = WalFormat.HEADER;

  WalScan(ReadableFile file) throws IOException {
    this.file = file;
    this.size = file.size();
  }

  /**
   * Reads the header; must come first.
   *
   * @throws CorruptBytesException when there is none
   */
  WalFile header() throws IOException {
    if (size < WalFormat.HEADER) {
      throw new CorruptBytesException("file of " + size + " bytes is shorter than a header");
    }
    load(0, WalFormat.HEADER);
    WalFile header = WalFile.decode(Arrays.copyOf(window, WalFormat.HEADER));
    salt = header.salt();
    firstLsn = header.firstLsn();
    nextLsn = firstLsn;
    return header;
  }

  /** Begins at an LSN instead of the first one of the file; after the header and before {@link #next}. */
  void from(long lsn) {
    begin = Math.max(WalFormat.HEADER, lsn - firstLsn + WalFormat.HEADER);
  }

  /** Moves to the next record that verifies; false when there is none. */
  boolean next() throws IOException {
    long expected = started ? offset + recordBytes() : begin;
    started = true;
    for (long at = expected; at + WalFormat.RECORD_HEADER <= size; at += WalFormat.ALIGNMENT) {
      if (verifies(at)) {
        offset = at;
        skipped = at - expected;
        nextLsn = lsn() + recordBytes();
        return true;
      }
    }
    return false;
  }

  private boolean verifies(long at) throws IOException {
    int base = load(at, WalFormat.RECORD_HEADER);
    ByteSource in = new ByteSource(window, base, windowLength);
    int l = in.u32();
    int crc = in.u32();
    if (in.u64() != firstLsn + at - WalFormat.HEADER || l <= 0) {
      return false;
    }
    int t = in.seek(base + WalFormat.TENANT_LENGTH).u16();
    long bytes = WalFormat.recordBytes(t, l);
    if (t > Tenant.MAX_LENGTH || bytes > size - at || bytes > Integer.MAX_VALUE - 16) {
      return false;
    }
    base = load(at, (int) bytes);
    int covered = WalFormat.RECORD_HEADER + t + l - WalFormat.LSN;
    if (Crc32c.salted(salt, window, base + WalFormat.LSN, covered) != crc) {
      return false;
    }
    length = l;
    tenantLength = t;
    return true;
  }

  /** Behind the last record, once {@link #next} was false. */
  long end() {
    return nextLsn - firstLsn + WalFormat.HEADER;
  }

  /** Whether the bytes behind the last record begin like one; a cut write or damage, nobody can tell. */
  boolean endsTorn() throws IOException {
    long end = end();
    if (end + WalFormat.RECORD_HEADER > size) {
      return false;
    }
    int base = load(end, WalFormat.RECORD_HEADER);
    long lsn = new ByteSource(window, base + WalFormat.LSN, windowLength).u64();
    return Long.bitCount(lsn ^ (firstLsn + end - WalFormat.HEADER)) <= 1;
  }

  /** Bytes right before the current record that are no record. */
  long skipped() {
    return skipped;
  }

  long offset() {
    return offset;
  }

  long lsn() {
    return firstLsn + offset - WalFormat.HEADER;
  }

  /** One past the last record seen so far. */
  long nextLsn() {
    return nextLsn;
  }

  long recordBytes() {
    return WalFormat.recordBytes(tenantLength, length);
  }

  /** The number of entries that the header gives. */
  int entries() {
    return new ByteSource(window).seek(base() + WalFormat.ENTRIES).u32();
  }

  /** When it was received, nanoseconds since the Unix epoch. */
  long received() {
    return new ByteSource(window).seek(base() + WalFormat.TIME).u64();
  }

  int type() {
    return window[base() + WalFormat.TYPE] & 0xFF;
  }

  String tenant() {
    return new String(window, base() + WalFormat.RECORD_HEADER, tenantLength, StandardCharsets.UTF_8);
  }

  /**
   * The batch of a PUSH_BODY or PUSH_NORM record.
   *
   * @throws CorruptBytesException when the payload is not what its type says
   */
  EntryBatch batch() {
    long received = received();
    int from = base() + WalFormat.RECORD_HEADER + tenantLength;
    return PushPayload.decode(type(), window, from, from + length, received);
  }

  /** A copy of the record, to be written to another file with the LSN it has. */
  WalRecord record() {
    return WalRecord.copied(lsn(), window, base(), WalFormat.RECORD_HEADER + tenantLength + length);
  }

  private int base() {
    return (int) (offset - windowStart);
  }

  /** Makes {@code bytes} from a file position available; returns where they start in the window. */
  private int load(long at, int bytes) throws IOException {
    if (at < windowStart || at + bytes > windowStart + windowLength) {
      int wanted = (int) Math.min(size - at, Math.max(bytes, WINDOW));
      if (window.length < wanted) {
        window = new byte[wanted];
      }
      file.read(at, window, 0, wanted);
      windowStart = at;
      windowLength = wanted;
    }
    return (int) (at - windowStart);
  }
}
