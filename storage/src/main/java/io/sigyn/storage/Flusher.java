package io.sigyn.storage;

import io.sigyn.life.Clock;
import io.sigyn.model.Direction;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.head.EncodedRun;
import io.sigyn.storage.head.HeadGeneration;
import io.sigyn.storage.head.HeadStream;
import io.sigyn.storage.head.TenantHead;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.manifest.DayManifest;
import io.sigyn.storage.rows.StreamMerge;
import io.sigyn.storage.rows.StreamRuns;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentCache;
import io.sigyn.storage.segment.SegmentId;
import io.sigyn.storage.segment.SegmentInfo;
import io.sigyn.storage.segment.SegmentWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Writes a sealed generation to segments, one per tenant and day, and publishes each with the place in the log that it
 * reaches. After a failure {@link #write} may be called again with the same {@link Sealed}; days that are published stay so
 * and are not written twice. Used by one thread at a time.
 *
 * <p>Blocks that were offered to be made early before the generation was sealed may be made while it is written: a lease
 * keeps the memory of their pages from being used again while it is copied.
 */
final class Flusher {
  private record Day(Tenant tenant, int day) {}

  /** A generation on its way to segments. */
  static final class Sealed {
    final HeadGeneration generation;
    final long frontier;
    private final Map<Day, Segment> published = new LinkedHashMap<>();

    /** Segments that are complete and durable and that a manifest may name or not. */
    private final Map<Day, SegmentInfo> written = new HashMap<>();

    /** All entries with LSNs up to the frontier that no segment has are in the generation. */
    Sealed(HeadGeneration generation, long frontier) {
      this.generation = generation;
      this.frontier = frontier;
    }

    /** The segments published so far. */
    Map<Tenant, List<Segment>> segments() {
      Map<Tenant, List<Segment>> segments = new HashMap<>();
      published.forEach(
          (day, segment) -> segments.computeIfAbsent(day.tenant, key -> new ArrayList<>()).add(segment));
      return segments;
    }
  }

  private final StoreFiles files;
  private final Manifests manifests;
  private final SegmentCache cache;
  private final Clock clock;
  private final StoreMetrics metrics;
  private final RandomGenerator random;
  private final int blockBytes;
  private final Leases leases;

  Flusher(
      StoreFiles files,
      Manifests manifests,
      SegmentCache cache,
      Clock clock,
      StoreMetrics metrics,
      Tuning tuning,
      Leases leases) {
    this.files = files;
    this.manifests = manifests;
    this.cache = cache;
    this.clock = clock;
    this.metrics = metrics;
    this.random = tuning.random();
    this.blockBytes = tuning.blockBytes();
    this.leases = leases;
  }

  void write(Sealed sealed) throws IOException {
    try (Leases.Lease _ = leases.enter()) {
      copy(sealed);
    }
  }

  private void copy(Sealed sealed) throws IOException {
    for (Map.Entry<Tenant, TenantHead> entry : sealed.generation.tenants()) {
      Tenant tenant = entry.getKey();
      List<HeadStream> streams = new ArrayList<>(entry.getValue().streams());
      streams.sort(Comparator.comparing(HeadStream::labels));
      TreeSet<Integer> days = new TreeSet<>();
      for (HeadStream stream : streams) {
        stream.forEachTime(Layout::dayOf, days::add);
      }
      for (int day : days) {
        Day key = new Day(tenant, day);
        if (!sealed.published.containsKey(key)) {
          sealed.published.put(key, publish(sealed, key, streams));
        }
      }
    }
  }

  private Segment publish(Sealed sealed, Day key, List<HeadStream> streams) throws IOException {
    DayManifest manifest = manifests.day(key.tenant, key.day);
    // What is in segments stays so: while the log is replayed, a file that repeats others may be where the day is not.
    long frontier = Math.max(sealed.frontier, manifest.frontier());
    SegmentInfo info = sealed.written.get(key);
    if (info == null) {
      info = segment(manifest, streams, frontier);
      // Should the manifest fail now, nobody knows whether it names the file; the next attempt writes no other one.
      sealed.written.put(key, info);
    }
    manifest.add(info, frontier);
    metrics.flushedSegments.increment();
    metrics.flushedEntries.increment(info.footer().rows());
    metrics.flushedBytes.increment(info.footer().fileLength());
    return new Segment(info, manifest.directory(), key.tenant, key.day, cache);
  }

  private SegmentInfo segment(DayManifest manifest, List<HeadStream> streams, long frontier) throws IOException {
    Tenant tenant = manifest.tenant();
    int day = manifest.day();
    SegmentId id = SegmentId.create(random, clock.epochMillis());
    ScanStats stats = new ScanStats();
    SegmentInfo info;
    try (SegmentWriter writer =
        new SegmentWriter(files, manifest.directory(), id, tenant, day, 0, frontier, clock.epochNanos(), blockBytes)) {
      for (HeadStream stream : streams) {
        stream(stream, Layout.firstOf(day), Layout.lastOf(day), writer, stats);
      }
      info = writer.finish();
    }
    metrics.duplicates.increment(stats.duplicates);
    return info;
  }

  /** Blocks that are there already and overlap nothing are copied; the rest is merged. */
  private void stream(HeadStream stream, long first, long last, SegmentWriter writer, ScanStats stats)
      throws IOException {
    if (stream.minTs() > last || stream.maxTs() < first) {
      return;
    }
    boolean begun = false;
    for (List<StreamRuns.Of> group : StreamRuns.groups(stream.chainsToCopy(stats))) {
      if (group.size() == 1 && group.getFirst().run() instanceof EncodedRun block) {
        // All of its rows are of one day.
        if (block.minTs() >= first && block.maxTs() <= last) {
          begun = begin(begun, stream, writer);
          writer.copy(block.bytes(), block.info(), block.runs(), block::columnName);
          metrics.copiedBlocks.increment();
        }
        continue;
      }
      StreamMerge merge = new StreamMerge(stream.labels(), StreamRuns.chains(group), first, last, Direction.FORWARD);
      for (merge.prepare(); merge.bound().isPresent(); merge.prepare()) {
        begun = begin(begun, stream, writer);
        writer.rows(merge.next(stats));
      }
    }
  }

  private static boolean begin(boolean begun, HeadStream stream, SegmentWriter writer) throws IOException {
    if (!begun) {
      writer.stream(stream.labels(), stream.lineBytes());
    }
    return true;
  }
}
