package io.sigyn.agent.discovery;

import io.sigyn.agent.relabel.Relabeling;
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
