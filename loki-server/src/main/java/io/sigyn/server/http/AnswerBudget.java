package io.sigyn.server.http;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The memory of answers that all connections hold together until their clients have taken them. While it is used up no query
 * begins: whose client has taken nothing for a second is closed at once, and when that is not enough within another second,
 * those are that have taken nothing for longest, as many as needed. Answers that no query made are refused instead when they
 * are not small. Safe for use by many threads.
 */
public final class AnswerBudget {
  /** An answer of so many bytes is never refused: who watches the server must see it, and errors must be told. */
  static final int SMALL = 1 << 20;

  private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LOOK_MILLIS = 50;

  /** Waits of a second together. */
  private static final int PATIENT_LOOKS = 20;

  private final long limit;
  private final int patientLooks;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Held> all = new HashSet<>();
  private long held;
  private long closed;

  /** A budget of that many bytes. */
  public AnswerBudget(long limit) {
    this(limit, PATIENT_LOOKS);
  }

  /** With another number of looks before nobody is spared. */
  AnswerBudget(long limit, int patientLooks) {
    this.limit = limit;
    this.patientLooks = patientLooks;
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
   * Takes room for the answer of a query, which had to wait for it before it began.
   *
   * @param bytes of memory, about
   */
  Held hold(long bytes, Reader reader) {
    lock.lock();
    try {
      return add(bytes, reader);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes room for another answer, or none.
   *
   * @param bytes of memory, about; more than the whole budget is taken when it is alone
   */
  Optional<Held> take(long bytes, Reader reader) {
    List<Held> victims = List.of();
    Held taken;
    lock.lock();
    try {
      if (held != 0 && held + bytes > limit) {
        victims = giveUp(held + bytes - limit, STALLED_NANOS, bytes > SMALL);
        if (held != 0 && held + bytes > limit && bytes > SMALL) {
          return Optional.empty();
        }
      }
      taken = add(bytes, reader);
    } finally {
      lock.unlock();
    }
    victims.forEach(victim -> victim.reader.close());
    return Optional.of(taken);
  }

  /**
   * Waits until some room is left.
   *
   * @param check called often; throws to end the wait
   */
  public void awaitRoom(Runnable check) {
    int looks = 0;
    boolean full = true;
    while (full) {
      check.run();
      List<Held> victims;
      lock.lock();
      try {
        long most = looks < patientLooks ? STALLED_NANOS : 1;
        victims = held < limit ? List.of() : giveUp(held - limit + 1, most, false);
        full = held >= limit;
        if (full && victims.isEmpty()) {
          boolean _ = changed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
          looks++;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LokiException(ErrorKind.UNAVAILABLE, "the server is stopping", e);
      } finally {
        lock.unlock();
      }
      victims.forEach(victim -> victim.reader.close());
    }
  }

  private Held add(long bytes, Reader reader) {
    Held added = new Held(bytes, reader);
    all.add(added);
    held += bytes;
    return added;
  }

  /** Takes back the room of those to be closed, so that so many bytes are free. */
  private List<Held> giveUp(long wanted, long leastNanos, boolean allOrNothing) {
    List<Held> victims = victims(wanted, leastNanos, allOrNothing);
    victims.forEach(this::forget);
    closed += victims.size();
    return victims;
  }

  /**
   * Those to be closed so that so many bytes are free, who has taken nothing for longest first.
   *
   * @param leastNanos how long a client must have taken nothing
   * @param allOrNothing whether there are none when all of them together are not enough
   */
  private List<Held> victims(long wanted, long leastNanos, boolean allOrNothing) {
    List<Stalled> stalled = new ArrayList<>();
    for (Held one : all) {
      long nanos = one.reader.stalledNanos();
      if (nanos >= leastNanos) {
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
    return !allOrNothing || freed >= wanted || freed == held ? victims : List.of();
  }

  private void forget(Held one) {
    if (all.remove(one)) {
      held -= one.bytes;
      changed.signalAll();
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
