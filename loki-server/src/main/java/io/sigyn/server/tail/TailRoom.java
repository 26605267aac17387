package io.sigyn.server.tail;

import java.util.concurrent.atomic.AtomicLong;

/** Memory for what waits for all listeners together. Safe for use by many threads. */
final class TailRoom {
  private final long limit;
  private final AtomicLong held = new AtomicLong();

  /**
   * Nothing held.
   *
   * @param limit bytes
   */
  TailRoom(long limit) {
    this.limit = limit;
  }

  /** Takes bytes; false, and nothing taken, when there are not so many left. */
  boolean take(long bytes) {
    if (held.addAndGet(bytes) > limit) {
      held.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void give(long bytes) {
    held.addAndGet(-bytes);
  }

  long held() {
    return held.get();
  }
}
