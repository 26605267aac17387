package io.sigyn.agent.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One metric of a stage {@code metrics}, checked.
 *
 * @param name as it is exported, with its prefix
 * @param source the extracted value it is made of
 * @param maxIdle series that had no entry this long are forgotten
 * @param value what the source must be for an entry to count; empty for anything
 * @param matchAll whether every entry counts, whatever the source
 * @param countBytes whether bytes of the line are added
 * @param buckets upper bounds of a histogram, ascending
 */
record MetricSpec(
    String name,
    Kind kind,
    String help,
    String source,
    Duration maxIdle,
    Action action,
    Optional<String> value,
    boolean matchAll,
    boolean countBytes,
    List<Double> buckets) {
  /** What is exported. */
  enum Kind {
    /** Only goes up. */
    COUNTER,
    /** Goes anywhere. */
    GAUGE,
    /** Counts by size. */
    HISTOGRAM
  }

  /** What an entry does to its series. */
  enum Action {
    /** One more. */
    INC,
    /** One less. */
    DEC,
    /** More by the source. */
    ADD,
    /** Less by the source. */
    SUB,
    /** The source itself. */
    SET,
    /** What histograms do. */
    OBSERVE
  }
}
