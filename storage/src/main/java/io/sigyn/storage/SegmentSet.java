package io.sigyn.storage;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.Tenant;
import io.sigyn.storage.compact.SegmentMerge;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.manifest.DayManifest;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentCache;
import io.sigyn.storage.segment.SegmentId;
import io.sigyn.storage.segment.SegmentInfo;
import io.sigyn.storage.segment.SegmentWriter;
import io.sigyn.storage.tombstone.Tombstone;
import io.sigyn.storage.tombstone.TombstoneId;
import io.sigyn.storage.upkeep.Pace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments of a store as background work sees them, and the one way to put others in their place: a file that is
 * complete and durable, one record of the manifest, one new view, the old files to the trash. A crash anywhere in between
 * leaves either the old or the new. Used by the thread of the background work.
 */
final class SegmentSet {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentSet.class);

  private final StoreFiles files;
  private final Manifests manifests;
  private final SegmentCache cache;
  private final Clock clock;
  private final RandomGenerator random;
  private final int blockBytes;
  private final Trash trash;
  private final Lock flushing;
  private final Supplier<View> view;
  private final Consumer<UnaryOperator<View>> swap;

  /** Segments that could not be written anew because a part of them is damaged. */
  private final Set<SegmentId> unusable = ConcurrentHashMap.newKeySet();

  private final AtomicLong removals = new AtomicLong();

  /**
   * Shares the store's own.
   *
   * @param flushing guards the manifests
   * @param swap replaces the view; called under {@code flushing}
   */
  SegmentSet(
      StoreFiles files,
      Manifests manifests,
      SegmentCache cache,
      Clock clock,
      Tuning tuning,
      Trash trash,
      Lock flushing,
      Supplier<View> view,
      Consumer<UnaryOperator<View>> swap) {
    this.files = files;
    this.manifests = manifests;
    this.cache = cache;
    this.clock = clock;
    this.random = tuning.random();
    this.blockBytes = tuning.blockBytes();
    this.trash = trash;
    this.flushing = flushing;
    this.view = view;
    this.swap = swap;
  }

  /** What queries see now. */
  View view() {
    return view.get();
  }

  /** The segments of a tenant by day, each in the order of publication. */
  Map<Integer, List<Segment>> days(Tenant tenant) {
    Map<Integer, List<Segment>> days = new TreeMap<>();
    for (Segment segment : view().segments(tenant)) {
      days.computeIfAbsent(segment.day(), key -> new ArrayList<>()).add(segment);
    }
    return days;
  }

  /** Whether the segment could not be written anew, so that there is no use in trying again. */
  boolean isUnusable(Segment segment) {
    return unusable.contains(segment.info().id());
  }

  Trash trash() {
    return trash;
  }

  /**
   * Writes neighbouring segments of one day anew, without what is hidden, and publishes the result.
   *
   * @param gone what is left out
   * @return what came out; empty when a part of an input is damaged, which has been reported, or they are gone meanwhile
   */
  Optional<SegmentMerge.Outcome> rewrite(List<Segment> inputs, int level, Visibility gone, Pace pace) throws IOException {
    Segment first = inputs.getFirst();
    Tenant tenant = first.tenant();
    long frontier;
    Path directory;
    flushing.lock();
    try {
      DayManifest manifest = manifests.day(tenant, first.day());
      frontier = manifest.frontier();
      directory = manifest.directory();
    } finally {
      flushing.unlock();
    }
    SegmentId id = SegmentId.create(random, clock.epochMillis());
    SegmentMerge.Outcome outcome;
    try (SegmentWriter writer =
        new SegmentWriter(files, directory, id, tenant, first.day(), level, frontier, clock.epochNanos(), blockBytes)) {
      SegmentMerge merge =
          new SegmentMerge(
              inputs, stream -> gone.everything(stream.labels(), stream.minTs(), stream.maxTs()), pace);
      writer.applied(applied(inputs, gone.tombstones()));
      outcome = merge.write(writer);
    } catch (CorruptBytesException | LokiException e) {
      // The latter comes from blocks that turn out to be damaged when their columns are decoded.
      files.delete(directory.resolve(id.fileName(level)));
      if (e instanceof LokiException known && known.kind() == ErrorKind.CANCELLED) {
        throw known;
      }
      inputs.forEach(segment -> unusable.add(segment.info().id()));
      LOG.warn("segments stay as they are segments={} cause=\"{}\"", inputs, e.getMessage());
      return Optional.empty();
    }
    return replace(inputs, outcome.segment().map(List::of).orElse(List.of())) ? Optional.of(outcome) : Optional.empty();
  }

  /** Every request that is applied now, and those that all inputs have had applied. */
  private static List<TombstoneId> applied(List<Segment> inputs, List<Tombstone> now) {
    Set<TombstoneId> ids = new HashSet<>();
    boolean firstInput = true;
    for (Segment input : inputs) {
      var index = input.index();
      Set<TombstoneId> of = index == null ? Set.of() : index.applied();
      if (firstInput) {
        ids.addAll(of);
        firstInput = false;
      } else {
        ids.retainAll(of);
      }
    }
    now.forEach(tombstone -> ids.add(tombstone.id()));
    return List.copyOf(ids);
  }

  /**
   * Takes segments of one day out of the store, and puts others in their place.
   *
   * @return false when they are not all there any more; the others' files are then removed
   */
  boolean replace(List<Segment> removed, List<SegmentInfo> added) throws IOException {
    Segment first = removed.getFirst();
    flushing.lock();
    try {
      DayManifest manifest = manifests.day(first.tenant(), first.day());
      List<SegmentInfo> old = removed.stream().map(Segment::info).toList();
      if (!manifest.segments().containsAll(old)) {
        discard(manifest, added);
        return false;
      }
      try {
        manifest.replace(old, added);
      } catch (IOException e) {
        // The record may or may not have reached the disk, so both sides must stay until a new file says what holds.
        manifest.renew();
        discard(manifest, added);
        throw e;
      }
      List<Segment> fresh =
          added.stream()
              .map(info -> new Segment(info, manifest.directory(), first.tenant(), first.day(), cache))
              .toList();
      swap.accept(now -> now.replaced(first.tenant(), Set.copyOf(removed), fresh));
      if (fresh.isEmpty()) {
        removals.incrementAndGet();
      }
      trash.add(removed);
      return true;
    } finally {
      flushing.unlock();
    }
  }

  /** How often segments were taken out without others in their place; counted after the view has changed. */
  long removals() {
    return removals.get();
  }

  private void discard(DayManifest manifest, List<SegmentInfo> infos) throws IOException {
    for (SegmentInfo info : infos) {
      files.delete(manifest.directory().resolve(info.fileName()));
    }
  }
}
