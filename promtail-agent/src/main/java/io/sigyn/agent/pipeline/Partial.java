package io.sigyn.agent.pipeline;

import io.sigyn.agent.source.LineSink;
import io.sigyn.bytes.ByteSink;

/** The parts of one entry that came so far, of one stream of one file. */
final class Partial {
  /** A file that once had a long entry need not keep its memory. */
  private static final int KEEP = 1 << 16;

  private ByteSink parts = new ByteSink(64);
  private long firstTime;
  private long sequence = LineSink.NOTHING;
  private int pieces;
  private boolean cut;

  boolean isOpen() {
    return sequence != LineSink.NOTHING;
  }

  /** The sequence of the line with the first part. */
  long sequence() {
    return sequence;
  }

  /** The time of the first part. */
  long firstTime() {
    return firstTime;
  }

  int size() {
    return parts.size();
  }

  /** How many times the entry was given out in pieces because it grew too long. */
  int pieces() {
    return pieces;
  }

  /**
   * Adds a part.
   *
   * @param limit bytes above which the entry is cut, at a whole character; 0 for none
   */
  void add(byte[] bytes, int from, int to, long time, long lineSequence, long limit) {
    if (!isOpen()) {
      firstTime = time;
      sequence = lineSequence;
    }
    int end = to;
    if (limit > 0 && parts.size() + (to - from) > limit) {
      end = Utf8.whole(bytes, from, from + (int) Math.max(0, limit - parts.size()));
    }
    if (!cut) {
      parts.bytes(bytes, from, end - from);
      cut = end < to;
    }
  }

  /** Takes the parts out; the array is valid until the next {@link #add}. */
  byte[] array() {
    return parts.array();
  }

  /** Begins the next piece of the same entry. */
  void nextPiece() {
    pieces++;
    sequence = LineSink.NOTHING;
    parts.clear();
  }

  /** Begins the next entry. */
  void clear() {
    sequence = LineSink.NOTHING;
    pieces = 0;
    cut = false;
    if (parts.array().length > KEEP) {
      parts = new ByteSink(64);
    } else {
      parts.clear();
    }
  }
}
