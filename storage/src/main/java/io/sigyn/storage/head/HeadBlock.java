package io.sigyn.storage.head;

import io.sigyn.storage.block.BlockBuilder;
import io.sigyn.storage.block.DecodedBlock;
import java.lang.ref.WeakReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a stream that became a block of their own before the flush, with stream {@value #STREAM} and its own numbers of
 * metadata columns. The rows are of one UTC day. Immutable; what readers decode is kept for as long as one of them uses it,
 * so that memory holds the block once and not its rows too. Safe for use by many threads.
 */
final class HeadBlock extends HeadPart {
  /** The stream's number in the block. */
  static final int STREAM = 0;

  /** Objects beside the stored bytes, roughly. */
  private static final long OVERHEAD = 600;

  final BlockBuilder.Built built;

  /** Names of metadata columns by their number. */
  final List<String> columns;

  private final int rank;
  private volatile @Nullable WeakReference<DecodedBlock> decoded;

  HeadBlock(BlockBuilder.Built built, List<String> columns, int rank) {
    this.built = built;
    this.columns = List.copyOf(columns);
    this.rank = rank;
  }

  /** The block to be decoded; whoever holds it shares what others decoded. */
  DecodedBlock open() {
    WeakReference<DecodedBlock> reference = decoded;
    DecodedBlock known = reference == null ? null : reference.get();
    if (known == null) {
      known = DecodedBlock.open(built.bytes(), built.info(), columns::get);
      decoded = new WeakReference<>(known);
    }
    return known;
  }

  @Override
  int bytes() {
    return built.info().rawBytes();
  }

  @Override
  long memory() {
    return OVERHEAD + built.bytes().length;
  }

  @Override
  int rank() {
    return rank;
  }
}
