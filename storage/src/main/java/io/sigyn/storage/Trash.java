package io.sigyn.storage;

import io.sigyn.life.Clock;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.segment.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
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

  /** Guards the items. Not a monitor, because a simulation must see who waits for it. */
  private final ReentrantLock changing = new ReentrantLock();

  Trash(StoreFiles files, Leases leases, Clock clock, Duration grace) {
    this.files = files;
    this.leases = leases;
    this.clock = clock;
    this.graceNanos = grace.toNanos();
  }

  /** Takes segments that the present view does not have and the manifest does not name. */
  void add(List<Segment> segments) {
    changing.lock();
    try {
      long epoch = leases.advance();
      long now = clock.ticks();
      segments.forEach(segment -> items.add(new Item(segment, epoch, now)));
    } finally {
      changing.unlock();
    }
  }

  /** Removes what may go; returns how many files went. */
  int empty() {
    changing.lock();
    try {
      long now = clock.ticks();
      int before = items.size();
      items.removeIf(item -> now - item.since >= graceNanos && !leases.heldUpTo(item.epoch) && remove(item));
      return before - items.size();
    } finally {
      changing.unlock();
    }
  }

  private boolean remove(Item item) {
    try {
      files.delete(item.file());
      // A delete request is done when this is; a power cut must not bring the file back afterwards.
      files.syncDirectory(Publication.directory(item.file()));
      item.segment.forget();
      return true;
    } catch (IOException e) {
      LOG.warn("cannot remove a segment that is not needed any more file={} cause=\"{}\"", item.file(), e.toString());
      return false;
    }
  }

  /** Files that wait. */
  int size() {
    changing.lock();
    try {
      return items.size();
    } finally {
      changing.unlock();
    }
  }

  /** Bytes of the files that wait. */
  long bytes() {
    changing.lock();
    try {
      return items.stream().mapToLong(Item::bytes).sum();
    } finally {
      changing.unlock();
    }
  }
}
