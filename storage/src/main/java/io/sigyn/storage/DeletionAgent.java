package io.sigyn.storage;

import io.sigyn.life.Clock;
import io.sigyn.model.Tenant;
import io.sigyn.storage.compact.SegmentMerge;
import io.sigyn.storage.head.TenantHead;
import io.sigyn.storage.index.Matching;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentIndex;
import io.sigyn.storage.tombstone.DeleteRequest;
import io.sigyn.storage.tombstone.Tombstone;
import io.sigyn.storage.tombstone.Tombstones;
import io.sigyn.storage.upkeep.Agent;
import io.sigyn.storage.upkeep.Pace;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes from disk what delete requests have hidden, one segment per step, once they can not be withdrawn any more. A
 * request is done when no segment, nothing in memory and no file in the trash may hold what it means. Until then it hides,
 * so that nothing comes back after a crash.
 */
final class DeletionAgent implements Agent {
  private static final Logger LOG = LoggerFactory.getLogger(DeletionAgent.class);

  private final SegmentSet segments;
  private final Tombstones tombstones;
  private final UpkeepOptions options;
  private final Runnable flush;
  private final Leases leases;
  private final Pace pace;
  private final Clock clock;
  private final UpkeepMetrics metrics;

  DeletionAgent(
      SegmentSet segments,
      Tombstones tombstones,
      UpkeepOptions options,
      Runnable flush,
      Leases leases,
      Pace pace,
      Clock clock,
      UpkeepMetrics metrics) {
    this.segments = segments;
    this.tombstones = tombstones;
    this.options = options;
    this.flush = flush;
    this.leases = leases;
    this.pace = pace;
    this.clock = clock;
    this.metrics = metrics;
  }

  @Override
  public String name() {
    return "deletes";
  }

  @Override
  public Duration rest() {
    return Duration.ofSeconds(30);
  }

  @Override
  public boolean doWork() throws IOException {
    for (Tenant tenant : tombstones.tenants()) {
      forgetOld(tenant);
      List<Tombstone> due = due(tenant);
      if (!due.isEmpty() && step(tenant, due)) {
        return true;
      }
    }
    return false;
  }

  /** The requests of a tenant whose entries may leave the disk. */
  List<Tombstone> due(Tenant tenant) {
    if (options.deletes().apply(tenant) != UpkeepOptions.DeletionMode.FILTER_AND_DELETE) {
      return List.of();
    }
    long before = clock.epochNanos() - options.cancelPeriod().toNanos();
    return tombstones.of(tenant).stream()
        .filter(tombstone -> tombstone.state() == Tombstone.State.RECEIVED && tombstone.id().createdNanos() <= before)
        .toList();
  }

  private boolean step(Tenant tenant, List<Tombstone> due) throws IOException {
    // One view for both questions: a flush in between would carry entries from where we look last to where we looked first.
    View view;
    boolean inMemory;
    try (Leases.Lease _ = leases.enter()) {
      view = segments.view();
      inMemory = inMemory(view, tenant, due);
    }
    boolean stuck = false;
    for (Segment segment : view.segments(tenant)) {
      if (concerned(segment, due)) {
        if (!segments.isUnusable(segment)) {
          rewrite(segment, due);
          return true;
        }
        stuck = true;
      }
    }
    if (!stuck && inMemory) {
      flush.run();
      return true;
    }
    if (!stuck && segments.trash().size() == 0) {
      for (Tombstone tombstone : due) {
        tombstones.processed(tenant, tombstone.id());
        LOG.info("delete request done tenant={} request={}", tenant, tombstone.id().request());
      }
    }
    return false;
  }

  /** Of a segment that cannot be read now nobody knows; when it can be again, what is to go must still be hidden. */
  private static boolean concerned(Segment segment, List<Tombstone> due) {
    for (Tombstone tombstone : due) {
      DeleteRequest request = tombstone.request();
      if (segment.info().mayHave(request.matchers(), request.first(), request.last())) {
        SegmentIndex index = segment.index();
        if (index == null
            || index.rows() < segment.info().footer().rows()
            || (!index.applied().contains(tombstone.id())
                && !Matching.select(index, request.matchers(), request.first(), request.last()).isEmpty())) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean inMemory(View view, Tenant tenant, List<Tombstone> due) {
    for (TenantHead head : view.heads(tenant)) {
      for (Tombstone tombstone : due) {
        DeleteRequest request = tombstone.request();
        if (!head.select(request.matchers(), request.first(), request.last()).isEmpty()) {
          return true;
        }
      }
    }
    return false;
  }

  private void rewrite(Segment segment, List<Tombstone> due) throws IOException {
    Visibility gone = new Visibility(Visibility.ALL.retention(), 0, due, options.filters());
    Optional<SegmentMerge.Outcome> outcome = segments.rewrite(List.of(segment), segment.info().level(), gone, pace);
    if (outcome.isPresent()) {
      long after = outcome.get().segment().map(info -> info.footer().fileLength()).orElse(0L);
      metrics.removed("delete", 1, segment.info().footer().fileLength() - after);
      metrics.writtenBytes.increment(after);
      metrics.erasedEntries.increment(outcome.get().erased());
      LOG.info(
          "deleted entries tenant={} segment={} entries={} left={}",
          segment.tenant(),
          segment,
          outcome.get().erased(),
          outcome.get().rows());
    }
  }

  private void forgetOld(Tenant tenant) throws IOException {
    long nowNanos = clock.epochNanos();
    for (Tombstone tombstone : tombstones.of(tenant)) {
      if (tombstone.isForgotten(nowNanos)) {
        tombstones.remove(tenant, tombstone.id());
      }
    }
  }
}
