package io.sigyn.agent.discovery;

import io.sigyn.agent.relabel.Relabeling;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The targets of all jobs, made anew when a source says something else. */
public final class LiveTargets implements AutoCloseable {
  /**
   * Where a job's targets come from.
   *
   * @param sources in the order of the file
   */
  public record Job(String name, Relabeling relabeling, List<TargetSource> sources) {
    /** Copies the list. */
    public Job {
      sources = List.copyOf(sources);
    }
  }

  private static final long LOOK_AGAIN = Duration.ofMillis(20).toNanos();

  private final List<Job> jobs;
  private final String host;
  private final long[] versions;
  private volatile Targets current;

  /**
   * Without any targets until {@link #refresh} is called.
   *
   * @param host the name {@code __host__} is compared with
   */
  public LiveTargets(List<Job> jobs, String host) {
    this.jobs = List.copyOf(jobs);
    this.host = host;
    this.versions = new long[jobs.stream().mapToInt(job -> job.sources().size()).sum()];
    Arrays.fill(versions, Long.MIN_VALUE);
    this.current = Targets.of(List.of(), host);
  }

  /** Asks every source; returns whether the targets were made anew. Called by one thread. */
  public boolean refresh() {
    boolean changed = false;
    int at = 0;
    for (Job job : jobs) {
      for (TargetSource source : job.sources()) {
        long version = source.version();
        changed |= version != versions[at];
        versions[at++] = version;
      }
    }
    if (changed) {
      List<Targets.Group> groups = new ArrayList<>();
      for (Job job : jobs) {
        for (TargetSource source : job.sources()) {
          groups.add(new Targets.Group(job.name(), source.discovered(), job.relabeling()));
        }
      }
      current = Targets.of(groups, host);
    }
    return changed;
  }

  /**
   * Asks every source until all know their targets or the time is over. {@link #current} has what the sources knew then:
   * what one learned after it was asked is asked for once more. An interrupt ends the wait early and stays set. Called by
   * one thread.
   *
   * @param time how long at most
   */
  public void await(Duration time, Clock clock) {
    long deadline = clock.ticks() + time.toNanos();
    refresh();
    while (!unknown().isEmpty() && clock.ticks() - deadline < 0 && !Thread.currentThread().isInterrupted()) {
      Threads.pause(LOOK_AGAIN);
      refresh();
    }
    refresh();
  }

  /** The targets as of the last {@link #refresh}. May be called by any thread. */
  public Targets current() {
    return current;
  }

  /** What sources complain about, with the job's name before it. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (Job job : jobs) {
      for (TargetSource source : job.sources()) {
        if (!source.problem().isEmpty()) {
          problems.add("job " + job.name() + ": " + source.problem());
        }
      }
    }
    return problems;
  }

  /** What sources complain about that never knew their targets. */
  public List<String> unknown() {
    List<String> problems = new ArrayList<>();
    for (Job job : jobs) {
      for (TargetSource source : job.sources()) {
        if (!source.isKnown()) {
          problems.add("job " + job.name() + ": " + source.problem());
        }
      }
    }
    return problems;
  }

  @Override
  public void close() {
    jobs.forEach(job -> job.sources().forEach(TargetSource::close));
  }
}
