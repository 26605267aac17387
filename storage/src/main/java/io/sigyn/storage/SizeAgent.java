package io.sigyn.storage;

import io.sigyn.model.Tenant;
import io.sigyn.storage.retention.RetentionGuard;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.upkeep.Agent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the directory below its bound: the segments whose newest entry is the oldest go first, whosever they are, no more
 * than it takes, and never one with entries of the last hour.
 */
final class SizeAgent implements Agent {
  private static final Logger LOG = LoggerFactory.getLogger(SizeAgent.class);
  private static final long KEPT_NANOS = Duration.ofHours(1).toNanos();

  private final SegmentSet segments;
  private final long maxBytes;
  private final LongSupplier otherBytes;
  private final RetentionGuard guard;
  private final UpkeepMetrics metrics;
  private boolean complained;

  /**
   * Does nothing when {@code maxBytes} is 0.
   *
   * @param otherBytes what lies in the directory beside segments
   */
  SizeAgent(
      SegmentSet segments, long maxBytes, LongSupplier otherBytes, RetentionGuard guard, UpkeepMetrics metrics) {
    this.segments = segments;
    this.maxBytes = maxBytes;
    this.otherBytes = otherBytes;
    this.guard = guard;
    this.metrics = metrics;
  }

  @Override
  public String name() {
    return "size";
  }

  @Override
  public Duration rest() {
    return Duration.ofSeconds(10);
  }

  @Override
  public boolean doWork() throws IOException {
    if (maxBytes <= 0) {
      return false;
    }
    List<Segment> all = new ArrayList<>();
    segments.view().segments().values().forEach(all::addAll);
    long bytes = otherBytes.getAsLong();
    long newest = Long.MIN_VALUE;
    for (Segment segment : all) {
      bytes += segment.info().footer().fileLength();
      newest = Math.max(newest, segment.info().footer().maxTs());
    }
    if (bytes <= maxBytes || all.isEmpty()) {
      complained = false;
      return false;
    }
    long kept = Math.min(guard.now(), newest) - KEPT_NANOS;
    Segment oldest =
        all.stream().min(Comparator.comparingLong(segment -> segment.info().footer().maxTs())).orElseThrow();
    if (oldest.info().footer().maxTs() >= kept) {
      if (!complained) {
        complained = true;
        LOG.warn(
            "the directory is larger than it should be, but only entries of the last hour are left to remove bytes={} max={}",
            bytes,
            maxBytes);
      }
      return false;
    }
    Tenant tenant = oldest.tenant();
    if (!segments.replace(List.of(oldest), List.of())) {
      return true;
    }
    long length = oldest.info().footer().fileLength();
    metrics.removed("size", 1, length);
    LOG.info(
        "removed because of the directory's size tenant={} day={} segment={} entries={} bytes={} directory_bytes={} max={}",
        tenant,
        oldest.day(),
        oldest,
        oldest.info().footer().rows(),
        length,
        bytes,
        maxBytes);
    return bytes - length > maxBytes;
  }
}
