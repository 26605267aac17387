package io.sigyn.storage;

import io.sigyn.life.Clock;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.segment.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of segments that no manifest names any more. One is removed when the last reader that may know it is gone and the
 * grace time is over. What is still here when the process ends is removed at the next start. Safe for use by many threads.
 */
final class Trash {
  private static final Logger LOG = LoggerFactory.getLogger(Trash.class);

  private record Item(Segment segment, long epoch, long since) {
    Path file() {
      return segment.path();
    }

    long bytes() {
      return segment.info().footer().fileLength();
    }
  }

  private final StoreFiles files;
  private final Leases leases;
  private final Clock clock;
  private final long graceNanos;
  private final List<Item> items = new ArrayList<>();

  Trash(StoreFiles files, Leases leases, Clock clock, Duration grace) {
    this.files = files;
    this.leases = leases;
    this.clock = clock;
    this.graceNanos = grace.toNanos();
  }

  /** Takes segments that the present view does not have and the manifest does not name. */
  synchronized void add(List<Segment> segments) {
    long epoch = leases.advance();
    long now = clock.ticks();
    segments.forEach(segment -> items.add(new Item(segment, epoch, now)));
  }

  /** Removes what may go; returns how many files went. */
  synchronized int empty() {
    long now = clock.ticks();
    int before = items.size();
    items.removeIf(item -> now - item.since >= graceNanos && !leases.heldUpTo(item.epoch) && remove(item));
    return before - items.size();
  }

  private boolean remove(Item item) {
    try {
      files.delete(item.file());
      item.segment.forget();
      return true;
    } catch (IOException e) {
      LOG.warn("cannot remove a segment that is not needed any more file={} cause=\"{}\"", item.file(), e.toString());
      return false;
    }
  }

  /** Files that wait. */
  synchronized int size() {
    return items.size();
  }

  /** Bytes of the files that wait. */
  synchronized long bytes() {
    return items.stream().mapToLong(Item::bytes).sum();
  }
}
