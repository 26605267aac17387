package io.sigyn.storage;

import io.sigyn.life.Clock;
import io.sigyn.model.Tenant;
import io.sigyn.storage.compact.CompactionPlan;
import io.sigyn.storage.compact.SegmentMerge;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.upkeep.Agent;
import io.sigyn.storage.upkeep.Pace;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Merges segments of a day, one merge per step. */
final class CompactionAgent implements Agent {
  private static final Logger LOG = LoggerFactory.getLogger(CompactionAgent.class);

  /** So long after its end a day gets hardly any entry any more. */
  private static final long LATE_NANOS = Duration.ofHours(1).toNanos();

  private static final int MERGED_LEVEL = 1;

  private final SegmentSet segments;
  private final Function<Tenant, Visibility> gone;
  private final Pace pace;
  private final Clock clock;
  private final UpkeepMetrics metrics;
  private volatile int debt;
  private volatile int unmerged;

  CompactionAgent(
      SegmentSet segments, Function<Tenant, Visibility> gone, Pace pace, Clock clock, UpkeepMetrics metrics) {
    this.segments = segments;
    this.gone = gone;
    this.pace = pace;
    this.clock = clock;
    this.metrics = metrics;
  }

  @Override
  public String name() {
    return "compaction";
  }

  @Override
  public Duration rest() {
    return Duration.ofSeconds(5);
  }

  @Override
  public boolean doWork() throws IOException {
    List<Segment> worst = List.of();
    int waiting = 0;
    int most = 0;
    for (Tenant tenant : segments.view().segments().keySet()) {
      for (Map.Entry<Integer, List<Segment>> day : segments.days(tenant).entrySet()) {
        List<Segment> next = next(day.getKey(), day.getValue());
        waiting += next.size();
        most = Math.max(most, unmerged(day.getValue()));
        worst = next.size() > worst.size() ? next : worst;
      }
    }
    debt = waiting;
    unmerged = most;
    if (worst.isEmpty()) {
      return false;
    }
    merge(worst);
    return true;
  }

  private List<Segment> next(int day, List<Segment> all) {
    boolean over = clock.epochNanos() - LATE_NANOS > Layout.lastOf(day);
    List<CompactionPlan.Candidate> candidates =
        all.stream()
            .map(
                segment ->
                    new CompactionPlan.Candidate(
                        segment.info().level(), segment.info().footer().fileLength(), !segments.isUnusable(segment)))
            .toList();
    CompactionPlan.Range range = CompactionPlan.next(candidates, over);
    return range.isEmpty() ? List.of() : all.subList(range.from(), range.to());
  }

  private void merge(List<Segment> inputs) throws IOException {
    long start = clock.ticks();
    Tenant tenant = inputs.getFirst().tenant();
    Optional<SegmentMerge.Outcome> merged = segments.rewrite(inputs, MERGED_LEVEL, gone.apply(tenant), pace);
    if (merged.isEmpty()) {
      return;
    }
    SegmentMerge.Outcome outcome = merged.get();
    long before = inputs.stream().mapToLong(segment -> segment.info().footer().fileLength()).sum();
    long after = outcome.segment().map(info -> info.footer().fileLength()).orElse(0L);
    metrics.compactedSegments.increment(inputs.size());
    metrics.compactedBytes.increment(before);
    metrics.writtenBytes.increment(after);
    metrics.copiedBlocks.increment(outcome.copiedBlocks());
    metrics.duplicates.increment(outcome.duplicates());
    metrics.erasedEntries.increment(outcome.erased());
    LOG.info(
        "compacted tenant={} day={} segments={} bytes={} to_bytes={} rows={} duplicates={} erased={} copied_blocks={} ms={}",
        tenant,
        inputs.getFirst().day(),
        inputs.size(),
        before,
        after,
        outcome.rows(),
        outcome.duplicates(),
        outcome.erased(),
        outcome.copiedBlocks(),
        (clock.ticks() - start) / 1_000_000);
  }

  /** Segments of level 0 that could be merged. */
  private int unmerged(List<Segment> day) {
    int count = 0;
    for (Segment segment : day) {
      count += segment.info().level() == 0 && !segments.isUnusable(segment) ? 1 : 0;
    }
    return count;
  }

  /** The segments of level 0 of the day that has most of them, when this last looked. */
  int unmerged() {
    return unmerged;
  }

  /** Segments that wait to be merged. */
  int debt() {
    return debt;
  }
}
