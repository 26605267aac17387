package io.sigyn.storage.segment;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.block.DecodedBlock;
import java.util.function.Supplier;

/**
 * The columns of a block as one query sees them: what it makes decode is counted before it is, and refused when it is too
 * much. Used by one thread.
 */
final class BlockColumns implements EntryBlock.Source {
  private final Segment segment;
  private final SegmentIndex index;
  private final int block;
  private DecodedBlock decoded;
  private final ScanStats stats;

  BlockColumns(Segment segment, SegmentIndex index, int block, DecodedBlock decoded, ScanStats stats) {
    this.segment = segment;
    this.index = index;
    this.block = block;
    this.decoded = decoded;
    this.stats = stats;
  }

  int firstRow(int stream) {
    return decoded.firstRow(stream);
  }

  int rowCount(int stream) {
    return decoded.rowCount(stream);
  }

  BlockInfo info() {
    return index.blocks().get(block);
  }

  /** The memory it may keep, in bytes, roughly; always the same. */
  long weight() {
    return decoded.fullWeight();
  }

  /** Whether some line of the block may be wanted. */
  @SuppressWarnings("ReferenceEquality") // the one test for which the text need not be decoded
  boolean mayHold(Selection.TextTest test) {
    if (test == Selection.TextTest.NONE) {
      return true;
    }
    byte[] text = column(decoded.costOfText(), decoded::text);
    return test.mayHold(text, 0, text.length);
  }

  @Override
  public long[] timestamps(int first, int size) {
    return column(decoded.costOfTimestamps(), decoded::timestamps);
  }

  @Override
  public int[] offsets(int first, int size) {
    return column(decoded.costOfOffsets(), decoded::offsets);
  }

  @Override
  public byte[] text(int first, int size) {
    if (!decoded.hasText()) {
      readWhole();
    }
    byte[] text = column(decoded.costOfText(), decoded::text);
    int[] offsets = offsets(first, size);
    stats.segmentBytes += offsets[first + size] - offsets[first];
    return text;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // neighbours share their set; another is added up
  public Labels[] metadata(int first, int size) {
    Labels[] sets = column(decoded.costOfMetadata(), decoded::metadata);
    Labels set = Labels.EMPTY;
    long bytes = 0;
    for (int r = first; r < first + size; r++) {
      if (sets[r] != set) {
        set = sets[r];
        bytes = 0;
        for (int i = 0; i < set.size(); i++) {
          bytes += set.name(i).length() + set.value(i).length();
        }
      }
      stats.metadataBytes += bytes;
    }
    return sets;
  }

  @Override
  public boolean hasMetadata() {
    return decoded.hasMetadata();
  }

  /** Nobody wanted the text, but rows of one time in several chains can only be told apart by it. */
  private void readWhole() {
    BlockInfo info = info();
    stats.charge(info.stored());
    DecodedBlock whole = segment.read(index, block);
    if (whole == null) {
      String what = segment.damage(index, block);
      throw tooLate(what, new CorruptBytesException(what));
    }
    stats.compressedBytes += info.stored();
    decoded = whole;
  }

  /** Rows may be out already: too late to leave the block out. */
  private static LokiException tooLate(String what, Exception cause) {
    return new LokiException(
        ErrorKind.INTERNAL, what + "; ask again, and the answer comes without this block, with a warning", cause);
  }

  /** A column, which others may have decoded in the meantime. */
  private <T> T column(long cost, Supplier<T> decode) {
    if (cost == 0) {
      return decode.get();
    }
    stats.charge(cost);
    try {
      T column = decode.get();
      segment.grown(index, block, decoded);
      return column;
    } catch (CorruptBytesException | IndexOutOfBoundsException e) {
      // The stored bytes were good when the block was opened.
      throw tooLate(segment.damaged(index, block, e), e);
    }
  }
}
