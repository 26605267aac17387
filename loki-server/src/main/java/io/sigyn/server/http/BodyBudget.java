package io.sigyn.server.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of bodies that all connections hold together, from the moment they are announced until
 * the answer is sent. This one number is the back-pressure of pushes. Safe for use by many threads.
 */
public final class BodyBudget {
  private final long limit;
  private final AtomicLong held = new AtomicLong();

  /** A budget of that many bytes. */
  public BodyBudget(long limit) {
    this.limit = limit;
  }

  /** Takes the bytes, or nothing. A body larger than the whole budget is taken when it is alone. */
  boolean take(long bytes) {
    while (true) {
      long now = held.get();
      if (now != 0 && now + bytes > limit) {
        return false;
      }
      if (held.compareAndSet(now, now + bytes)) {
        return true;
      }
    }
  }

  void give(long bytes) {
    held.addAndGet(-bytes);
  }

  /** The bytes held now. */
  public long held() {
    return held.get();
  }

  /** The bytes that may be held. */
  public long limit() {
    return limit;
  }
}
