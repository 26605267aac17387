package io.sigyn.storage;

import io.sigyn.model.Tenant;
import io.sigyn.storage.block.BlockRuns;
import io.sigyn.storage.compact.SegmentMerge;
import io.sigyn.storage.retention.Retention;
import io.sigyn.storage.retention.RetentionGuard;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentId;
import io.sigyn.storage.segment.SegmentIndex;
import io.sigyn.storage.upkeep.Agent;
import io.sigyn.storage.upkeep.Pace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what has expired: segments of which every stream is expired by an edit of the manifest, segments of which more
 * than 30 % is expired by writing them anew. Asks the guard first.
 */
final class RetentionAgent implements Agent {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionAgent.class);
  private static final double DEAD_SHARE = 0.3;
  private static final long LOOK_AGAIN_NANOS = Duration.ofHours(1).toNanos();

  private final SegmentSet segments;
  private final Function<Tenant, Retention> retention;
  private final Function<Tenant, Visibility> gone;
  private final RetentionGuard guard;
  private final Pace pace;
  private final UpkeepMetrics metrics;

  /** When segments that are partly expired were looked at in vain, by the time of expiry. */
  private final Map<SegmentId, Long> lookedAt = new HashMap<>();

  RetentionAgent(
      SegmentSet segments,
      Function<Tenant, Retention> retention,
      Function<Tenant, Visibility> gone,
      RetentionGuard guard,
      Pace pace,
      UpkeepMetrics metrics) {
    this.segments = segments;
    this.retention = retention;
    this.gone = gone;
    this.guard = guard;
    this.pace = pace;
    this.metrics = metrics;
  }

  @Override
  public String name() {
    return "retention";
  }

  @Override
  public Duration rest() {
    return Duration.ofMinutes(1);
  }

  @Override
  public boolean doWork() throws IOException {
    if (!guard.clockIsPlausible() || !amountIsPlausible()) {
      return false;
    }
    long now = guard.now();
    for (Tenant tenant : segments.view().segments().keySet()) {
      Retention keep = retention.apply(tenant);
      if (keep.keepsAll()) {
        continue;
      }
      for (List<Segment> day : segments.days(tenant).values()) {
        pace.check();
        if (drop(tenant, day, keep, now) || shrink(tenant, day, keep, now)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean amountIsPlausible() {
    long overdue = 0;
    long all = 0;
    long now = guard.now() - RetentionGuard.OVERDUE.toNanos();
    for (Map.Entry<Tenant, List<Segment>> entry : segments.view().segments().entrySet()) {
      long cutoff = retention.apply(entry.getKey()).cutoffOfAll(now);
      for (Segment segment : entry.getValue()) {
        long bytes = segment.info().footer().fileLength();
        all += bytes;
        overdue += segment.info().footer().maxTs() < cutoff ? bytes : 0;
      }
    }
    return guard.amountIsPlausible(overdue, all);
  }

  /** Takes out the segments of a day that are expired from end to end. */
  private boolean drop(Tenant tenant, List<Segment> day, Retention keep, long now) throws IOException {
    List<Segment> expired = new ArrayList<>();
    for (Segment segment : day) {
      // Whichever rule holds for whichever stream, something younger than every cutoff is in no expired segment.
      if (segment.info().footer().maxTs() < keep.cutoffOfSome(now)
          && (segment.info().footer().maxTs() < keep.cutoffOfAll(now) || everyStreamExpired(segment, keep, now))) {
        expired.add(segment);
      }
    }
    if (expired.isEmpty() || !segments.replace(expired, List.of())) {
      return false;
    }
    long rows = expired.stream().mapToLong(segment -> segment.info().footer().rows()).sum();
    long bytes = expired.stream().mapToLong(segment -> segment.info().footer().fileLength()).sum();
    metrics.removed("age", expired.size(), bytes);
    metrics.expiredEntries.increment(rows);
    LOG.info(
        "removed because of age tenant={} day={} segments={} entries={} bytes={} period_s={}",
        tenant,
        day.getFirst().day(),
        expired.size(),
        rows,
        bytes,
        keep.periodNanos() / 1_000_000_000L);
    return true;
  }

  private boolean everyStreamExpired(Segment segment, Retention keep, long now) {
    if (recentlyLookedAt(segment, now)) {
      return false;
    }
    SegmentIndex index = segment.index();
    if (index == null || index.rows() < segment.info().footer().rows()) {
      return false;
    }
    for (int ref = 0; ref < index.size(); ref++) {
      if (index.maxTs(ref) >= keep.cutoff(index.labels(ref), now)) {
        return false;
      }
    }
    return true;
  }

  /** Writes one segment anew of which enough is expired. */
  private boolean shrink(Tenant tenant, List<Segment> day, Retention keep, long now) throws IOException {
    for (Segment segment : day) {
      if (segment.info().footer().minTs() >= keep.cutoffOfSome(now)
          || segments.isUnusable(segment)
          || recentlyLookedAt(segment, now)) {
        continue;
      }
      SegmentIndex index = segment.index();
      if (index == null || dead(index, keep, now) <= DEAD_SHARE * segment.info().footer().rows()) {
        lookedAt.put(segment.info().id(), now);
        continue;
      }
      Optional<SegmentMerge.Outcome> outcome =
          segments.rewrite(List.of(segment), segment.info().level(), gone.apply(tenant), pace);
      if (outcome.isPresent()) {
        long after = outcome.get().segment().map(info -> info.footer().fileLength()).orElse(0L);
        metrics.removed("age", 1, segment.info().footer().fileLength() - after);
        metrics.writtenBytes.increment(after);
        metrics.expiredEntries.increment(outcome.get().erased());
        lookedAt.remove(segment.info().id());
        LOG.info(
            "removed entries because of age tenant={} segment={} entries={} left={}",
            tenant,
            segment,
            outcome.get().erased(),
            outcome.get().rows());
      }
      return true;
    }
    return false;
  }

  private boolean recentlyLookedAt(Segment segment, long now) {
    return now - lookedAt.getOrDefault(segment.info().id(), now - LOOK_AGAIN_NANOS) < LOOK_AGAIN_NANOS;
  }

  /** Expired rows, as far as the index tells: whole streams and whole runs. */
  private static long dead(SegmentIndex index, Retention keep, long now) {
    long dead = 0;
    int block = -1;
    BlockRuns runs = null;
    for (int ref = 0; ref < index.size(); ref++) {
      long cutoff = keep.cutoff(index.labels(ref), now);
      if (index.maxTs(ref) < cutoff) {
        dead += index.rows(ref);
      } else if (index.minTs(ref) < cutoff) {
        for (int b = index.firstBlock(ref); b <= index.lastBlock(ref); b++) {
          // Streams that share a block are neighbours: to read what runs it has once for each of them is work without end.
          if (b != block) {
            runs = index.runs(b);
            block = b;
          }
          int run = runs == null ? -1 : runs.find(ref);
          dead += runs != null && run >= 0 && runs.maxTs(run) < cutoff ? runs.rows(run) : 0;
        }
      }
    }
    return dead;
  }
}
