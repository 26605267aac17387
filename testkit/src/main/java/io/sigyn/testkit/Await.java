package io.sigyn.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what happens on other threads, processes or disks. */
public final class Await {
  private static final long POLL_NANOS = 5_000_000;

  private Await() {}

  /**
   * Returns as soon as the condition holds.
   *
   * @param what completes "waited 10s in vain for ..."
   */
  public static void until(String what, Duration atMost, BooleanSupplier condition) {
    until(what, atMost, condition, () -> "");
  }

  /** As {@link #until(String, Duration, BooleanSupplier)}, with the state to show when time is up. */
  public static void until(String what, Duration atMost, BooleanSupplier condition, Supplier<String> state) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        String now = state.get();
        throw new AssertionError(
            "waited " + atMost.toSeconds() + "s in vain for " + what + (now.isEmpty() ? "" : "; now: " + now));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
