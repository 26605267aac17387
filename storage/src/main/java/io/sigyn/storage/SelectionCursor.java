package io.sigyn.storage;

import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.ScanStats;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.rows.StreamMerge;
import io.sigyn.storage.segment.BlockReader;
import org.jspecify.annotations.Nullable;

/** What the two orders of a selection have in common: the block that is shown, summaries, and what is given back at the end. */
abstract sealed class SelectionCursor implements EntryCursor permits StoreCursor, StreamsCursor {
  final boolean forward;
  final ScanStats stats;
  private final BlockReader reader;
  private final Leases.Lease lease;
  private @Nullable EntryBlock block;

  /** The answer of {@link #summary} until the cursor moves. */
  private @Nullable EntrySummary known;

  /** Gives the lease back when it is closed. */
  SelectionCursor(Direction direction, BlockReader reader, ScanStats stats, Leases.Lease lease) {
    this.forward = direction == Direction.FORWARD;
    this.reader = reader;
    this.stats = stats;
    this.lease = lease;
  }

  /** The stream whose block is next, prepared; null when none is left or its block is decoded already. */
  abstract @Nullable StreamMerge ahead();

  /** Puts the stream that {@link #ahead} gave where it belongs now that its next block was left out. */
  abstract void passed(StreamMerge stream);

  /** The next block that has rows; null when there is none. */
  abstract @Nullable EntryBlock take();

  /** Forgets all streams. */
  abstract void clear();

  @Override
  public boolean next() {
    known = null;
    block = take();
    return block != null;
  }

  @Override
  public EntryBlock block() {
    EntryBlock now = block;
    if (now == null) {
      throw new IllegalStateException("no block; next() must have returned true");
    }
    return now;
  }

  @Override
  public @Nullable EntrySummary summary() {
    if (known == null) {
      StreamMerge stream = ahead();
      known = stream == null ? null : stream.summary();
    }
    return known;
  }

  @Override
  public void skip() {
    EntrySummary summary = summary();
    StreamMerge stream = ahead();
    if (stream == null || summary == null) {
      throw new IllegalStateException("no summary, so nothing to skip");
    }
    known = null;
    stats.summarisedLines += summary.rows();
    stream.skip();
    passed(stream);
  }

  @Override
  public void close() {
    clear();
    block = null;
    // A read that is under way must be given up before the file may go.
    reader.close();
    lease.close();
  }
}
