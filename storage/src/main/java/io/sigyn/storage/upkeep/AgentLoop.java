package io.sigyn.storage.upkeep;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.life.ThreadSource;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that lets agents work in turn. An agent that fails rests, longer each time, and tries again; the others do not
 * wait for it. {@link #tick} may be called by a test instead of the thread. Safe for use by many threads.
 */
public final class AgentLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentLoop.class);
  private static final long LONGEST_REST = Duration.ofMinutes(10).toNanos();
  private static final Duration AWAIT_STOP = Duration.ofSeconds(30);

  private static final class Turn {
    final Agent agent;
    long due;
    int failures;
    volatile long lastRun;

    Turn(Agent agent, long due) {
      this.agent = agent;
      this.due = due;
    }
  }

  private final Clock clock;
  private final Pace pace;
  private final List<Turn> turns;
  private final ReentrantLock working = new ReentrantLock();
  private @Nullable ScheduledExecutorService thread;
  private volatile boolean paused;
  private volatile boolean closed;

  /** Does nothing by itself until {@link #start}. */
  public AgentLoop(Clock clock, Pace pace, List<? extends Agent> agents) {
    this.clock = clock;
    this.pace = pace;
    long now = clock.ticks();
    this.turns = agents.stream().map(agent -> new Turn(agent, now)).toList();
  }

  /** Starts the thread. */
  public void start(ThreadSource threads, Duration look) {
    ScheduledExecutorService scheduler = threads.scheduler("store-upkeep");
    thread = scheduler;
    ScheduledFuture<?> _ =
        scheduler.scheduleWithFixedDelay(this::look, look.toNanos(), look.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** A round on the thread, which makes no more once one ends with an exception. */
  private void look() {
    try {
      tick();
    } catch (Error e) {
      // Told of, and its agent rests; memory may be there again by then.
    }
  }

  /** Lets every agent that is due do one step, round after round, until all rest. */
  public void tick() {
    working.lock();
    try {
      boolean again = true;
      while (again) {
        again = false;
        for (Turn turn : turns) {
          if (!paused && !closed && clock.ticks() - turn.due >= 0) {
            again |= step(turn);
          }
        }
      }
    } finally {
      working.unlock();
    }
  }

  /** As if every agent had rested: all work there is, now, on the calling thread. */
  public void runAll() {
    working.lock();
    try {
      turns.forEach(turn -> turn.due = clock.ticks());
      tick();
    } finally {
      working.unlock();
    }
  }

  private boolean step(Turn turn) {
    try {
      boolean more = turn.agent.doWork();
      turn.failures = 0;
      turn.due = clock.ticks() + (more ? 0 : turn.agent.rest().toNanos());
      if (!more) {
        turn.lastRun = clock.epochNanos();
      }
      return more;
    } catch (IOException | RuntimeException e) {
      if (isStop(e)) {
        turn.due = clock.ticks() + turn.agent.rest().toNanos();
        return false;
      }
      failed(turn, e);
      return false;
    } catch (Error e) {
      failed(turn, e);
      throw e;
    }
  }

  private void failed(Turn turn, Throwable e) {
    turn.failures++;
    long rest = Math.min(LONGEST_REST, Duration.ofSeconds(1).toNanos() << Math.min(turn.failures, 10));
    turn.due = clock.ticks() + rest;
    LOG.warn(
        "background work failed, it is tried again agent={} failures={} rest_s={} cause=\"{}\"",
        turn.agent.name(),
        turn.failures,
        rest / 1_000_000_000L,
        e.toString(),
        e instanceof IOException || e instanceof LokiException ? null : e);
  }

  /** Whether nothing is wrong: the work was told to stop, between two files, while it read or while it wrote. */
  private static boolean isStop(Exception e) {
    return e instanceof UpkeepStoppedException
        || e instanceof ClosedByInterruptException
        || (e instanceof LokiException known && known.kind() == ErrorKind.CANCELLED);
  }

  /** When an agent last had nothing more to do, nanoseconds since the Unix epoch; 0 before. */
  public long lastRun(Agent agent) {
    return turns.stream().filter(turn -> turn.agent.equals(agent)).mapToLong(turn -> turn.lastRun).findFirst().orElse(0);
  }

  /** Lets no agent work; a step under way gives up soon. */
  public void pause() {
    paused = true;
    pace.stop();
    LOG.info("background work paused");
  }

  /** Ends {@link #pause}. */
  public void resume() {
    if (!closed) {
      pace.resume();
      paused = false;
      LOG.info("background work goes on");
    }
  }

  /** Whether agents may not work. */
  public boolean paused() {
    return paused;
  }

  /** Stops; returns when no step is under way. */
  @Override
  public void close() {
    closed = true;
    pace.stop();
    ScheduledExecutorService running = thread;
    if (running != null) {
      running.shutdownNow();
      try {
        if (!running.awaitTermination(AWAIT_STOP.toSeconds(), TimeUnit.SECONDS)) {
          LOG.warn("background work does not stop waited_s={}", AWAIT_STOP.toSeconds());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    awaitStep();
  }

  private void awaitStep() {
    working.lock();
    try {
      turns.forEach(turn -> turn.due = Long.MAX_VALUE);
    } finally {
      working.unlock();
    }
  }
}
