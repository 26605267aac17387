package io.sigyn.agent.pipeline;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** What pipelines did, for the metrics. Safe for use by several threads. */
public final class PipelineCounters {
  private final ConcurrentMap<String, LongAdder> dropped = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, LongAdder> errors = new ConcurrentHashMap<>();
  private final LongAdder joined = new LongAdder();

  /** Counts a dropped entry under a reason. */
  public void dropped(String reason) {
    dropped.computeIfAbsent(reason, r -> new LongAdder()).increment();
  }

  /** Counts something a stage could not do. */
  void error(String stage) {
    errors.computeIfAbsent(stage, s -> new LongAdder()).increment();
  }

  /** Counts a part of an entry that was joined with others. */
  void part() {
    joined.increment();
  }

  /** Dropped entries by reason. */
  public Map<String, Long> dropped() {
    return sums(dropped);
  }

  /** Problems by stage. */
  public Map<String, Long> errors() {
    return sums(errors);
  }

  /** Parts of entries that were joined. */
  public long parts() {
    return joined.sum();
  }

  private static Map<String, Long> sums(ConcurrentMap<String, LongAdder> counters) {
    Map<String, Long> sums = new TreeMap<>();
    counters.forEach((name, count) -> sums.put(name, count.sum()));
    return sums;
  }
}
