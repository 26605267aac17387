package io.sigyn.server.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The memory of answers that all connections hold together until their clients have taken them. An answer that does not fit
 * makes room for itself: the connections whose clients have taken nothing for longest, and for a second at least, are closed.
 * When those that are left take what they asked for, only more slowly than others ask, the answer is refused. Safe for use
 * by many threads.
 */
public final class AnswerBudget {
  /** An answer of so many bytes is never refused: it is how others are told that there is no room. */
  static final int SMALL = 64 << 10;

  private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final long limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Held> all = new HashSet<>();
  private long held;
  private long closed;

  /** A budget of that many bytes. */
  public AnswerBudget(long limit) {
    this.limit = limit;
  }

  /** Who takes an answer. Called by any thread. */
  interface Reader {
    /** Nanoseconds since the client took a part of what waits for it; 0 when nothing does. */
    long stalledNanos();

    /** Gives the client up; must not wait. */
    void close();
  }

  /** The room of one answer. */
  final class Held {
    private final long bytes;
    private final Reader reader;

    private Held(long bytes, Reader reader) {
      this.bytes = bytes;
      this.reader = reader;
    }

    /** The answer is gone. May be called again. */
    void give() {
      lock.lock();
      try {
        forget(this);
      } finally {
        lock.unlock();
      }
    }
  }

  /** An answer that may be closed, and since when its client takes nothing. */
  private record Stalled(Held held, long nanos) {}

  /**
   * Takes room for an answer, or none.
   *
   * @param bytes of memory, about; more than the whole budget is taken when it is alone
   */
  Optional<Held> take(long bytes, Reader reader) {
    Held taken = new Held(bytes, reader);
    List<Held> victims = List.of();
    lock.lock();
    try {
      if (held != 0 && held + bytes > limit) {
        victims = victims(held + bytes - limit, bytes > SMALL);
        victims.forEach(this::forget);
        closed += victims.size();
        if (held != 0 && held + bytes > limit && bytes > SMALL) {
          return Optional.empty();
        }
      }
      all.add(taken);
      held += bytes;
    } finally {
      lock.unlock();
    }
    victims.forEach(victim -> victim.reader.close());
    return Optional.of(taken);
  }

  /** Those to be closed so that so many bytes are free; none when that would not help. */
  private List<Held> victims(long wanted, boolean refusable) {
    List<Stalled> stalled = new ArrayList<>();
    for (Held one : all) {
      long nanos = one.reader.stalledNanos();
      if (nanos >= STALLED_NANOS) {
        stalled.add(new Stalled(one, nanos));
      }
    }
    stalled.sort(Comparator.comparingLong(Stalled::nanos).reversed());
    List<Held> victims = new ArrayList<>();
    long freed = 0;
    for (Stalled one : stalled) {
      if (freed >= wanted) {
        break;
      }
      victims.add(one.held);
      freed += one.held.bytes;
    }
    return !refusable || freed >= wanted || freed == held ? victims : List.of();
  }

  private void forget(Held one) {
    if (all.remove(one)) {
      held -= one.bytes;
    }
  }

  /** The bytes held now. */
  public long held() {
    lock.lock();
    try {
      return held;
    } finally {
      lock.unlock();
    }
  }

  /** The bytes that may be held. */
  public long limit() {
    return limit;
  }

  /** Connections that had to make room so far. */
  public long closed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }
}
