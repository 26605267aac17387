package io.sigyn.storage.head;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.block.BlockRuns;
import io.sigyn.storage.block.DecodedBlock;
import io.sigyn.storage.rows.Run;
import io.sigyn.storage.rows.StreamMerge;
import java.util.function.Supplier;

/** Rows in memory that are a block already: they may be decoded, column by column, or copied to a segment as they are. */
public final class EncodedRun implements Run {
  private static final int FIRST = 0;

  private final Labels stream;
  private final HeadBlock block;
  private final int rank;
  private final ScanStats stats;

  /** What is decoded is counted and charged to {@code stats}. */
  EncodedRun(Labels stream, HeadBlock block, int rank, ScanStats stats) {
    this.stream = stream;
    this.block = block;
    this.rank = rank;
    this.stats = stats;
  }

  @Override
  public long minTs() {
    return block.built.info().minTs();
  }

  @Override
  public long maxTs() {
    return block.built.info().maxTs();
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public boolean inHead() {
    return true;
  }

  @Override
  public EntrySummary summary() {
    return block.built.runs().summary(FIRST, stream, block.columns);
  }

  @Override
  public EntryBlock rows() {
    return EntryBlock.over(stream, FIRST, block.built.info().rows(), new Columns(block.open()));
  }

  /** A copy of the block as it would be stored. */
  public byte[] bytes() {
    return block.built.bytes().clone();
  }

  /** Its record for a block index. */
  public BlockInfo info() {
    return block.built.info();
  }

  /** What is in its one run. */
  public BlockRuns runs() {
    return block.built.runs();
  }

  /** The name of a metadata column by its number in the block. */
  public String columnName(int column) {
    return block.columns.get(column);
  }

  private final class Columns implements EntryBlock.Source {
    private final DecodedBlock decoded;

    Columns(DecodedBlock decoded) {
      this.decoded = decoded;
    }

    private <T> T charged(long cost, Supplier<T> column) {
      if (cost > 0) {
        stats.charge(cost);
      }
      return column.get();
    }

    @Override
    public long[] timestamps(int first, int size) {
      return charged(decoded.costOfTimestamps(), decoded::timestamps);
    }

    @Override
    public int[] offsets(int first, int size) {
      return charged(decoded.costOfOffsets(), decoded::offsets);
    }

    @Override
    public byte[] text(int first, int size) {
      byte[] text = charged(decoded.costOfText(), decoded::text);
      int[] offsets = offsets(first, size);
      stats.headBytes += offsets[first + size] - offsets[first];
      return text;
    }

    @Override
    public Labels[] metadata(int first, int size) {
      Labels[] sets = charged(decoded.costOfMetadata(), decoded::metadata);
      stats.metadataBytes +=
          StreamMerge.metadataBytes(EntryBlock.of(stream, first, size, new long[0], new int[0], new byte[0], sets));
      return sets;
    }

    @Override
    public boolean hasMetadata() {
      return decoded.hasMetadata();
    }
  }
}
