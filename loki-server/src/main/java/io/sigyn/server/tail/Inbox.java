package io.sigyn.server.tail;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.wire.query.DroppedEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What has arrived for one listener and was not taken yet, at most {@value #MAX_ENTRIES} entries and {@value
 * #MAX_BYTES} bytes, and no more than the room of all listeners allows. What finds no room is lost, and remembered as such. Safe for use by many threads.
 */
final class Inbox {
  static final int MAX_ENTRIES = 5_000;
  static final int MAX_BYTES = 1 << 20;

  /** What was lost is listed up to here. */
  static final int MAX_DROPPED = 1_000;

  private final List<LabelMatcher> matchers;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Arrived> waiting = new ArrayDeque<>();
  private final List<DroppedEntry> dropped = new ArrayList<>();
  private int bytes;
  private boolean closed;

  Inbox(List<LabelMatcher> matchers) {
    this.matchers = List.copyOf(matchers);
  }

  /** Takes the entries of a batch that are of streams listened to. */
  void offer(ArrivedPush push) {
    EntryBatch batch = push.batch();
    for (int s = 0; s < batch.streams(); s++) {
      if (matches(batch.labels(s))) {
        offer(push, batch, s);
      }
    }
  }

  private boolean matches(Labels stream) {
    for (LabelMatcher matcher : matchers) {
      if (!matcher.matches(stream.get(matcher.name()))) {
        return false;
      }
    }
    return true;
  }

  private void offer(ArrivedPush push, EntryBatch batch, int s) {
    Labels stream = batch.labels(s);
    lock.lock();
    try {
      for (int e = batch.firstEntry(s); e < batch.endEntry(s) && !closed; e++) {
        int length = batch.lineEnd(e) - batch.lineStart(e);
        Optional<Arrived> entry =
            waiting.size() >= MAX_ENTRIES || bytes + length > MAX_BYTES ? Optional.empty() : push.entry(e, stream);
        if (entry.isPresent()) {
          bytes += length;
          waiting.add(entry.get());
        } else if (dropped.size() < MAX_DROPPED) {
          dropped.add(new DroppedEntry(batch.timestamp(e), stream));
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes what arrived up to a moment.
   *
   * @param most entries
   */
  List<Arrived> take(long ticks, int most) {
    List<Arrived> taken = new ArrayList<>();
    lock.lock();
    try {
      Arrived next;
      while (taken.size() < most && (next = waiting.peek()) != null && next.ticks() - ticks <= 0) {
        taken.add(waiting.remove());
        bytes -= next.line().length;
        // What is taken is soon sent; a frame of it does not count any more.
        next.push().release();
      }
    } finally {
      lock.unlock();
    }
    return taken;
  }

  /** Takes the list of what was lost. */
  List<DroppedEntry> takeDropped() {
    lock.lock();
    try {
      List<DroppedEntry> lost = List.copyOf(dropped);
      dropped.clear();
      return lost;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something is there or was lost, or it is closed, or the time is up. */
  void await(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (waiting.isEmpty() && dropped.isEmpty() && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits a while although something may be there already. */
  void pause(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (!closed && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more and wakes whoever waits. */
  void close() {
    lock.lock();
    try {
      closed = true;
      waiting.forEach(arrived -> arrived.push().release());
      waiting.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
