package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.Tenant;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.block.DecodedBlock;
import io.sigyn.storage.files.Damage;
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
 * damaged file; a crash leaves the one or the other. Used once, by one thread.
 */
final class SegmentRepair {
  private static final int PIECE = 1 << 20;

  private final StoreFiles files;
  private final Path path;
  private final SegmentInfo info;
  private final SegmentFooter footer;
  private final Parity parity;
  private final Pace pace;

  /**
   * Of a segment.
   *
   * @throws CorruptBytesException when it has no parity
   */
  SegmentRepair(StoreFiles files, Path path, SegmentInfo info, Pace pace) {
    this.files = files;
    this.path = path;
    this.info = info;
    this.footer = info.footer();
    this.parity = Parity.of(footer).orElseThrow(() -> new CorruptBytesException(path + " has no parity"));
    this.pace = pace;
  }

  /**
   * Does it.
   *
   * @throws CorruptBytesException when more is damaged than can be made good; the file stays as it is
   */
  void run(Tenant tenant, int day) throws IOException {
    Path temporary = Publication.temporary(path);
    files.delete(temporary);
    boolean done = false;
    try {
      try (ReadableFile file = files.open(path);
          WritableFile out = files.create(temporary)) {
        write(file, out);
        out.sync();
      }
      check(temporary, tenant, day);
      Publication.reveal(files, temporary, path);
      done = true;
    } finally {
      if (!done) {
        files.delete(temporary);
      }
    }
  }

  private void write(ReadableFile file, WritableFile out) throws IOException {
    boolean repairs = true;
    ReadableFile source;
    try {
      source = RepairedFile.over(file, footer);
    } catch (IOException | CorruptBytesException e) {
      // Then the pages must be well as they are.
      source = file;
      repairs = false;
    }
    byte[] made = copy(source, repairs, out);
    if (!repairs) {
      compare(file, made);
    }
    ByteSink end = new ByteSink(made.length + SegmentFormat.FOOTER);
    end.bytes(made);
    footer.encode(end);
    out.write(ByteBuffer.wrap(end.array(), 0, end.size()), parity.start());
  }

  /** Copies the pages; returns their parity and its table. */
  private byte[] copy(ReadableFile source, boolean repairs, WritableFile out) throws IOException {
    ParityWriter pages = new ParityWriter();
    byte[] piece = new byte[PIECE];
    long at = 0;
    while (at < parity.start()) {
      int length = (int) Math.min(PIECE, parity.start() - at);
      pace.spend(length);
      // What a file that was cut lacks are zeros, behind its directory, or the check at the end refuses it.
      int there = repairs ? length : Math.clamp(source.size() - at, 0, length);
      source.read(at, piece, 0, there);
      Arrays.fill(piece, there, length, (byte) 0);
      pages.add(piece, length);
      out.write(ByteBuffer.wrap(piece, 0, length), at);
      at += length;
    }
    return pages.encode(parity);
  }

  /** Without the table, what is left of the parity still says whether the pages are what they were; those that have no checksum, too. */
  private void compare(ReadableFile file, byte[] made) throws IOException {
    byte[] page = new byte[Parity.PAGE];
    for (int i = 0; i < parity.stripes(); i++) {
      long at = parity.start() + (long) i * Parity.PAGE;
      if (at + Parity.PAGE <= file.size()) {
        file.read(at, page, 0, Parity.PAGE);
        if (!Arrays.equals(page, 0, Parity.PAGE, made, i * Parity.PAGE, (i + 1) * Parity.PAGE)) {
          throw new CorruptBytesException(
              "page %d of the parity does not fit and the table of the parity cannot be read".formatted(i));
        }
      }
    }
  }

  /** Reads what was written from end to end, tags and all. */
  private void check(Path written, Tenant tenant, int day) throws IOException {
    try (ReadableFile source = files.open(written)) {
      SegmentIndex index =
          SegmentIndex.read(
              source, path, info.id(), tenant, day, footer, SegmentRepair::refuse, MatchCache.none());
      SegmentIndex.checkSections(source, footer);
      long at = SegmentFormat.HEADER;
      for (BlockInfo block : index.blocks()) {
        pace.spend(block.stored());
        BlockTag tag = BlockTag.decode(tagAt(source, at), at, info.id());
        if (!tag.info().equals(block)) {
          throw new CorruptBytesException("tag at %d is of %s, expected %s".formatted(at, tag.info(), block));
        }
        DecodedBlock _ =
            DecodedBlock.decode(SegmentIndex.bytes(source, block.offset(), block.stored()), block, index::column);
        at = SegmentFormat.aligned(block.offset() + block.stored());
      }
    }
  }

  private static byte[] tagAt(ReadableFile source, long at) throws IOException {
    int length = BlockTag.length(SegmentIndex.bytes(source, at, BlockTag.HEAD));
    if (length < 0) {
      throw new CorruptBytesException("no tag at " + at);
    }
    return SegmentIndex.bytes(source, at, length);
  }

  private static void refuse(Damage damage) {
    throw new CorruptBytesException(damage.detail());
  }
}
