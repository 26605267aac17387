package io.sigyn.testkit;

import io.sigyn.life.ThreadSource;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Threads that never run at the same time. Each is a virtual thread; all of them run on the one that calls {@link #run}, and
 * whenever one waits, blocks or yields, a random generator says which goes on. So the same seed gives the same run, of code
 * that knows nothing of it. Time is a fake clock's: when nobody can go on, it moves to the next task of a scheduler.
 *
 * <p>Needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}: there is no public way yet to give virtual threads a
 * scheduler. Waits with a time limit ({@code awaitNanos}, {@code parkNanos}) run on the machine's clock and must not occur.
 */
public final class SimThreads implements ThreadSource {
  private static final MethodHandle NEW_VIRTUAL_THREAD = newVirtualThread();

  /** Real time granted to wake-ups that come from outside, which only a contended monitor needs. */
  private static final long OUTSIDE_NANOS = 2_000_000_000L;

  private final RandomGenerator random;
  private final FakeClock clock;
  private final List<Runnable> runnable = new ArrayList<>();
  private final Queue<Runnable> arrived = new LinkedBlockingQueue<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong((Timer timer) -> timer.due).thenComparingLong(timer -> timer.order));
  private final List<Thread> threads = new ArrayList<>();
  private long timerCount;
  private long switches;

  /** Choices come from {@code random}, time from {@code clock}. */
  public SimThreads(RandomGenerator random, FakeClock clock) {
    this.random = random;
    this.clock = clock;
  }

  private static MethodHandle newVirtualThread() {
    try {
      Class<?> builders = Class.forName("java.lang.ThreadBuilders");
      return MethodHandles.privateLookupIn(builders, MethodHandles.lookup())
          .findStatic(
              builders,
              "newVirtualThread",
              MethodType.methodType(Thread.class, Executor.class, String.class, int.class, Runnable.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "simulated threads need --add-opens java.base/java.lang=ALL-UNNAMED on Java 25: " + e, e);
    }
  }

  @Override
  public Thread start(String name, Runnable task) {
    Thread thread = make(name, task);
    thread.start();
    return thread;
  }

  private Thread make(String name, Runnable task) {
    try {
      Executor executor = arrived::add;
      Thread thread = (Thread) NEW_VIRTUAL_THREAD.invoke(executor, name, 0, task);
      threads.add(thread);
      return thread;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public ScheduledExecutorService scheduler(String name) {
    return new Scheduler(name);
  }

  @Override
  public ExecutorService virtual(String name) {
    return new PerTask(name);
  }

  /** How often a thread was chosen. */
  public long switches() {
    return switches;
  }

  /** The threads that have not come to their end. */
  public List<Thread> alive() {
    return threads.stream().filter(Thread::isAlive).toList();
  }

  /**
   * Runs a task as a thread, and every thread it starts, until the task has ended and nobody else can go on.
   *
   * @throws AssertionError when the task cannot go on because everybody waits for somebody else
   */
  public void run(Callable<?> task) throws Exception {
    FutureTask<?> main = new FutureTask<>(task);
    start("main", main);
    while (!main.isDone()) {
      step();
    }
    for (collect(); !runnable.isEmpty(); collect()) {
      step();
    }
    try {
      main.get();
    } catch (java.util.concurrent.ExecutionException e) {
      switch (e.getCause()) {
        case Exception cause -> throw cause;
        case Error error -> throw error;
        case null, default -> throw e;
      }
    }
  }

  private void step() {
    collect();
    while (!timers.isEmpty() && timers.peek().due <= clock.ticks()) {
      fire();
    }
    collect();
    if (runnable.isEmpty() && timers.isEmpty()) {
      awaitOutside();
    } else if (runnable.isEmpty()) {
      clock.advance(Duration.ofNanos(Math.max(0, timers.peek().due - clock.ticks())));
      fire();
    } else {
      int chosen = random.nextInt(runnable.size());
      Collections.swap(runnable, chosen, runnable.size() - 1);
      switches++;
      runnable.removeLast().run();
    }
  }

  private void collect() {
    for (Runnable next = arrived.poll(); next != null; next = arrived.poll()) {
      runnable.add(next);
    }
  }

  private void fire() {
    Timer timer = timers.poll();
    if (timer != null && !timer.isCancelled()) {
      timer.scheduler.ready(timer);
    }
  }

  private void awaitOutside() {
    long deadline = System.nanoTime() + OUTSIDE_NANOS;
    while (arrived.isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        StringBuilder dump = new StringBuilder("everybody waits:");
        for (Thread thread : alive()) {
          dump.append("\n  ").append(thread.getName()).append(' ').append(thread.getState());
          for (StackTraceElement frame : thread.getStackTrace()) {
            dump.append("\n      ").append(frame);
          }
        }
        throw new AssertionError(dump.toString());
      }
      LockSupport.parkNanos(100_000);
    }
  }

  /** One task of a scheduler. */
  private final class Timer extends FutureTask<@Nullable Void> implements ScheduledFuture<@Nullable Void> {
    private final Scheduler scheduler;
    private final long period;
    private final long order = timerCount++;
    private long due;

    Timer(Scheduler scheduler, Runnable task, long delay, long period) {
      super(task, null);
      this.scheduler = scheduler;
      this.period = period;
      this.due = clock.ticks() + Math.max(0, delay);
    }

    /** Runs in the scheduler's thread. */
    void perform() {
      if (period == 0) {
        run();
      } else if (runAndReset() && !scheduler.isShutdown()) {
        due = clock.ticks() + period;
        timers.add(this);
      }
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(due - clock.ticks(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed o) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), o.getDelay(TimeUnit.NANOSECONDS));
    }

    @Override
    public boolean equals(@Nullable Object o) {
      return this == o;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(order);
    }
  }

  /** A thread per task; ends with them. */
  private final class PerTask extends AbstractExecutorService {
    private final String name;

    PerTask(String name) {
      this.name = name;
    }

    @Override
    public void execute(Runnable task) {
      Thread _ = start(name, task);
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return false;
    }
  }

  /** A scheduler with one thread. Nothing here is locked, because no two threads run at the same time. */
  private final class Scheduler extends AbstractExecutorService implements ScheduledExecutorService {
    private final Queue<Timer> ready = new ArrayDeque<>();
    private final Thread thread;
    private boolean shutdown;

    Scheduler(String name) {
      thread = make(name, this::loop);
      thread.start();
    }

    private void loop() {
      while (true) {
        Timer next = ready.poll();
        if (next != null) {
          next.perform();
        } else if (shutdown) {
          return;
        } else {
          LockSupport.park(this);
        }
      }
    }

    void ready(Timer timer) {
      ready.add(timer);
      LockSupport.unpark(thread);
    }

    private Timer later(Runnable task, long delay, long period) {
      if (shutdown) {
        throw new RejectedExecutionException("shut down");
      }
      Timer timer = new Timer(this, task, delay, period);
      timers.add(timer);
      return timer;
    }

    @Override
    public void execute(Runnable task) {
      if (shutdown) {
        throw new RejectedExecutionException("shut down");
      }
      ready(new Timer(this, task, 0, 0));
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      return later(task, unit.toNanos(delay), 0);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
      throw new UnsupportedOperationException("tasks with a result");
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long delay, long period, TimeUnit unit) {
      return later(task, unit.toNanos(delay), unit.toNanos(period));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long delay, long period, TimeUnit unit) {
      return later(task, unit.toNanos(delay), unit.toNanos(period));
    }

    @Override
    public void shutdown() {
      shutdown = true;
      timers.removeIf(timer -> timer.scheduler == this);
      LockSupport.unpark(thread);
    }

    @Override
    public List<Runnable> shutdownNow() {
      List<Runnable> left = new ArrayList<>(ready);
      ready.clear();
      shutdown();
      return left;
    }

    @Override
    public boolean isShutdown() {
      return shutdown;
    }

    @Override
    public boolean isTerminated() {
      return shutdown && !thread.isAlive();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
      thread.join();
      return true;
    }
  }
}
