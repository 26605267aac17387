package io.sigyn.storage;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.head.HeadGeneration;
import io.sigyn.storage.segment.BlockReader;
import io.sigyn.storage.tombstone.DeleteRequest;
import io.sigyn.storage.tombstone.Tombstone;
import io.sigyn.storage.tombstone.TombstoneId;
import io.sigyn.storage.tombstone.Tombstones;
import io.sigyn.storage.wal.WalRecord;
import io.sigyn.storage.wal.WalWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store: what is appended is in the log before it is acknowledged, in memory at once, and in immutable segments later.
 * Safe for use by many threads.
 *
 * <p>As a library, with nothing but a directory:
 *
 * {@snippet :
 * try (Store store = Store.open(directory)) {
 *   Tenant tenant = new Tenant("me");
 *   long now = Clock.SYSTEM.epochNanos();
 *   store.append(tenant, EntryBatch.of(Labels.of("app", "shop"), now, "order placed")).join();
 *   Selection shop = new Selection(List.of(new LabelMatcher.Equal("app", "shop")), TimeRange.ALL, Direction.FORWARD);
 *   try (EntryCursor found = store.select(tenant, shop, new ScanStats())) {
 *     while (found.next()) {
 *       for (int r = 0; r < found.block().size(); r++) {
 *         out.println(found.block().stream() + " " + found.block().line(r));
 *       }
 *     }
 *   }
 * }
 * }
 *
 * The future of an append is complete when the entries are as durable as {@link StoreOptions.SyncMode} promises; {@link
 * #close} flushes, and a program that is killed before finds everything acknowledged in the log when it opens the directory
 * again.
 */
public final class Store implements AutoCloseable {
  // Locks, in the order in which they are taken:
  //
  // flushing    one flush at a time. Guards sealed and everything the flusher touches.
  // generation  shared: an append, from its place in memory to its place in the log's queue.
  //             exclusive: the change of the active generation.
  //
  // So when a generation is sealed, no append is half in it, and every record queued so far belongs to it or an earlier one:
  // the frontier "all LSNs below the next" is exact. Queries take no lock; they read one view.

  private static final Logger LOG = LoggerFactory.getLogger(Store.class);

  private static final String SHUTTING_DOWN = "the store is shutting down";

  private final Path root;
  private final StoreFiles files;
  private final StoreOptions options;
  private final Tuning tuning;
  private final Clock clock;
  private final StoreMetrics metrics;
  private final DamageLog damages;
  private final Admission admission;
  private final Closeable directoryLock;
  private final Flusher flusher;
  private final Leases leases = new Leases();
  private final Tombstones tombstones;
  private final Upkeep upkeep;

  private final ReentrantLock flushing = new ReentrantLock();
  private final ReadWriteLock generation = new ReentrantReadWriteLock();
  private volatile View view;
  private final WalWriter wal;
  private final long walMaxBytes;
  private volatile boolean closed;

  private Flusher.@Nullable Sealed sealed;
  private long lastFailure;
  private boolean failing;

  /** Why the last flush failed, if it did. */
  private volatile @Nullable String flushFailure;

  private final AtomicBoolean flushAsked = new AtomicBoolean();
  private final ScheduledExecutorService background;
  private final ExecutorService encoder;

  private Store(
      Opening.Opened opened,
      StoreOptions options,
      Tuning tuning,
      Clock clock,
      MeterRegistry registry,
      UpkeepOptions upkeepOptions) {
    this.root = opened.layout().root();
    this.files = opened.files();
    this.options = options;
    this.tuning = tuning;
    this.clock = clock;
    this.metrics = opened.metrics();
    this.damages = opened.damages();
    this.admission = new Admission(opened.files(), root, options, clock, metrics);
    this.directoryLock = opened.lock();
    this.flusher = opened.flusher();
    this.view = opened.view();
    this.wal = opened.wal();
    this.background = tuning.threads().scheduler("store-flush");
    this.walMaxBytes = opened.walMaxBytes();
    this.encoder = opened.encoder();
    this.tombstones = opened.tombstones();
    Trash trash = new Trash(opened.files(), leases, clock, upkeepOptions.grace());
    SegmentSet segments =
        new SegmentSet(
            opened.files(), opened.manifests(), opened.cache(), clock, tuning, trash, flushing, () -> view, this::swap);
    int processors = Runtime.getRuntime().availableProcessors();
    this.upkeep =
        new Upkeep(
            upkeepOptions,
            new Upkeep.Lent(
                opened.files(),
                opened.layout(),
                segments,
                tombstones,
                damages,
                clock,
                tuning.threads(),
                this::flush,
                () -> wal.bytes(),
                () -> leases.open() >= processors),
            metrics,
            registry);
    metrics.gauge("leases", "Queries that may read segments.", leases::open);
    metrics.gauge("head.bytes", "Memory taken by entries that are not in segments.", () -> view.headBytes());
    metrics.gauge("head.streams", "Streams in memory.", () -> view.active().streams());
    metrics.gauge("segments", "Segments.", () -> view.segments().values().stream().mapToInt(List::size).sum());
    metrics.gauge("wal.files", "Files of the log.", () -> wal.files());
    metrics.gauge("wal.disk.bytes", "Bytes of the log's files.", () -> wal.bytes());
    metrics.gauge("writable", "1 when appends are taken.", () -> refusal().isEmpty() ? 1 : 0);
    long watch = tuning.watch().toNanos();
    ScheduledFuture<?> _ =
        background.scheduleWithFixedDelay(this::watch, watch, watch, TimeUnit.NANOSECONDS);
    upkeep.start();
  }

  /**
   * Opens or creates the store in a directory, with settings that fit this program's heap, the machine's clock and metrics
   * that nobody looks at.
   *
   * @throws io.sigyn.error.LokiException naming the path when the directory cannot be used or another process owns it
   */
  public static Store open(Path root) {
    StoreOptions options = StoreOptions.forHeap(Runtime.getRuntime().maxMemory());
    return open(root, options, Clock.SYSTEM, new SimpleMeterRegistry());
  }

  /**
   * Opens or creates the store in a directory and replays its write-ahead log.
   *
   * @throws io.sigyn.error.LokiException naming the path when the directory cannot be used or another process owns it
   */
  public static Store open(Path root, StoreOptions options, Clock clock, MeterRegistry metrics) {
    return open(root, options, clock, metrics, UpkeepOptions.DEFAULT);
  }

  /** As {@link #open(Path, StoreOptions, Clock, MeterRegistry)}, saying what background work shall do. */
  public static Store open(
      Path root, StoreOptions options, Clock clock, MeterRegistry metrics, UpkeepOptions upkeep) {
    return open(root, options, clock, metrics, StoreFiles.LOCAL, Tuning.DEFAULT, upkeep);
  }

  static Store open(
      Path root, StoreOptions options, Clock clock, MeterRegistry metrics, StoreFiles files, Tuning tuning) {
    return open(root, options, clock, metrics, files, tuning, UpkeepOptions.ON_DEMAND);
  }

  static Store open(
      Path root,
      StoreOptions options,
      Clock clock,
      MeterRegistry metrics,
      StoreFiles files,
      Tuning tuning,
      UpkeepOptions upkeep) {
    return new Store(
        Opening.open(root, options, clock, metrics, files, tuning), options, tuning, clock, metrics, upkeep);
  }

  /**
   * Takes a batch, all of it. The entries are visible to queries when this returns and durable when the future is
   * complete. The batch is not referred to afterwards, so its arena may be reused at once; its label sets are kept.
   *
   * <p>What depends on the future without an executor of its own runs on the log's thread and must not block.
   *
   * @return completes exceptionally with a {@link io.sigyn.error.LokiException} when the batch could not be made durable
   * @throws io.sigyn.error.LokiException UNAVAILABLE or TOO_MANY_REQUESTS when the store takes nothing now; the batch has
   *     then left no trace
   */
  public CompletableFuture<Void> append(Tenant tenant, EntryBatch batch) {
    refuseWhenClosed();
    if (batch.entries() == 0) {
      return CompletableFuture.completedFuture(null);
    }
    admission.check(view.headBytes(), Optional.ofNullable(flushFailure));
    if (upkeep.behind()) {
      metrics.refused("compaction_behind");
      throw new LokiException(
          ErrorKind.UNAVAILABLE,
          "more than 64 segments of one day wait to be merged in "
              + root
              + "; nothing is taken until there are fewer, try again");
    }
    if (logIsLong()) {
      askForFlush();
    }
    WalRecord record = WalRecord.push(tenant, batch, clock.epochNanos());
    CompletableFuture<Void> durable;
    long bytes;
    generation.readLock().lock();
    try {
      refuseWhenClosed();
      wal.reserve(record);
      HeadGeneration active = view.active();
      active.append(tenant, batch, clock.ticks());
      durable = wal.append(record);
      bytes = active.bytes();
    } finally {
      generation.readLock().unlock();
    }
    metrics.appends.increment();
    metrics.entries.increment(batch.entries());
    metrics.bytes.increment(batch.lineBytes());
    if (bytes >= options.headMaxBytes()) {
      askForFlush();
    }
    return options.sync() == StoreOptions.SyncMode.NONE ? CompletableFuture.completedFuture(null) : durable;
  }

  /** Why appends are refused now, for people; empty when they are taken. */
  public Optional<String> refusal() {
    if (closed) {
      return Optional.of(SHUTTING_DOWN);
    }
    return wal.refusal()
        .or(() -> admission.refusal(view.headBytes(), Optional.ofNullable(flushFailure)).map(Admission.Refusal::text));
  }

  private boolean logIsLong() {
    return wal.bytes() >= walMaxBytes / 2;
  }

  /** The entries of a selection; see {@link EntryCursor} for the order. Counts into {@code stats} as it goes. */
  public EntryCursor select(Tenant tenant, Selection selection, ScanStats stats) {
    TimeRange range = selection.range();
    if (range.isEmpty()) {
      BlockReader none = new BlockReader(selection.test(), stats);
      return new StoreCursor(List.of(), selection.direction(), none, stats, leases.enter());
    }
    Leases.Lease lease = leases.enter();
    try {
      // Before the view: a delete request is done only after everything it means has left the view.
      Visibility visibility = upkeep.visibility(tenant);
      return new Selector(view, tenant, selection.matchers(), range.start(), range.end() - 1, stats, visibility)
          .open(selection.direction(), selection.order(), selection.test(), lease);
    } catch (RuntimeException | Error e) {
      lease.close();
      throw e;
    }
  }

  /** Names of labels of streams that match and have entries in the range; ascending, each once. */
  public List<String> labelNames(Tenant tenant, List<LabelMatcher> matchers, TimeRange range) {
    return range.isEmpty() ? List.of() : labels(tenant, matchers, range, LabelQueries::names);
  }

  /** Values of one label over the same streams; ascending, each once. */
  public List<String> labelValues(Tenant tenant, String name, List<LabelMatcher> matchers, TimeRange range) {
    return range.isEmpty() ? List.of() : labels(tenant, matchers, range, labels -> labels.values(name));
  }

  /** Label sets of streams that match and have entries in the range; ascending, each once. */
  public List<Labels> series(Tenant tenant, List<LabelMatcher> matchers, TimeRange range) {
    return range.isEmpty() ? List.of() : labels(tenant, matchers, range, LabelQueries::series);
  }

  private <T> List<T> labels(
      Tenant tenant, List<LabelMatcher> matchers, TimeRange range, Function<LabelQueries, Collection<T>> question) {
    try (Leases.Lease _ = leases.enter()) {
      return List.copyOf(question.apply(new LabelQueries(
                  view, tenant, matchers, range.start(), range.end() - 1, upkeep.visibility(tenant))));
    }
  }

  /**
   * Deletes entries: queries do not see them from now on, and they leave the disk when the request can not be withdrawn any
   * more. Entries that arrive before that with times in the request's range are deleted too. Durable when this returns.
   *
   * @throws io.sigyn.error.LokiException UNAVAILABLE when the request could not be written; it has then no effect
   */
  public Tombstone delete(Tenant tenant, DeleteRequest request) {
    refuseWhenClosed();
    try {
      return tombstones.add(tenant, request, clock.epochNanos());
    } catch (IOException e) {
      throw new LokiException(ErrorKind.UNAVAILABLE, "cannot keep a delete request in " + root + ": " + e.getMessage(), e);
    }
  }

  /** The tenant's delete requests, oldest first; those that are done for thirty days more. */
  public List<Tombstone> deletes(Tenant tenant) {
    return tombstones.of(tenant);
  }

  /** Withdraws a delete request; what of it is still on disk is seen again. An unknown one is fine. */
  public void cancelDelete(Tenant tenant, TombstoneId id) {
    try {
      tombstones.remove(tenant, id);
    } catch (IOException e) {
      throw new LokiException(ErrorKind.UNAVAILABLE, "cannot withdraw a delete request in " + root + ": " + e.getMessage(), e);
    }
  }

  /** The background work. */
  public Upkeep upkeep() {
    return upkeep;
  }

  private void swap(UnaryOperator<View> change) {
    generation.writeLock().lock();
    try {
      view = change.apply(view);
    } finally {
      generation.writeLock().unlock();
    }
  }

  /**
   * How much the streams that match have in the range, without reading a block: exact for what is in memory and for
   * streams of segments that lie in the range altogether. A stream of a segment that lies in it partly counts as Loki
   * counts chunks, by the share of its time that is in the range (of each block it has to itself, and of the stream for
   * what it has in blocks shared with others). Exact duplicates and deleted entries that no compaction has removed yet
   * count; expired ones do not.
   */
  public IndexStats stats(Tenant tenant, List<LabelMatcher> matchers, TimeRange range) {
    if (range.isEmpty()) {
      return IndexStats.NONE;
    }
    try (Leases.Lease _ = leases.enter()) {
      return usage(tenant, matchers, range).stats();
    }
  }

  /**
   * The bytes of streams that match, measured as by {@link #stats}, grouped and largest first.
   *
   * @param targetLabels the labels to group by, of which a stream must have all; none means all labels a stream has
   * @param limit the most groups
   */
  public List<Volume> volume(
      Tenant tenant,
      List<LabelMatcher> matchers,
      TimeRange range,
      List<String> targetLabels,
      Volume.Grouping grouping,
      int limit) {
    if (range.isEmpty()) {
      return List.of();
    }
    try (Leases.Lease _ = leases.enter()) {
      return usage(tenant, matchers, range).volume(targetLabels, grouping, limit);
    }
  }

  private UsageQueries usage(Tenant tenant, List<LabelMatcher> matchers, TimeRange range) {
    Visibility visibility = upkeep.visibility(tenant);
    return new UsageQueries(view, tenant, matchers, range.start(), range.end() - 1, visibility);
  }

  /** The number of the tenant's streams that have entries in memory. */
  public int activeStreams(Tenant tenant) {
    return view.activeStreams(tenant);
  }

  /** What was found damaged since the store was opened and therefore left out, oldest first, at most the newest hundred. */
  public List<String> damages() {
    return damages.newest().stream().map(Damage::toString).toList();
  }

  /**
   * Writes everything in memory to segments and truncates the log; returns when both are done.
   *
   * @throws io.sigyn.error.LokiException UNAVAILABLE with the cause when that failed; nothing is lost, it is tried again
   */
  public void flush() {
    flushing.lock();
    try {
      // After close() the directory may be somebody else's.
      refuseWhenClosed();
      flushAll();
    } finally {
      flushing.unlock();
    }
  }

  private void flushAll() {
    flushing.lock();
    try {
      long start = clock.ticks();
      if (sealed != null) {
        writeSealed();
      }
      if (!view.active().isEmpty()) {
        seal();
        writeSealed();
      }
      failing = false;
      flushFailure = null;
      metrics.flush.record(clock.ticks() - start, TimeUnit.NANOSECONDS);
    } catch (IOException e) {
      failing = true;
      lastFailure = clock.ticks();
      metrics.flushFailures.increment();
      LOG.warn("flush failed, entries stay in memory and in the log root={} cause=\"{}\"", root, e.toString());
      String why = "flush to " + root + " failed: " + Publication.cause(files, root, e);
      flushFailure = why;
      throw new LokiException(ErrorKind.UNAVAILABLE, why, e);
    } finally {
      flushing.unlock();
    }
  }

  private void seal() {
    generation.writeLock().lock();
    try {
      HeadGeneration active = view.active();
      sealed = new Flusher.Sealed(active, wal.nextLsn() - 1);
      view = view.rotated(new HeadGeneration(active));
    } finally {
      generation.writeLock().unlock();
    }
  }

  private void writeSealed() throws IOException {
    Flusher.Sealed now = sealed;
    if (now == null) {
      return;
    }
    long start = clock.ticks();
    // A batch may lie in several days, and days are published one by one: killed in between, the rest of the batch must
    // come back from the log. So nothing is published while the log has not got all of it.
    if (!wal.awaitDurable(now.frontier)) {
      throw new IOException(
          "entries that the log has not taken yet must wait for it: "
              + wal.distress().map(LokiException::text).orElse("it has just begun to work again"));
    }
    flusher.write(now);
    generation.writeLock().lock();
    try {
      view = view.published(now.segments());
      view.active().forgetPrevious();
    } finally {
      generation.writeLock().unlock();
    }
    sealed = null;
    wal.truncate(now.frontier);
    LOG.info(
        "flushed segments={} head_bytes={} frontier={} ms={}",
        now.segments().values().stream().mapToInt(List::size).sum(),
        now.generation.bytes(),
        now.frontier,
        (clock.ticks() - start) / 1_000_000);
  }

  private void askForFlush() {
    if (flushAsked.compareAndSet(false, true)) {
      try {
        background.execute(this::watch);
      } catch (RejectedExecutionException e) {
        // Closing; close() flushes.
      }
    }
  }

  /** Flushes when there is a reason to. Runs in the background. */
  private void watch() {
    flushAsked.set(false);
    try {
      if (wal.distress().isPresent()) {
        wal.probe();
      }
      if (wantsFlush()) {
        flush();
      }
    } catch (LokiException e) {
      // Reported by flush; the next round tries again.
    } catch (RuntimeException | Error e) {
      LOG.error("background work of the store failed root={}", root, e);
    }
  }

  private boolean wantsFlush() {
    flushing.lock();
    try {
      if (failing && clock.ticks() - lastFailure < tuning.retry().toNanos()) {
        return false;
      }
      HeadGeneration active = view.active();
      return sealed != null
          || active.bytes() >= options.headMaxBytes()
          || active.age(clock.ticks()) >= options.headMaxAge().toNanos()
          || (logIsLong() && !active.isEmpty());
    } finally {
      flushing.unlock();
    }
  }

  private void refuseWhenClosed() {
    if (closed) {
      throw new LokiException(ErrorKind.UNAVAILABLE, SHUTTING_DOWN);
    }
  }

  /** Refuses new appends, flushes, closes. What could not be flushed is in the log and comes back at the next start. */
  @Override
  public void close() {
    generation.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
    } finally {
      generation.writeLock().unlock();
    }
    upkeep.close();
    background.shutdown();
    encoder.shutdownNow();
    boolean flushed = false;
    try {
      flushAll();
      flushed = true;
    } catch (LokiException e) {
      LOG.warn("closing without a flush, the log keeps the entries root={} cause=\"{}\"", root, e.text());
    }
    wal.close();
    try {
      if (flushed) {
        wal.truncate(wal.nextLsn() - 1);
      }
    } catch (IOException e) {
      LOG.warn("closing left files of the log behind root={} cause=\"{}\"", root, e.toString());
    }
    metrics.close();
    try {
      directoryLock.close();
    } catch (IOException e) {
      LOG.warn("cannot release the lock root={} cause=\"{}\"", root, e.toString());
    }
  }
}
