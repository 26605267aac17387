package io.sigyn.life;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Named threads and pools. Every thread of a program is made here, so that a thread dump reads like a table. */
public final class Threads {
  private Threads() {}

  /** Daemon platform threads called {@code name-1}, {@code name-2}, ... */
  public static ThreadFactory named(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Starts one daemon platform thread. */
  public static Thread start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /**
   * A pool of platform threads for work that keeps a processor busy.
   *
   * @param queue how many tasks may wait; one more is refused with {@link
   *     java.util.concurrent.RejectedExecutionException}
   */
  public static ExecutorService pool(String name, int size, int queue) {
    return new ThreadPoolExecutor(
        size, size, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(queue), named(name));
  }

  /** One thread that runs tasks at their time. */
  public static ScheduledExecutorService scheduler(String name) {
    return Executors.newSingleThreadScheduledExecutor(named(name));
  }

  /** Virtual threads, one per task, for work that waits on a network. */
  public static ExecutorService virtual(String name) {
    return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-", 1).factory());
  }

  /** Waits; an interrupt ends the wait early and stays set. */
  public static void pause(long nanos) {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
