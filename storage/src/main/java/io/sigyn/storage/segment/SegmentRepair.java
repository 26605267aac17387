package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.ReadableFile;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.files.WritableFile;
import io.sigyn.storage.upkeep.Pace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Writes the file of a segment again, byte by byte as it was: its pages, made good where they are damaged, the parity of
 * those, the footer that the manifest has. Only then, and when all of it is as its checksums say, it takes the place of the
 * damaged file; a crash leaves the one or the other.
 */
final class SegmentRepair {
  private static final int PIECE = 1 << 20;

  private SegmentRepair() {}

  /** Checks a file that was written. */
  @FunctionalInterface
  interface Check {
    /** Throws {@link CorruptBytesException} when it is not what it should be. */
    void accept(Path written) throws IOException;
  }

  static void run(StoreFiles files, Path path, SegmentFooter footer, Pace pace, Check check) throws IOException {
    Parity parity = Parity.of(footer).orElseThrow(() -> new CorruptBytesException(path + " has no parity"));
    Path temporary = Publication.temporary(path);
    files.delete(temporary);
    boolean done = false;
    try {
      try (ReadableFile file = files.open(path);
          WritableFile out = files.create(temporary)) {
        copy(source(file, footer), parity, footer, out, pace);
        out.sync();
      }
      check.accept(temporary);
      Publication.reveal(files, temporary, path);
      done = true;
    } finally {
      if (!done) {
        files.delete(temporary);
      }
    }
  }

  /** Without a table that can be used the pages must be well as they are, which is found out at the end. */
  private static ReadableFile source(ReadableFile file, SegmentFooter footer) {
    try {
      return RepairedFile.over(file, footer);
    } catch (IOException | CorruptBytesException e) {
      return file;
    }
  }

  /** What a file that was cut lacks are zeros, behind its directory, or the check at the end refuses it. */
  private static void read(ReadableFile source, long at, byte[] piece, int length) throws IOException {
    int there = (int) Math.clamp(source.size() - at, 0, length);
    // Pages are made again as a whole, the last one, too.
    int wanted = source instanceof RepairedFile ? length : there;
    source.read(at, piece, 0, wanted);
    Arrays.fill(piece, wanted, length, (byte) 0);
  }

  private static void copy(ReadableFile source, Parity parity, SegmentFooter footer, WritableFile out, Pace pace)
      throws IOException {
    ParityWriter pages = new ParityWriter();
    byte[] piece = new byte[PIECE];
    long at = 0;
    while (at < parity.start()) {
      int length = (int) Math.min(PIECE, parity.start() - at);
      pace.spend(length);
      read(source, at, piece, length);
      pages.add(piece, length);
      out.write(ByteBuffer.wrap(piece, 0, length), at);
      at += length;
    }
    ByteSink end = new ByteSink(parity.tableBytes() + SegmentFormat.FOOTER);
    end.bytes(pages.encode(parity));
    footer.encode(end);
    out.write(ByteBuffer.wrap(end.array(), 0, end.size()), at);
  }
}
