package io.sigyn.server.read;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits for a thread, by owner. Owners are served in turn, one task each, so that whoever has many tasks waiting keeps
 * nobody else from having one done; the tasks of one owner are served in their order. Tasks that nobody owns are done when
 * there is nothing else to do. A task is known by what it is, not by what it does: the same one is put in once. Safe for use by
 * many threads.
 */
final class FairQueue {
  private final int most;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Whose turn it is comes first. No queue is empty. */
  private final Map<String, SequencedSet<Runnable>> owners = new LinkedHashMap<>();

  private final ArrayDeque<Runnable> unowned = new ArrayDeque<>();
  private int waiting;
  private int idle;
  private boolean closed;

  /** With room for {@code most} waiting tasks of each owner. */
  FairQueue(int most) {
    this.most = most;
  }

  /** Puts a task behind the others of its owner; answers whether there was room for it. */
  boolean offer(String owner, Runnable task) {
    lock.lock();
    try {
      SequencedSet<Runnable> own = owners.get(owner);
      // A thread that waits has as good as taken the task.
      boolean full = own != null && own.size() >= most && idle <= waiting + unowned.size();
      if (closed || full) {
        return false;
      }
      owners.computeIfAbsent(owner, name -> new LinkedHashSet<>()).add(task);
      waiting++;
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes a task back, so that its place is free at once; answers false when it is not waiting any more. */
  boolean withdraw(String owner, Runnable task) {
    lock.lock();
    try {
      SequencedSet<Runnable> own = owners.get(owner);
      if (own == null || !own.remove(task)) {
        return false;
      }
      waiting--;
      if (own.isEmpty()) {
        owners.remove(owner);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Leaves a task for a thread that has nothing to do; answers false when there is none. */
  boolean offerIdle(Runnable task) {
    lock.lock();
    try {
      if (closed || idle <= waiting + unowned.size()) {
        return false;
      }
      unowned.add(task);
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the next task; empty when the queue is closed and nothing is left in it. */
  Optional<Runnable> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      idle++;
      try {
        while (waiting == 0 && unowned.isEmpty() && !closed) {
          changed.await();
        }
      } finally {
        idle--;
      }
      return Optional.ofNullable(waiting > 0 ? next() : unowned.poll());
    } finally {
      lock.unlock();
    }
  }

  private Runnable next() {
    Map.Entry<String, SequencedSet<Runnable>> turn = owners.entrySet().iterator().next();
    String owner = turn.getKey();
    SequencedSet<Runnable> own = turn.getValue();
    Runnable task = own.removeFirst();
    waiting--;
    owners.remove(owner);
    if (!own.isEmpty()) {
      owners.put(owner, own);
    }
    return task;
  }

  /** The threads that wait for a task, those for which there is one left out. */
  int idle() {
    lock.lock();
    try {
      return Math.max(0, idle - waiting - unowned.size());
    } finally {
      lock.unlock();
    }
  }

  /** The tasks that wait. */
  int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more; what waits is still handed out. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
