package io.sigyn.agent.pipeline;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** What pipelines did, for the metrics. Safe for use by several threads. */
public final class PipelineCounters {
  private static final int MAX_VALUES = 10_000;

  private final ConcurrentMap<String, LongAdder> dropped = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, LongAdder> errors = new ConcurrentHashMap<>();
  private final ConcurrentMap<ByLabel, LongAdder> droppedByLabel = new ConcurrentHashMap<>();
  private final LongAdder joined = new LongAdder();

  /** Counts a dropped entry under a reason. */
  public void dropped(String reason) {
    dropped.computeIfAbsent(reason, r -> new LongAdder()).increment();
  }

  /** A label of dropped entries. */
  public record ByLabel(String name, String value) {}

  /** Counts an entry that was dropped because of a label's value; the first ten thousand values are told apart. */
  void droppedByLabel(String name, String value) {
    ByLabel key = new ByLabel(name, value);
    if (droppedByLabel.size() < MAX_VALUES || droppedByLabel.containsKey(key)) {
      droppedByLabel.computeIfAbsent(key, k -> new LongAdder()).increment();
    }
  }

  /** Entries dropped because of a label's value. */
  public Map<ByLabel, Long> droppedByLabel() {
    Map<ByLabel, Long> sums = new HashMap<>();
    droppedByLabel.forEach((label, count) -> sums.put(label, count.sum()));
    return sums;
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
