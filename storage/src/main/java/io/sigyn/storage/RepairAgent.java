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
import java.util.HashSet;
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

  /** Of these more is damaged than can be made good; what can be read of them is read as long as that works. */
  private final Set<SegmentId> hopeless = new HashSet<>();

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
    Optional<Segment> next =
        segments.view().segments().values().stream()
            .flatMap(Collection::stream)
            .filter(segment -> segment.needsRepair() && !hopeless.contains(segment.info().id()))
            .findFirst();
    if (next.isEmpty()) {
      return false;
    }
    Segment segment = next.get();
    try {
      segment.repair(pace);
      metrics.repairedSegments.increment();
      metrics.writtenBytes.increment(segment.info().footer().fileLength());
      LOG.info("repaired segment={} bytes={}", segment, segment.info().footer().fileLength());
    } catch (CorruptBytesException | IndexOutOfBoundsException e) {
      hopeless.add(segment.info().id());
      LOG.warn("cannot repair all of a segment, it stays as it is segment={} cause=\"{}\"", segment, e.getMessage());
    }
    return true;
  }
}
