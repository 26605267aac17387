package io.sigyn.storage;

import io.micrometer.core.instrument.MeterRegistry;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.DirectoryInUseException;
import io.sigyn.storage.files.Losses;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.head.EarlyBlocks;
import io.sigyn.storage.head.HeadGeneration;
import io.sigyn.storage.head.PagePool;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.segment.SegmentCache;
import io.sigyn.storage.tombstone.Tombstones;
import io.sigyn.storage.wal.WalMetrics;
import io.sigyn.storage.wal.WalOptions;
import io.sigyn.storage.wal.WalRecovery;
import io.sigyn.storage.wal.WalSync;
import io.sigyn.storage.wal.WalWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a store up from its directory: lock, identity, manifests, then the log from end to end. Entries that a day's
 * manifest says are in segments are passed over; when the rest grows too large for memory, it is flushed on the way.
 */
final class Opening {
  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

  /** LSNs start here, so that the frontier 0 means "nothing". */
  private static final long FIRST_LSN = 64;

  private final Layout layout;
  private final StoreOptions options;
  private final StoreMetrics metrics;
  private final DamageLog damages;
  private final Manifests manifests;
  private final SegmentCache cache;
  private final Flusher flusher;
  private final Clock clock;

  private View view;

  /** The first record with entries that are in memory only; none at first. */
  private long firstNeeded = Long.MAX_VALUE;

  private long replayed;

  /** Whether some of what is in memory is of a record that the disk may not have and that must last. */
  private boolean unsynced;

  /** Bytes in memory at which what was replayed so far is flushed. */
  private long flushAt;

  /** All parts of a store that is up. */
  record Opened(
      Layout layout,
      StoreFiles files,
      StoreMetrics metrics,
      DamageLog damages,
      Closeable lock,
      Flusher flusher,
      Manifests manifests,
      SegmentCache cache,
      Leases leases,
      PagePool pages,
      Tombstones tombstones,
      View view,
      ExecutorService encoder,
      WalWriter wal,
      long walMaxBytes) {}

  private Opening(
      Layout layout,
      StoreFiles files,
      StoreOptions options,
      Clock clock,
      StoreMetrics metrics,
      DamageLog damages,
      HeadGeneration first,
      Tuning tuning,
      Leases leases)
      throws IOException {
    this.layout = layout;
    this.options = options;
    this.clock = clock;
    this.metrics = metrics;
    this.damages = damages;
    this.manifests = Manifests.load(files, layout, damages);
    this.cache = new SegmentCache(files, damages, options.blockCacheBytes(), tuning.threads());
    this.flusher = new Flusher(files, manifests, cache, clock, metrics, tuning, leases);
    this.view = new View(first, null, manifests.segments(cache));
    this.flushAt = options.headMaxBytes();
  }

