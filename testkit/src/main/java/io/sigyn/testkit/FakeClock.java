package io.sigyn.testkit;

import io.sigyn.life.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves when told to. Safe for use by many threads. */
public final class FakeClock implements Clock {
  private final AtomicLong epochNanos;
  private final AtomicLong ticks = new AtomicLong();

  /** Starts at the instant, nanoseconds since the Unix epoch. */
  public FakeClock(long epochNanos) {
    this.epochNanos = new AtomicLong(epochNanos);
  }

  /** Moves both clocks forward. */
  public void advance(Duration by) {
    epochNanos.addAndGet(by.toNanos());
    ticks.addAndGet(by.toNanos());
  }

  /** Sets the wall clock alone, as an administrator does. */
  public void jumpTo(long nanos) {
    epochNanos.set(nanos);
  }

  @Override
  public long epochNanos() {
    return epochNanos.get();
  }

  @Override
  public long ticks() {
    return ticks.get();
  }
}
