package io.sigyn.agent.source;

import java.util.concurrent.atomic.LongAdder;

/** What the readers of one client did so far. Safe for use by several threads. */
public final class ReadCounters {
  /** Lines given to pipelines. */
  public final LongAdder lines = new LongAdder();

  /** Bytes read. */
  public final LongAdder bytes = new LongAdder();

  /** Lines longer than allowed. */
  public final LongAdder longLines = new LongAdder();

  /** NUL bytes left out. */
  public final LongAdder skippedNuls = new LongAdder();

  /** Bytes that were known to be there and could not be read any more. */
  public final LongAdder abandonedBytes = new LongAdder();

  /** Files replaced by others by rotation. */
  public final LongAdder rotations = new LongAdder();

  /** Files whose content was replaced in place. */
  public final LongAdder truncations = new LongAdder();

  /** What the kernel told of watched directories. */
  public final LongAdder watchEvents = new LongAdder();
}