  static Opened open(
      Path root, StoreOptions options, Clock clock, MeterRegistry registry, StoreFiles files, Tuning tuning) {
    Layout layout = new Layout(root);
    Closeable lock = lock(layout, files);
    ExecutorService encoder = tuning.threads().scheduler("store-encode");
    try {
      StoreMetrics metrics = new StoreMetrics(registry);
      DamageLog damages = new DamageLog(metrics::damaged, metrics::suspected);
      files.createDirectory(layout.wal());
      tidy(files, root);
      tidy(files, layout.quarantine());
      new Losses(files, layout.quarantine()).report(damages, Layout::reachOf);
      long diskBytes = files.totalBytes(root);
      // A small disk has room for other things than the log.
      long walMax = Math.min(options.walMaxBytes(), diskBytes / 4);
      WalOptions walOptions =
          new WalOptions(
              files,
              layout.wal(),
              StoreIdentity.loadOrCreate(files, layout, damages, tuning.random()),
              switch (options.sync()) {
                case GROUP -> WalSync.EVERY_GROUP;
                case INTERVAL -> WalSync.INTERVAL;
                case OS, NONE -> WalSync.NEVER;
              },
              options.syncInterval(),
              Math.min(tuning.walFileBytes(), walMax / 8),
              Math.min(tuning.walQueueBytes(), options.walQueueBytes()),
              walMax,
              clock,
              tuning.threads(),
              tuning.random());
      Leases leases = new Leases();
      PagePool pages = new PagePool(leases, options.headMaxBytes() + options.headMaxBytes() / 2);
      EarlyBlocks early = new EarlyBlocks(encoder, leases, EarlyBlocks.worth(tuning.blockBytes()), metrics.earlyBlocks::increment);
      HeadGeneration first = new HeadGeneration(early, pages);
      Opening opening = new Opening(layout, files, options, clock, metrics, damages, first, tuning, leases);
      Tombstones tombstones =
          new Tombstones(files, layout::tombstones, layout::tombstoneCopies, tuning.random(), clock);
      for (Tenant tenant : opening.manifests.tenants()) {
        tombstones.load(tenant, layout.quarantine(), damages);
      }
      WalWriter wal = opening.replay(walOptions, WalMetrics.in(registry));
      return new Opened(
          layout,
          files,
          metrics,
          damages,
          lock,
          opening.flusher,
          opening.manifests,
          opening.cache,
          leases,
          pages,
          tombstones,
          opening.view,
          encoder,
          wal,
          walMax);
    } catch (IOException | UncheckedIOException e) {
      encoder.shutdownNow();
      release(lock);
      throw new LokiException(ErrorKind.UNAVAILABLE, "cannot open the store in " + root + ": " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      encoder.shutdownNow();
      release(lock);
      throw e;
    }
  }

  /** Removes unfinished work; a disk that does not let go of it is no reason not to open. */
  private static void tidy(StoreFiles files, Path directory) {
    try {
      for (Path file : files.list(directory)) {
        if (Publication.isTemporary(file)) {
          files.delete(file);
        }
      }
    } catch (IOException e) {
      LOG.warn("cannot remove unfinished files directory={} cause=\"{}\"", directory, e.toString());
    }
  }

  private static Closeable lock(Layout layout, StoreFiles files) {
    Path root = layout.root();
    try {
      files.createDirectory(root);
      return files.lock(layout.lock());
    } catch (DirectoryInUseException e) {
      throw new LokiException(
          ErrorKind.UNAVAILABLE,
          "the store in %s is in use by %s; stop it, or give this one another directory (lock file %s)"
              .formatted(root, e.getMessage(), layout.lock()),
          e);
    } catch (IOException e) {
      throw new LokiException(
          ErrorKind.UNAVAILABLE,
          "cannot use %s as a store: %s; it must be a directory that this user may write to".formatted(root, e),
          e);
    }
  }

  private static void release(Closeable lock) {
    try {
      lock.close();
    } catch (IOException e) {
      LOG.warn("cannot release the lock", e);
    }
  }

  private WalWriter replay(WalOptions walOptions, WalMetrics walMetrics) throws IOException {
    long start = clock.ticks();
    WalRecovery.Found found;
    try {
      found =
          WalRecovery.recover(
              walOptions,
              damages,
              layout.quarantine(),
              new Replay(),
              Math.max(FIRST_LSN, manifests.highestFrontier() + 1));
      settle(found, walOptions.files());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    WalWriter wal = WalWriter.start(walOptions, walMetrics, found);
    truncate(wal, Math.min(firstNeeded, found.nextLsn()) - 1);
    metrics.replayedRecords.increment(replayed);
    LOG.info(
        "store open root={} segments={} wal_files={} wal_records={} wal_bytes={} replayed={} torn_tails={} damages={} ms={}",
        layout.root(),
        view.segments().values().stream().mapToInt(List::size).sum(),
        found.files().size(),
        found.records(),
        found.bytes(),
        replayed,
        found.tornTails(),
        damages.newest().size(),
        (clock.ticks() - start) / 1_000_000);
    return wal;
  }

  /**
   * Puts into segments what is in files that an earlier start could not read, whose notes go then. Until then they must stay, for
   * the days' frontiers may lie behind such a file without its entries being in segments.
   */
  private void settle(WalRecovery.Found found, StoreFiles files) {
    if (firstNeeded != Long.MAX_VALUE && !found.regained().isEmpty()) {
      flush(found.nextLsn() - 1);
    }
    if (firstNeeded == Long.MAX_VALUE) {
      Losses losses = new Losses(files, layout.quarantine());
      found.regained().forEach(losses::remove);
    }
  }

  /** Files that stay cost space until the next flush, nothing else, so a failure is no reason not to open. */
  private void truncate(WalWriter wal, long frontier) {
    try {
      manifests.secureBelieved();
      wal.truncate(frontier);
    } catch (IOException e) {
      LOG.warn("opening left files of the log behind root={} cause=\"{}\"", layout.root(), e.toString());
    }
  }

  /** Takes what is in the log. */
  private final class Replay implements WalRecovery.Receiver {
    @Override
    public void push(WalRecovery.Place place, Tenant tenant, EntryBatch batch) {
      EntryBatch missing = place.regained() ? batch : missing(place.lsn(), tenant, batch);
      if (missing.entries() == 0) {
        return;
      }
      replayed++;
      firstNeeded = Math.min(firstNeeded, place.lsn());
      unsynced |= !place.durable();
      view.active().append(tenant, missing, clock.ticks());
      if (view.active().bytes() >= flushAt) {
        flush(place.reached());
      }
    }

    /**
     * {@inheritDoc} Days are published one by one: should the power go in between, the rest of a push must come from the log. With
     * {@link StoreOptions.SyncMode#INTERVAL}, today's or that of the process before, it may have been acknowledged before its sync
     * failed. And whatever was lost in front of what comes next would be reported, acknowledged or not.
     */
    @Override
    public boolean mustLast(long lsn, Tenant tenant, EntryBatch batch) {
      return missing(lsn, tenant, batch).entries() > 0;
    }
  }

  /** The entries of a record that no segment has, which may be none or all. */
  private EntryBatch missing(long lsn, Tenant tenant, EntryBatch batch) {
    boolean all = true;
    boolean none = true;
    boolean[] wanted = new boolean[batch.entries()];
    int day = Integer.MIN_VALUE;
    boolean dayWanted = false;
    for (int e = 0; e < wanted.length; e++) {
      int of = Layout.dayOf(batch.timestamp(e));
      if (of != day) {
        day = of;
        dayWanted = !manifests.has(tenant, day, lsn);
      }
      wanted[e] = dayWanted;
      all &= dayWanted;
      none &= !dayWanted;
    }
    return all ? batch : none ? EntryBatch.EMPTY : filtered(batch, wanted);
  }

  private static EntryBatch filtered(EntryBatch batch, boolean[] wanted) {
    EntryBatch.Builder some = EntryBatch.builder(batch.arena());
    for (int s = 0; s < batch.streams(); s++) {
      some.stream(batch.labels(s));
      for (int e = batch.firstEntry(s); e < batch.endEntry(s); e++) {
        if (wanted[e]) {
          some.entry(batch.timestamp(e), batch.lineStart(e), batch.lineEnd(e), batch.metadata(e));
        }
      }
    }
    return some.build();
  }

  /**
   * Writes what was replayed so far to segments; every record up to the LSN has been seen, and maybe some behind it, which
   * come once more when this start does not get to its end. A disk that takes nothing is no
   * reason not to open: what was in memory before fits into it again, and a little more. The days that were published
   * nevertheless are then in memory, too, and read once, as exact duplicates are.
   */
  private void flush(long lsn) {
    Flusher.Sealed sealed = new Flusher.Sealed(view.active(), lsn);
    try {
      if (unsynced) {
        throw new IOException("the end of the log must be written again first, which failed");
      }
      flusher.write(sealed);
      HeadGeneration written = view.active();
      HeadGeneration next = new HeadGeneration(written);
      next.forgetPrevious();
      view = new View(next, null, view.segments()).published(sealed.segments());
      written.retire();
      firstNeeded = Long.MAX_VALUE;
      flushAt = options.headMaxBytes();
    } catch (IOException e) {
      if (view.active().bytes() >= 2 * options.headLimitBytes()) {
        throw new UncheckedIOException(e);
      }
      view = new View(view.active(), null, view.segments()).published(sealed.segments());
      flushAt = view.active().bytes() + options.headMaxBytes();
      LOG.warn(
          "cannot flush while opening, entries stay in memory root={} bytes={} cause=\"{}\"",
          layout.root(),
          view.active().bytes(),
          e.toString());
    }
  }
}
