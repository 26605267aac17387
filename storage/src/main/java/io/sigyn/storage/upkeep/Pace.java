package io.sigyn.storage.upkeep;

import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import java.util.function.BooleanSupplier;

/**
 * What background work may spend: so many bytes read and written per second, a quarter of it while the foreground is busy.
 * Used by one thread; {@link #stop} by any.
 */
public final class Pace {
  private static final long LONGEST_PAUSE = 20_000_000L;
  private static final int BUSY_FACTOR = 4;

  private final Clock clock;
  private final long bytesPerSecond;
  private final BooleanSupplier busy;
  private volatile boolean stopped;
  private long paidUntil;

  /**
   * Starts without debt.
   *
   * @param bytesPerSecond 0 is without bound
   * @param busy whether queries have the machine; asked for every payment
   */
  public Pace(Clock clock, long bytesPerSecond, BooleanSupplier busy) {
    this.clock = clock;
    this.bytesPerSecond = bytesPerSecond;
    this.busy = busy;
    this.paidUntil = clock.ticks();
  }

  /**
   * Pays for bytes, by waiting until all that was paid for before is worked off.
   *
   * @throws UpkeepStoppedException when there is no use in going on
   */
  public void spend(long bytes) throws UpkeepStoppedException {
    check();
    if (bytesPerSecond <= 0) {
      return;
    }
    int factor = busy.getAsBoolean() ? BUSY_FACTOR : 1;
    long price = (long) (bytes * 1e9 / bytesPerSecond * factor);
    while (true) {
      long left = paidUntil - clock.ticks();
      if (left <= 0) {
        paidUntil = clock.ticks() + price;
        return;
      }
      Threads.pause(Math.min(left, LONGEST_PAUSE));
      check();
    }
  }

  /** Throws when stopped. */
  public void check() throws UpkeepStoppedException {
    if (stopped || Thread.currentThread().isInterrupted()) {
      throw new UpkeepStoppedException();
    }
  }

  /** Makes the step under way give up. */
  public void stop() {
    stopped = true;
  }

  /** Lets work go on after {@link #stop}. */
  public void resume() {
    stopped = false;
  }
}
