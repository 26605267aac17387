package io.sigyn.agent.source;

import io.sigyn.agent.positions.Positions;
import io.sigyn.agent.positions.Stamp;
import io.sigyn.life.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives times to lines of one content that carry none. A line read again gets the time it got first: what was given out is
 * in the journal of positions before anybody sees it.
 */
final class Stamps {
  private final Positions positions;
  private final long key;
  private final Clock clock;
  private final List<Stamp> given;

  Stamps(Positions positions, long key, Clock clock, List<Stamp> given) {
    this.positions = positions;
    this.key = key;
    this.clock = clock;
    this.given = new ArrayList<>(given);
  }

  /**
   * The time of a line.
   *
   * @param offset where it starts
   * @param chunkEnd the end of what was read together with it
   */
  synchronized long at(long offset, long chunkEnd) {
    for (int i = given.size() - 1; i >= 0; i--) {
      if (given.get(i).covers(offset)) {
        return given.get(i).at(offset);
      }
    }
    long last = given.isEmpty() ? Long.MIN_VALUE : given.getLast().last();
    Stamp stamp = new Stamp(offset, Math.max(chunkEnd, offset + 1), Math.max(clock.epochNanos(), last + 1));
    given.add(stamp);
    positions.stamp(key, stamp);
    return stamp.at(offset);
  }

  /** Those still needed when everything before the offset is acknowledged. */
  synchronized List<Stamp> after(long committed) {
    long last = given.isEmpty() ? 0 : given.getLast().to();
    given.removeIf(stamp -> stamp.to() <= committed && stamp.to() < last);
    return List.copyOf(given);
  }
}
