package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.block.DecodedBlock;
import io.sigyn.storage.codec.Crc32c;
import io.sigyn.storage.codec.Utf8Text;
import io.sigyn.storage.files.ReadableFile;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment from end to end and compares every checksum, and what its parts say of each other: blocks with the block
 * index, rows with the stream table, sums with the footer. Used by one thread.
 */
public final class SegmentAudit {
  private final StoreFiles files;
  private final Segment segment;
  private final Consumer<String> findings;

  private SegmentAudit(StoreFiles files, Segment segment, Consumer<String> findings) {
    this.files = files;
    this.segment = segment;
    this.findings = findings;
  }

  /**
   * Audits a segment. Damage of the index and of blocks is reported to the damage log of the segment's cache, the rest to
   * {@code findings}.
   *
   * @param progress takes the bytes read since it was called before
   */
  public static void run(StoreFiles files, Segment segment, Consumer<String> findings, LongConsumer progress) {
    SegmentAudit audit = new SegmentAudit(files, segment, findings);
    audit.sections();
    audit.pages();
    SegmentIndex index = segment.index();
    if (index != null) {
      audit.blocks(index, progress);
    }
  }

  /** Rows of a block, one stream after another. Null when the block is damaged, which is reported. */
  public static @Nullable DecodedBlock block(Segment segment, SegmentIndex index, int block) {
    return segment.read(index, block);
  }

  /** The sections that nothing reads before somebody asks for them are checked too. */
  private void sections() {
    SegmentFooter footer = segment.info().footer();
    try (ReadableFile file = files.open(segment.path())) {
      byte[] directory = SegmentIndex.bytes(file, footer.directoryOffset(), footer.directoryLength());
      footer.check(directory);
      ByteSource in = new ByteSource(directory);
      while (in.remaining() >= SegmentFormat.DIRECTORY_ENTRY) {
        int kind = in.u16();
        in.skip(6);
        long offset = in.u64();
        long stored = in.u64();
        in.skip(8);
        int crc = in.u32();
        in.skip(4);
        byte[] bytes = SegmentIndex.bytes(file, offset, stored);
        int actual = Crc32c.of(bytes, 0, bytes.length);
        if (actual != crc) {
          findings.accept(
              "section %d at %d: checksum is %08x, stored %08x".formatted(kind, offset, actual, crc));
        }
      }
    } catch (IOException | CorruptBytesException | IndexOutOfBoundsException e) {
      findings.accept("sections: " + e.getMessage());
    }
  }

  /** The parity, and the zeros between what has a checksum of its own. */
  private void pages() {
    SegmentFooter footer = segment.info().footer();
    if (Parity.of(footer).isEmpty()) {
      return;
    }
    try (ReadableFile file = files.open(segment.path())) {
      BitSet damaged = RepairedFile.over(file, footer).damaged();
      if (!damaged.isEmpty()) {
        findings.accept("pages %s of %d bytes are not what they were".formatted(damaged, Parity.PAGE));
      }
    } catch (IOException | CorruptBytesException | IndexOutOfBoundsException e) {
      findings.accept("parity: " + e.getMessage());
    }
  }

  private void blocks(SegmentIndex index, LongConsumer progress) {
    long[] rows = new long[index.size()];
    long[] bytes = new long[index.size()];
    long[] metadata = new long[index.size()];
    boolean whole = true;
    for (int b = 0; b < index.blocks().size(); b++) {
      BlockInfo info = index.blocks().get(b);
      DecodedBlock block = segment.read(index, b);
      if (block == null) {
        whole = false;
      } else {
        try {
          rows(index, b, block, rows, bytes, metadata);
        } catch (CorruptBytesException | IndexOutOfBoundsException e) {
          whole = false;
          findings.accept("block %d at %d: %s".formatted(b, info.offset(), e.getMessage()));
        }
      }
      progress.accept(info.stored());
    }
    if (whole) {
      sums(index, rows, bytes, metadata);
    }
  }

  private void rows(
      SegmentIndex index, int b, DecodedBlock block, long[] rows, long[] bytes, long[] metadata) {
    BlockInfo info = index.blocks().get(b);
    long seen = 0;
    for (int ref = info.firstStream(); ref <= info.lastStream(); ref++) {
      EntryBlock run = block.rows(ref, Labels.EMPTY);
      for (int r = 0; r < run.size(); r++) {
        long ts = run.timestamp(r);
        if (ts < index.minTs(ref) || ts > index.maxTs(ref) || (r > 0 && ts < run.timestamp(r - 1))) {
          findings.accept("block %d: time %d of stream %d is out of place".formatted(b, ts, ref));
        }
        rows[ref]++;
        bytes[ref] += run.lineEnd(r) - run.lineStart(r);
        metadata[ref] += Utf8Text.length(run.metadata(r));
      }
      seen += run.size();
    }
    if (seen != info.rows()) {
      findings.accept("block %d: has %d rows, the index says %d".formatted(b, seen, info.rows()));
    }
  }

  private void sums(SegmentIndex index, long[] rows, long[] bytes, long[] metadata) {
    long allRows = 0;
    long allBytes = 0;
    for (int ref = 0; ref < rows.length; ref++) {
      if (rows[ref] != index.rows(ref) || bytes[ref] != index.lineBytes(ref)) {
        findings.accept(
            "stream %d: has %d rows and %d bytes, the stream table says %d and %d"
                .formatted(ref, rows[ref], bytes[ref], index.rows(ref), index.lineBytes(ref)));
      }
      if (metadata[ref] != index.metadataBytes(ref)) {
        findings.accept(
            "stream %d: has %d bytes of metadata, the stream table says %d"
                .formatted(ref, metadata[ref], index.metadataBytes(ref)));
      }
      allRows += rows[ref];
      allBytes += bytes[ref];
    }
    SegmentFooter footer = segment.info().footer();
    if (allRows != footer.rows() || allBytes != footer.rawBytes()) {
      findings.accept(
          "has %d rows and %d bytes, the footer says %d and %d"
              .formatted(allRows, allBytes, footer.rows(), footer.rawBytes()));
    }
  }
}
