package io.sigyn.storage;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentCache;
import io.sigyn.storage.segment.SegmentId;
import io.sigyn.storage.upkeep.Agent;
import io.sigyn.storage.upkeep.Pace;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes segments again in which queries or the scrubber found damage that can be made good, one per step. */
final class RepairAgent implements Agent {
  private static final Logger LOG = LoggerFactory.getLogger(RepairAgent.class);

  private final SegmentSet segments;
  private final SegmentCache cache;
  private final Pace pace;
  private final UpkeepMetrics metrics;

  /** So often more was damaged than could be made good: a disk that fails for a moment looks like that, too. */
  private static final int TRIES = 3;

  /** How often that was of a segment; what can be read of it is read as long as that works. */
  private final Map<SegmentId, Integer> failures = new HashMap<>();

  /** Those that failed since all had their turn, so that one that fails for ever keeps no other from being repaired. */
  private final Set<SegmentId> passed = new HashSet<>();

  RepairAgent(SegmentSet segments, SegmentCache cache, Pace pace, UpkeepMetrics metrics) {
    this.segments = segments;
    this.cache = cache;
    this.pace = pace;
    this.metrics = metrics;
  }

  @Override
  public String name() {
    return "repair";
  }

  @Override
  public Duration rest() {
    return Duration.ofSeconds(5);
  }

  @Override
  public boolean doWork() throws IOException {
    if (!cache.needsRepairs()) {
      return false;
    }
    Optional<Segment> next = next();
    if (next.isEmpty() && !passed.isEmpty()) {
      passed.clear();
      next = next();
    }
    if (next.isEmpty()) {
      return false;
    }
    Segment segment = next.get();
    passed.add(segment.info().id());
    try {
      segment.repair(pace);
      metrics.repairedSegments.increment();
      metrics.writtenBytes.increment(segment.info().footer().fileLength());
      passed.remove(segment.info().id());
      failures.remove(segment.info().id());
      LOG.info("repaired segment={} bytes={}", segment, segment.info().footer().fileLength());
    } catch (CorruptBytesException | IndexOutOfBoundsException e) {
      failures.merge(segment.info().id(), 1, Integer::sum);
      LOG.warn("cannot repair all of a segment, it stays as it is segment={} cause=\"{}\"", segment, e.getMessage());
    }
    return true;
  }

  private Optional<Segment> next() {
    return segments.view().segments().values().stream()
        .flatMap(Collection::stream)
        .filter(segment -> segment.needsRepair() && mayHelp(segment.info().id()))
        .findFirst();
  }

  private boolean mayHelp(SegmentId id) {
    return !passed.contains(id) && failures.getOrDefault(id, 0) < TRIES;
  }
}
