package io.sigyn.life;

/** The two clocks a program needs; tests put their own in. */
public interface Clock {
  /** The machine's clock. */
  Clock SYSTEM =
      new Clock() {
        @Override
        public long epochNanos() {
          java.time.Instant now = java.time.Instant.now();
          return now.getEpochSecond() * 1_000_000_000L + now.getNano();
        }

        @Override
        public long ticks() {
          return System.nanoTime();
        }
      };

  /** Nanoseconds since the Unix epoch; may jump when somebody sets the clock. */
  long epochNanos();

  /** Nanoseconds since some fixed moment; never goes back. For durations. */
  long ticks();

  /** Milliseconds since the Unix epoch. */
  default long epochMillis() {
    return Math.floorDiv(epochNanos(), 1_000_000L);
  }
}
