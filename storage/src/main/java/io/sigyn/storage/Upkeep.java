package io.sigyn.storage;

import io.micrometer.core.instrument.MeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.life.ThreadSource;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.retention.Retention;
import io.sigyn.storage.retention.RetentionGuard;
import io.sigyn.storage.segment.SegmentCache;
import io.sigyn.storage.tombstone.Tombstone;
import io.sigyn.storage.tombstone.Tombstones;
import io.sigyn.storage.upkeep.Agent;
import io.sigyn.storage.upkeep.AgentLoop;
import io.sigyn.storage.upkeep.Pace;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A store's background work: repair, compaction, retention, deletes, the bound of its size, the scrubber, the trash. Safe for use
 * by many threads.
 */
public final class Upkeep {
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Segments of level 0 of one day. */
  private static final int MOST_UNMERGED = 64;

  private final ThreadSource threads;
  private final UpkeepOptions options;
  private final SegmentSet segments;
  private final Tombstones tombstones;
  private final RetentionGuard guard;
  private final CompactionAgent compaction;
  private final DeletionAgent deletion;
  private final AgentLoop loop;
  private final Pace pace;
  private final Pace scrubPace;

  /** What the store lends. */
  record Lent(
      StoreFiles files,
      Layout layout,
      SegmentSet segments,
      SegmentCache cache,
      Tombstones tombstones,
      DamageLog damages,
      Clock clock,
      ThreadSource threads,
      Runnable flush,
      Leases leases,
      LongSupplier otherBytes,
      BooleanSupplier busy) {}

  Upkeep(UpkeepOptions options, Lent lent, StoreMetrics store, MeterRegistry registry) {
    this.options = options;
    this.segments = lent.segments;
    this.tombstones = lent.tombstones;
    Clock clock = lent.clock;
    this.threads = lent.threads;
    UpkeepMetrics metrics = new UpkeepMetrics(registry);
    pace = new Pace(clock, options.bytesPerSecond(), lent.busy);
    scrubPace = new Pace(clock, options.scrubBytesPerSecond(), lent.busy);
    guard = new RetentionGuard(clock);
    deletion = new DeletionAgent(lent.segments, tombstones, options, lent.flush, lent.leases, pace, clock, metrics);
    compaction = new CompactionAgent(lent.segments, this::gone, pace, clock, metrics);
    ScrubAgent scrub = new ScrubAgent(lent.segments, lent.files, lent.layout, options, scrubPace, clock, metrics);
    List<Agent> agents =
        List.of(
            deletion,
            new RepairAgent(lent.segments, lent.cache, pace, metrics),
            new RetentionAgent(lent.segments, options.retention(), this::gone, guard, pace, metrics),
            new SizeAgent(lent.segments, options.maxBytes(), lent.otherBytes, guard, metrics),
            compaction,
            scrub,
            new TrashAgent(lent.segments.trash()));
    loop = new AgentLoop(clock, pace, agents);
    store.gauge("compaction.debt", "Segments that wait to be merged.", compaction::debt);
    store.gauge("upkeep.paused", "Whether background work is paused.", () -> loop.paused() ? 1 : 0);
    store.gauge("retention.paused", "Whether retention waits for the clock or for somebody.", () -> guard.paused() ? 1 : 0);
    store.gauge("trash.files", "Files that nobody needs any more and that are still there.", lent.segments.trash()::size);
    store.gauge("trash.bytes", "Bytes of those.", lent.segments.trash()::bytes);
    for (Agent agent : agents) {
      store.gauge(
          "upkeep.last.run.seconds", "When an agent last had done all it could, Unix time.", "agent", agent.name(),
          () -> loop.lastRun(agent) / 1e9);
    }
  }

  void start() {
    if (options.runs()) {
      loop.start(threads, LOOK);
    }
  }

  void close() {
    scrubPace.stop();
    loop.close();
  }

  /** What queries may see of a tenant now. */
  Visibility visibility(Tenant tenant) {
    Retention retention = options.retention().apply(tenant);
    List<Tombstone> requests =
        options.deletes().apply(tenant) == UpkeepOptions.DeletionMode.DISABLED ? List.of() : tombstones.of(tenant);
    return new Visibility(retention, retention.keepsAll() ? 0 : guard.now(), requests, options.filters());
  }

  /** See {@link Store#changes}. */
  long changes(Tenant tenant) {
    return tombstones.changes(tenant) + segments.removals();
  }

  /** See {@link Store#expiredBefore}. */
  long expiredBefore(Tenant tenant) {
    Retention retention = options.retention().apply(tenant);
    return retention.keepsAll() ? Retention.NEVER : retention.cutoffOfSome(guard.now());
  }

  /** What need not be written again of a tenant. */
  private Visibility gone(Tenant tenant) {
    boolean believed = guard.clockIsPlausible() && !guard.paused();
    Retention retention = believed ? options.retention().apply(tenant) : Retention.FOREVER;
    return new Visibility(retention, guard.now(), deletion.due(tenant), options.filters());
  }

  /** Does all work there is, on the calling thread; for tests and tools. */
  public void runAll() {
    loop.runAll();
  }

  /** Lets nothing be done until {@link #resume}; what is under way gives up soon. */
  public void pause() {
    scrubPace.stop();
    loop.pause();
  }

  /** Ends {@link #pause}. */
  public void resume() {
    scrubPace.resume();
    loop.resume();
  }

  /** Whether background work is paused. */
  public boolean paused() {
    return loop.paused();
  }

  /** Whether so many segments wait to be merged that no more should come. Never while nothing is done about them. */
  boolean behind() {
    return options.runs() && !loop.paused() && compaction.unmerged() > MOST_UNMERGED;
  }

  /** Somebody looked and says that the clock is right and that what is expired may go. */
  public void confirmRetention() {
    guard.confirm();
  }

  /** Whether retention waits for the clock to be steady, or for {@link #confirmRetention}. */
  public boolean retentionPaused() {
    return guard.paused();
  }
}
