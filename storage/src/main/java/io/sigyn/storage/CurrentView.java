package io.sigyn.storage;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.UnaryOperator;

/** What queries and appends see now, and the lock under which that changes. Safe for use by many threads. */
final class CurrentView {
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private volatile View view;

  CurrentView(View first) {
    view = first;
  }

  /** The view of this moment; takes no lock. */
  View get() {
    return view;
  }

  /** Held by an append from its place in memory to its place in the log's queue. */
  Lock appending() {
    return lock.readLock();
  }

  /** While it is held no append is half done. */
  Lock changing() {
    return lock.writeLock();
  }

  /** Puts another view in the place of this one. */
  void change(UnaryOperator<View> change) {
    lock.writeLock().lock();
    try {
      view = change.apply(view);
    } finally {
      lock.writeLock().unlock();
    }
  }
}
