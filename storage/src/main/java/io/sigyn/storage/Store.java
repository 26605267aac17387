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
import io.sigyn.storage.block.BlockFormat;
import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.head.HeadGeneration;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.segment.SegmentCache;
import io.sigyn.storage.tombstone.DeleteRequest;
import io.sigyn.storage.tombstone.Tombstone;
import io.sigyn.storage.tombstone.TombstoneId;
import io.sigyn.storage.tombstone.Tombstones;
import io.sigyn.storage.wal.WalRecord;
import io.sigyn.storage.wal.WalWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;
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
  // flushing  one flush at a time, and one change of segments. Guards everything the flusher touches.
  // current   shared: an append, from its place in memory to its place in the log's queue.
  //           exclusive: the change of the view, of the active generation above all.
  //
  // So when a generation is sealed, no append is half in it, and every record queued so far belongs to it or an earlier one:
  // the frontier "all LSNs below the next" is exact. Queries take no lock; they read one view.

  private static final Logger LOG = LoggerFactory.getLogger(Store.class);

  private static final String SHUTTING_DOWN = "the store is shutting down";

  private final Path root;
  private final StoreOptions options;
  private final Clock clock;
  private final StoreMetrics metrics;
  private final DamageLog damages;
  private final Admission admission;
  private final Closeable directoryLock;
  private final Leases leases;
  private final Tombstones tombstones;
  private final Upkeep upkeep;

  private final ReentrantLock flushing = new ReentrantLock();
  private final CurrentView current;
  private final FlushCycle cycle;
  private final WalWriter wal;
  private final FlushWatch watch;
  private final Questions questions;
  private final ExecutorService encoder;
  private volatile boolean closed;

  private Store(
      Opening.Opened opened,
      StoreOptions options,
      Tuning tuning,
      Clock clock,
      MeterRegistry registry,
      UpkeepOptions upkeepOptions) {
    this.root = opened.layout().root();
    this.options = options;
    this.clock = clock;
    this.metrics = opened.metrics();
    this.damages = opened.damages();
    this.leases = opened.leases();
    this.admission = new Admission(opened.files(), root, options, clock, metrics);
    this.directoryLock = opened.lock();
    this.current = new CurrentView(opened.view());
    this.wal = opened.wal();
    this.cycle = new FlushCycle(opened, options, tuning, clock, current, flushing);
    this.watch = new FlushWatch(opened, tuning, cycle, this::flush);
    this.encoder = opened.encoder();
    this.tombstones = opened.tombstones();
    Trash trash = new Trash(opened.files(), leases, clock, upkeepOptions.grace());
    SegmentSet segments =
        new SegmentSet(
            opened.files(), opened.manifests(), opened.cache(), clock, tuning, trash, flushing, current::get, current::change);
    int processors = Runtime.getRuntime().availableProcessors();
    this.upkeep =
        new Upkeep(
            upkeepOptions,
            new Upkeep.Lent(
                opened.files(),
                opened.layout(),
                segments,
                opened.cache(),
                tombstones,
                damages,
                clock,
                tuning.threads(),
                this::flush,
                leases,
                () -> wal.bytes(),
                () -> leases.open() >= processors),
            metrics,
            registry);
    this.questions = new Questions(leases, current, upkeep, damages);
    metrics.gauge("leases", "Queries that may read segments.", leases::open);
    metrics.gauge("head.bytes", "Memory taken by entries that are not in segments.", () -> current.get().headBytes());
    metrics.gauge("head.spare.bytes", "Memory kept for entries to come.", opened.pages()::bytes);
    metrics.gauge("head.streams", "Streams in memory.", this::headStreams);
    metrics.gauge("segments", "Segments.", () -> current.get().segments().values().stream().mapToInt(List::size).sum());
    metrics.gauge("wal.files", "Files of the log.", () -> wal.files());
    metrics.gauge("wal.disk.bytes", "Bytes of the log's files.", () -> wal.bytes());
    metrics.gauge("writable", "1 when appends are taken.", () -> refusal().isEmpty() ? 1 : 0);
    watchCaches(opened.cache());
    watch.start(tuning.watch());
    upkeep.start();
  }

  private void watchCaches(SegmentCache cache) {
    String memory = "Memory kept of what was read of segments.";
    metrics.gauge("cache.bytes", memory, "cache", "blocks", cache::blockBytes);
    metrics.gauge("cache.bytes", memory, "cache", "indexes", cache::indexBytes);
    metrics.gauge("cache.bytes", memory, "cache", "matches", cache::matchBytes);
    metrics.gauge("cache.bytes", memory, "cache", "times", cache::timesBytes);
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
   * @throws io.sigyn.error.LokiException UNAVAILABLE or TOO_MANY_REQUESTS when the store takes nothing now, BAD_REQUEST when
   *     an entry has more structured metadata than a block has room for; the batch has then left no trace
   */
  public CompletableFuture<Void> append(Tenant tenant, EntryBatch batch) {
    refuseWhenClosed();
    if (batch.entries() == 0) {
      return CompletableFuture.completedFuture(null);
    }
    refuseTooManyNames(batch);
    admission.check(current.get().headBytes(), cycle.failure());
    if (upkeep.behind()) {
      metrics.refused("compaction_behind");
      throw new LokiException(
          ErrorKind.UNAVAILABLE,
          "more than 64 segments of one day wait to be merged in "
              + root
              + "; nothing is taken until there are fewer, try again");
    }
    if (watch.logIsLong()) {
      watch.ask();
    }
    WalRecord record = WalRecord.push(tenant, batch, clock.epochNanos());
    CompletableFuture<Void> durable;
    long bytes;
    current.appending().lock();
    try {
      refuseWhenClosed();
      wal.reserve(record);
      HeadGeneration active = current.get().active();
      boolean taken = false;
      try {
        active.append(tenant, batch, clock.ticks());
        taken = true;
      } finally {
        if (!taken) {
          wal.giveBack(record);
        }
      }
      durable = wal.append(record);
      bytes = active.bytes();
    } finally {
      current.appending().unlock();
    }
    metrics.appends.increment();
    metrics.entries.increment(batch.entries());
    metrics.bytes.increment(batch.lineBytes());
    if (bytes >= options.headMaxBytes()) {
      watch.ask();
    }
    return options.sync() == StoreOptions.SyncMode.NONE ? CompletableFuture.completedFuture(null) : durable;
  }

  private static void refuseTooManyNames(EntryBatch batch) {
    for (int n = 0; n < batch.sets(); n++) {
      int names = batch.set(n).size();
      if (names > BlockFormat.MAX_NAMES) {
        throw new LokiException(
            ErrorKind.BAD_REQUEST,
            "an entry has " + names + " structured metadata labels, at most " + BlockFormat.MAX_NAMES + " can be stored");
      }
    }
  }

  /** Why appends are refused now, for people; empty when they are taken. */
  public Optional<String> refusal() {
    if (closed) {
      return Optional.of(SHUTTING_DOWN);
    }
    return wal.refusal()
        .or(() -> admission.refusal(current.get().headBytes(), cycle.failure()).map(Admission.Refusal::text));
  }

  /** The entries of a selection; see {@link EntryCursor} for the order. Counts into {@code stats} as it goes. */
  public EntryCursor select(Tenant tenant, Selection selection, ScanStats stats) {
    return questions.select(tenant, selection, stats);
  }

  /** As {@link #labelNames(Tenant, List, TimeRange, ScanStats)}, for those who do not ask what is damaged. */
  public List<String> labelNames(Tenant tenant, List<LabelMatcher> matchers, TimeRange range) {
    return labelNames(tenant, matchers, range, new ScanStats());
  }

  /**
   * Names of labels of streams that match and have entries in the range; ascending, each once.
   *
   * @param stats learns of indexes that cannot be read, as of other answers about labels, and stops what takes long
   */
  public List<String> labelNames(Tenant tenant, List<LabelMatcher> matchers, TimeRange range, ScanStats stats) {
    return questions.labels(tenant, matchers, range, stats, LabelQueries::names);
  }

  /** As {@link #labelValues(Tenant, String, List, TimeRange, ScanStats)}, for those who do not ask what is damaged. */
  public List<String> labelValues(Tenant tenant, String name, List<LabelMatcher> matchers, TimeRange range) {
    return labelValues(tenant, name, matchers, range, new ScanStats());
  }

  /** Values of one label over the same streams; ascending, each once. */
  public List<String> labelValues(
      Tenant tenant, String name, List<LabelMatcher> matchers, TimeRange range, ScanStats stats) {
    return questions.labels(tenant, matchers, range, stats, labels -> labels.values(name));
  }

  /** As {@link #series(Tenant, List, TimeRange, ScanStats)}, for those who do not ask what is damaged. */
  public List<Labels> series(Tenant tenant, List<LabelMatcher> matchers, TimeRange range) {
    return series(tenant, matchers, range, new ScanStats());
  }

  /** Label sets of streams that match and have entries in the range; ascending, each once. */
  public List<Labels> series(Tenant tenant, List<LabelMatcher> matchers, TimeRange range, ScanStats stats) {
    return questions.labels(tenant, matchers, range, stats, LabelQueries::series);
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
      return tombstones.add(tenant, request);
    } catch (IOException e) {
      throw new LokiException(ErrorKind.UNAVAILABLE, "cannot keep a delete request in " + root + ": " + e.getMessage(), e);
    }
  }

  /** The tenant's delete requests, oldest first; those that are done for thirty days more. */
  public List<Tombstone> deletes(Tenant tenant) {
    return tombstones.of(tenant);
  }

  /**
   * A number that is another one after each delete request of the tenant, each withdrawal and each start of the store:
   * nanoseconds since the Unix epoch. Empty while the tenant never had a request.
   */
  public OptionalLong deleteGeneration(Tenant tenant) {
    return tombstones.generation(tenant);
  }

  /** Withdraws a delete request; what of it is still on disk is seen again. An unknown one is fine. */
  public void cancelDelete(Tenant tenant, TombstoneId id) {
    try {
      tombstones.remove(tenant, id);
    } catch (IOException e) {
      throw new LokiException(ErrorKind.UNAVAILABLE, "cannot withdraw a delete request in " + root + ": " + e.getMessage(), e);
    }
  }

  /**
   * A number that grows whenever some of a tenant's entries may have stopped, or begun again, to be seen by anything but an
   * append or the passing of time: a delete request, its withdrawal, segments that were taken out. It grows after the change
   * can be seen.
   */
  public long changes(Tenant tenant) {
    return upkeep.changes(tenant);
  }

  /** The time before which entries of some stream of the tenant may have expired by now; {@code Long.MIN_VALUE} for never. */
  public long expiredBefore(Tenant tenant) {
    return upkeep.expiredBefore(tenant);
  }

  /** The background work. */
  public Upkeep upkeep() {
    return upkeep;
  }

  /**
   * How much the streams that match have in the range, without reading a block: exact for what is in memory and for
   * streams of segments that lie in the range altogether. A stream of a segment that lies in it partly counts as Loki
   * counts chunks, by the share of its time that is in the range (of each block it has to itself, and of the stream for
   * what it has in blocks shared with others). Exact duplicates that no compaction has removed yet count. Expired entries do
   * not; nor do deleted ones in memory and in whole blocks or streams, while a request that hides only a part of a block is
   * not seen before the block is written anew.
   */
  public IndexStats stats(Tenant tenant, List<LabelMatcher> matchers, TimeRange range) {
    return stats(tenant, matchers, range, new ScanStats());
  }

  /** The same; {@code stats} learns of indexes that cannot be read, and stops what takes long. */
  public IndexStats stats(Tenant tenant, List<LabelMatcher> matchers, TimeRange range, ScanStats stats) {
    return questions.usage(tenant, matchers, range, stats, IndexStats.NONE, UsageQueries::stats);
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
    return volume(tenant, matchers, range, targetLabels, grouping, limit, new ScanStats());
  }

  /** The same; {@code stats} learns of indexes that cannot be read, and stops what takes long. */
  public List<Volume> volume(
      Tenant tenant,
      List<LabelMatcher> matchers,
      TimeRange range,
      List<String> targetLabels,
      Volume.Grouping grouping,
      int limit,
      ScanStats stats) {
    return questions.usage(
        tenant, matchers, range, stats, List.of(), usage -> usage.volume(targetLabels, grouping, limit));
  }

  /** The number of streams of all tenants to which entries in memory are added. */
  public int headStreams() {
    return current.get().active().streams();
  }

  /** The number of the tenant's streams that have entries in memory. */
  public int activeStreams(Tenant tenant) {
    return current.get().activeStreams(tenant);
  }

  /** What was found damaged since the store was opened and therefore left out, oldest first, at most the newest hundred. */
  public List<String> damages() {
    return damages.newest().stream().map(Damage::toString).toList();
  }

  /**
   * What was found since the store was opened that looks like writes which were cut off before anybody was told that they
   * were done, oldest first, at most the newest hundred.
   */
  public List<String> suspicions() {
    return damages.suspicions().stream().map(Damage::toString).toList();
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
      cycle.flush();
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
    close(true);
  }

  /**
   * Refuses new appends and closes.
   *
   * @param flush whether what is in memory becomes segments first; it is in the log in either case and comes back at the
   *     next start
   */
  public void close(boolean flush) {
    current.changing().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
    } finally {
      current.changing().unlock();
    }
    upkeep.close();
    watch.stop();
    encoder.shutdownNow();
    // A flush that runs comes to its end first: once the lock is given back, the directory may be somebody else's.
    flushing.lock();
    try {
      boolean flushed = flush && flushAtEnd();
      wal.close();
      if (flushed) {
        wal.truncate(wal.nextLsn() - 1);
      }
    } catch (IOException e) {
      LOG.warn("closing left files of the log behind root={} cause=\"{}\"", root, e.toString());
    } finally {
      flushing.unlock();
    }
    metrics.close();
    try {
      directoryLock.close();
    } catch (IOException e) {
      LOG.warn("cannot release the lock root={} cause=\"{}\"", root, e.toString());
    }
  }

  private boolean flushAtEnd() {
    try {
      cycle.flush();
      return true;
    } catch (LokiException e) {
      LOG.warn("closing without a flush, the log keeps the entries root={} cause=\"{}\"", root, e.text());
      return false;
    }
  }
}
