package io.sigyn.agent.source;

import io.sigyn.life.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that gives its tails their turns: at once while there is more to read, else at the polling period, which
 * doubles from the smallest to the largest while a file is silent.
 */
final class TailLoop implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(TailLoop.class);
  private static final long WAITING_FIRST = Duration.ofMillis(250).toNanos();
  private static final long WAITING_MAX = Duration.ofSeconds(5).toNanos();

  /** What a silent file adds to the period: 5000 files of one thread are looked at every two seconds. */
  private static final long PER_FILE = 400_000;

  /** Turns of many files fall together, so many times in the smallest period: each waking looks at every slot. */
  private static final int WAKINGS = 4;

  private static final long AFTER_FAILURE = Duration.ofSeconds(10).toNanos();

  private static final class Slot {
    final Tail tail;
    long due;
    long period;

    Slot(Tail tail, long now) {
      this.tail = tail;
      this.due = now;
    }
  }

  private final Clock clock;
  private final long minPoll;
  private final long maxPoll;
  private final byte[] buffer;
  private final Consumer<Tail> retired;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final List<Slot> slots = new ArrayList<>();
  private boolean woken;
  private boolean stopped;

  /**
   * Without tails.
   *
   * @param bufferBytes the longest line and a chunk
   * @param retired is told of tails that are done
   */
  TailLoop(Clock clock, Duration minPoll, Duration maxPoll, int bufferBytes, Consumer<Tail> retired) {
    this.clock = clock;
    this.minPoll = minPoll.toNanos();
    this.maxPoll = maxPoll.toNanos();
    this.buffer = new byte[bufferBytes];
    this.retired = retired;
  }

  void add(Tail tail) {
    lock.lock();
    try {
      slots.add(new Slot(tail, clock.ticks()));
      woken = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return slots.size();
    } finally {
      lock.unlock();
    }
  }

  /** Gives every tail a turn now. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      slots.forEach(slot -> slot.due = Long.MIN_VALUE);
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void stop() {
    lock.lock();
    try {
      stopped = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void run() {
    while (true) {
      List<Slot> due = await();
      if (due.isEmpty()) {
        return;
      }
      for (Slot slot : due) {
        if (isStopped()) {
          return;
        }
        turn(slot);
      }
    }
  }

  private boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for tails whose turn it is; none when the loop is to end. */
  private List<Slot> await() {
    lock.lock();
    try {
      while (!stopped) {
        woken = false;
        long now = clock.ticks();
        long wait = Duration.ofMinutes(1).toNanos();
        List<Slot> due = new ArrayList<>();
        for (Slot slot : slots) {
          if (slot.due == Long.MIN_VALUE || slot.due - now <= 0) {
            due.add(slot);
          } else {
            wait = Math.min(wait, slot.due - now);
          }
        }
        if (!due.isEmpty()) {
          return due;
        }
        if (!woken) {
          long left = work.awaitNanos(wait);
          log.trace("turn after waiting left={}", left);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    return List.of();
  }

  private long together(long due) {
    long step = Math.max(1, minPoll / WAKINGS);
    return (Math.floorDiv(due - 1, step) + 1) * step;
  }

  /** The longest period of silent files when there are so many that looking at all of them would cost too much. */
  private long crowd() {
    lock.lock();
    try {
      return slots.size() * PER_FILE;
    } finally {
      lock.unlock();
    }
  }

  private void turn(Slot slot) {
    long next;
    boolean done = false;
    try {
      next =
          switch (slot.tail.poll(buffer)) {
            case MORE -> 0;
            case GREW -> minPoll;
            case QUIET -> Math.min(Math.max(maxPoll, crowd()), Math.max(minPoll, slot.period * 2));
            case WAITING -> Math.min(WAITING_MAX, Math.max(WAITING_FIRST, slot.period * 2));
            case RETIRED -> {
              done = true;
              yield 0;
            }
          };
    } catch (RuntimeException e) {
      log.error("reading failed, trying again in 10s path={}", slot.tail.path(), e);
      next = AFTER_FAILURE;
    }
    lock.lock();
    try {
      if (done) {
        slots.remove(slot);
      }
      slot.period = next;
      slot.due = next == 0 ? clock.ticks() : together(clock.ticks() + next);
    } finally {
      lock.unlock();
    }
    if (done) {
      retired.accept(slot.tail);
    }
  }
}
