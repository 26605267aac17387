package io.sigyn.model;

/**
 * Blocks of the entries a {@link Selection} asks for. Every entry comes exactly once (exact duplicates in one stream are
 * removed by the store), every row of every block lies in the selected time range.
 *
 * <p>Order: for {@link Direction#BACKWARD} the newest times of successive blocks do not rise; for {@link
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

  /** The current block; valid after {@link #next} returned true. */
  EntryBlock block();

  /**
   * A bound on all blocks still to come: no entry of theirs is newer (backward) or older (forward). Costs no decoding.
   * Without any further block it is {@code Long.MIN_VALUE} backward and {@code Long.MAX_VALUE} forward.
   */
  long bound();

  @Override
  void close();
}
