package io.sigyn.model;

import org.jspecify.annotations.Nullable;

/**
 * Blocks of the entries a {@link Selection} asks for. Every entry comes exactly once (exact duplicates in one stream are
 * removed by the store), every row of every block lies in the selected time range.
 *
 * <p>Order, unless {@link Selection.Order#STREAM} is asked for: for {@link Direction#BACKWARD} the newest times of successive blocks do not rise; for {@link
 * Direction#FORWARD} their oldest times do not fall. Rows inside a block are oldest first in both cases. Used by one
 * thread at a time; must be closed.
 */
public interface EntryCursor extends AutoCloseable {
  /**
   * Moves to the next block.
   *
   * @return false when there is none
   */
  boolean next();

  /**
   * What is known of the next block without reading it; null when nothing is, or when there is no next block. Moves
   * nothing and costs little.
   */
  default @Nullable EntrySummary summary() {
    return null;
  }

  /**
   * The times of the entries that {@link #summary} just described, each entry once; null when they are not known apart from
   * the entries. Moves nothing, but may read much. Those who have what they want of them {@link #skip} the entries.
   */
  default @Nullable EntryTimes times() {
    return null;
  }

  /** Leaves out the block that {@link #summary} just described. Those who have its counts need no more of it. */
  default void skip() {
    throw new IllegalStateException("no summary, so nothing to skip");
  }

  /** The current block; valid after {@link #next} returned true. */
  EntryBlock block();

  /**
   * A bound on all blocks still to come: no entry of theirs is newer (backward) or older (forward). Costs no decoding.
   * Without any further block it is {@code Long.MIN_VALUE} backward and {@code Long.MAX_VALUE} forward. In the order of
   * streams it is no more than that: forward {@code Long.MIN_VALUE} and backward {@code Long.MAX_VALUE} before the end.
   */
  long bound();

  @Override
  void close();
}
