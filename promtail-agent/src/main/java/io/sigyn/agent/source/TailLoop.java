package io.sigyn.agent.source;

import io.sigyn.life.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that gives its tails their turns: at once while there is more to read, else at the polling period, which
 * doubles from the smallest to the largest while a file is silent, and seldom while a silent file is watched.
 */
final class TailLoop implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(TailLoop.class);

  /** What a silent file adds to the period: 5000 files of one thread are looked at every two seconds. */
  private static final long PER_FILE = 400_000;

  /** Turns of many files fall together, so many times in the smallest period: each waking looks at every slot. */
  private static final int WAKINGS = 4;

  /** How long a file that cannot be watched is not tried again. */
  private static final long WATCH_AGAIN = Duration.ofMinutes(1).toNanos();

  private final class Slot implements Watches.Watcher {
    final Tail tail;
    final Pace pace = new Pace(bounds);
    long due;
    boolean touched;
    boolean told;
    Optional<Watches.Watch> watch = Optional.empty();
    long unwatchedUntil = Long.MIN_VALUE;

    Slot(Tail tail, long now) {
      this.tail = tail;
      this.due = now;
    }

    @Override
    public void changed() {
      lock.lock();
      try {
        touched = true;
        due = Long.MIN_VALUE;
        woken = true;
        work.signalAll();
      } finally {
        lock.unlock();
      }
    }

    boolean rests() {
      return watch.filter(Watches.Watch::isAlive).isPresent();
    }
  }

  private final Clock clock;
  private final Pace.Bounds bounds;
  private final long step;
  private final byte[] buffer;
  private final Consumer<Tail> retired;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final List<Slot> slots = new ArrayList<>();
  private final Watches watches;
  private int asked;
  private boolean woken;
  private boolean stopped;

  /**
   * Without tails.
   *
   * @param bounds of the delays between turns
   * @param bufferBytes the longest line and a chunk
   * @param watches tells of files that are silent for long
   * @param retired is told of tails that are done
   */
  TailLoop(
      Clock clock, Pace.Bounds bounds, int bufferBytes, Watches watches, Consumer<Tail> retired) {
    this.clock = clock;
    this.watches = watches;
    this.bounds = bounds;
    this.step = Math.max(1, bounds.minPoll().toNanos() / WAKINGS);
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

  /** Gives every tail that may have something to read a turn now. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      slots.stream().filter(slot -> !slot.rests()).forEach(slot -> slot.due = Long.MIN_VALUE);
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Gives these tails a turn now. */
  void wake(Set<Tail> some) {
    lock.lock();
    try {
      slots.stream().filter(slot -> some.contains(slot.tail)).forEach(Slot::changed);
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
        asked = 0;
        for (Slot slot : slots) {
          asked += slot.watch.isPresent() ? 0 : 1;
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
    return (Math.floorDiv(due - 1, step) + 1) * step;
  }

  /** The longest period of silent files that are not watched when there are so many that looking at all of them would cost too much. */
  private long crowd() {
    lock.lock();
    try {
      return asked * PER_FILE;
    } finally {
      lock.unlock();
    }
  }

  private void turn(Slot slot) {
    long next;
    boolean done = false;
    lock.lock();
    try {
      slot.told = slot.touched;
      slot.touched = false;
    } finally {
      lock.unlock();
    }
    try {
      Tail.Turn turn = slot.tail.poll(buffer);
      if (turn != Tail.Turn.RESTS) {
        stir(slot, turn);
      }
      next =
          switch (turn) {
            case MORE -> slot.pace.atOnce();
            case GREW -> slot.pace.soon();
            case QUIET -> slot.pace.quiet(crowd());
            case RESTS -> rest(slot);
            case WAITING -> slot.pace.waiting();
            case RETIRED -> {
              done = true;
              yield 0;
            }
          };
    } catch (RuntimeException e) {
      log.error("reading failed, trying again in 10s path={}", slot.tail.path(), e);
      next = slot.pace.failed();
    }
    lock.lock();
    try {
      if (done) {
        slots.remove(slot);
      }
      slot.due = next == 0 || slot.touched ? clock.ticks() : together(clock.ticks() + next);
    } finally {
      lock.unlock();
    }
    if (done) {
      retired.accept(slot.tail);
    }
  }

  /** Leaves a silent file to its watch; a new one tells nothing of what happened before it was there, so it is asked again. */
  private long rest(Slot slot) {
    if (slot.rests()) {
      return slot.pace.resting(slot.tail.untilDue());
    }
    if (clock.ticks() < slot.unwatchedUntil) {
      return slot.pace.quiet(crowd());
    }
    slot.watch = watches.watch(slot.tail.location(), slot);
    if (slot.watch.isEmpty()) {
      slot.unwatchedUntil = clock.ticks() + WATCH_AGAIN;
    }
    return slot.pace.soon();
  }

  /** Ends the watch of a file that something happened to. */
  private void stir(Slot slot, Tail.Turn turn) {
    slot.watch.ifPresent(
        watch -> {
          if (!slot.told && (turn == Tail.Turn.GREW || turn == Tail.Turn.MORE) && watch.isAlive()) {
            watches.missed(watch);
          }
          watches.end(watch);
        });
    slot.watch = Optional.empty();
  }
}
