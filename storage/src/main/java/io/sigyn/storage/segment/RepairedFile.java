package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.codec.Crc32c;
import io.sigyn.storage.files.ReadableFile;
import java.io.IOException;
import java.util.BitSet;

/**
 * The file of a segment, with pages that are damaged or cannot be read made again from its {@link Parity}. A page is what
 * its checksum in the table says, or there is an exception. Used by one thread.
 */
final class RepairedFile implements ReadableFile {
  private final ReadableFile file;
  private final Parity parity;
  private final ByteSource checksums;
  private final BitSet repaired = new BitSet();
  private final byte[] page = new byte[Parity.PAGE];

  private RepairedFile(ReadableFile file, Parity parity, ByteSource checksums) {
    this.file = file;
    this.parity = parity;
    this.checksums = checksums;
  }

  /**
   * Over a file that stays open for as long as this is used.
   *
   * @throws CorruptBytesException when the file has no parity, or none that can be used
   */
  static RepairedFile over(ReadableFile file, SegmentFooter footer) throws IOException {
    Parity parity = Parity.of(footer).orElseThrow(() -> new CorruptBytesException("no parity"));
    byte[] table = SegmentIndex.bytes(file, parity.table(), parity.tableBytes());
    int covered = table.length - Integer.BYTES;
    int actual = Crc32c.of(table, 0, covered);
    int stored = new ByteSource(table).seek(covered).u32();
    ByteSource in = new ByteSource(table, 0, covered);
    if (actual != stored || in.u32() != Parity.MAGIC || in.u32() != parity.pages() || in.u32() != parity.stripes()) {
      throw new CorruptBytesException(
          "table of the parity at %d has checksum %08x, stored %08x".formatted(parity.table(), actual, stored));
    }
    return new RepairedFile(file, parity, in);
  }

  /** The pages that were made again so far. */
  BitSet repaired() {
    return repaired;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public void read(long position, byte[] into, int offset, int length) throws IOException {
    long at = position;
    int done = 0;
    while (done < length && at < parity.start()) {
      int from = (int) (at % Parity.PAGE);
      int take = Math.min(Parity.PAGE - from, length - done);
      load((int) (at / Parity.PAGE));
      System.arraycopy(page, from, into, offset + done, take);
      done += take;
      at += take;
    }
    if (done < length) {
      file.read(at, into, offset + done, length - done);
    }
  }

  /** Leaves the right bytes of a protected page in {@link #page}. */
  private void load(int number) throws IOException {
    if (isWell(number)) {
      return;
    }
    byte[] sum = new byte[Parity.PAGE];
    for (int other = number % parity.stripes(); other < parity.all(); other += parity.stripes()) {
      if (other != number) {
        file.read((long) other * Parity.PAGE, page, 0, Parity.PAGE);
        Parity.xor(sum, 0, page, 0, Parity.PAGE);
      }
    }
    System.arraycopy(sum, 0, page, 0, Parity.PAGE);
    int actual = Crc32c.of(page, 0, Parity.PAGE);
    if (actual != checksum(number)) {
      throw new CorruptBytesException(
          "page %d and another of its stripe are damaged: made again it has checksum %08x, not %08x"
              .formatted(number, actual, checksum(number)));
    }
    repaired.set(number);
  }

  /** Reads a page into {@link #page}; whether it could be read and is what it was. */
  private boolean isWell(int number) {
    try {
      file.read((long) number * Parity.PAGE, page, 0, Parity.PAGE);
    } catch (IOException e) {
      return false;
    }
    return Crc32c.of(page, 0, Parity.PAGE) == checksum(number);
  }

  private int checksum(int number) {
    return checksums.seek(3 * Integer.BYTES + Integer.BYTES * number).u32();
  }

  /** Reads every page, those of parity too: the numbers of those that are not what they were. */
  BitSet damaged() {
    BitSet damaged = new BitSet();
    damaged(0, pages(), damaged);
    return damaged;
  }

  /** The same for some pages, of {@link #pages}. */
  void damaged(int from, int to, BitSet damaged) {
    for (int number = from; number < to; number++) {
      if (!isWell(number)) {
        damaged.set(number);
      }
    }
  }

  /** All pages, those of parity too. */
  int pages() {
    return parity.all();
  }

  /** Closes nothing: the file is somebody else's. */
  @Override
  public void close() {}
}
