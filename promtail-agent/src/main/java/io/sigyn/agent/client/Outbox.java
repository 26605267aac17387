package io.sigyn.agent.client;

import io.sigyn.agent.positions.Ticket;
import io.sigyn.life.Clock;
import io.sigyn.model.Labels;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Entries of one client that are not yet acknowledged: an open batch for each tenant, and batches that are complete. A
 * batch is complete when the next entry would make it too large, or when it is old enough.
 *
 * <p>It never blocks and never drops: readers ask {@link #hasRoom} before they read on. Safe for use by several threads.
 */
public final class Outbox implements EntryTarget {
  /** The server's default limit of a message, less room for labels and framing. */
  private static final int MAX_BATCH = 3_500_000;

  /** What an entry costs in memory beside its bytes. */
  private static final int ENTRY_OVERHEAD = 48;

  private static final int SMALL_BATCH = 1 << 14;
  private static final int MAX_OPEN = 256;
  private static final int MAX_MERGED = 10_000;

  /** Batches whose arrays are kept for later ones. At full speed more are on their way; those are few enough for the collector. */
  private static final int MAX_SPARE = 8;

  private final int batchSize;
  private final long batchWait;
  private final long memory;
  private final Map<String, String> externalLabels;
  private final String defaultTenant;
  private final Clock clock;
  private final Runnable onRoom;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Map<String, PendingBatch> open = new LinkedHashMap<>();
  private final Deque<PendingBatch> complete = new ArrayDeque<>();
  private final Deque<Rows> spare = new ArrayDeque<>();
  private final Map<Labels, Labels> merged = new HashMap<>();
  private long held;

  /** Whether the batch before was: one array is then made for the next instead of ever larger ones. */
  private boolean full;
  private boolean wasFull;
  private boolean draining;
  private boolean stopped;

  /**
   * Empty.
   *
   * @param memory bytes above which there is no room
   * @param onRoom called by the sending thread when there is room again
   */
  public Outbox(
      int batchSize,
      Duration batchWait,
      long memory,
      Map<String, String> externalLabels,
      String defaultTenant,
      Clock clock,
      Runnable onRoom) {
    this.batchSize = Math.min(batchSize, MAX_BATCH);
    this.batchWait = batchWait.toNanos();
    this.memory = memory;
    this.externalLabels = Map.copyOf(externalLabels);
    this.defaultTenant = defaultTenant;
    this.clock = clock;
    this.onRoom = onRoom;
  }

  static long weight(int entrySize) {
    return (long) entrySize + ENTRY_OVERHEAD;
  }

  @Override
  public boolean hasRoom() {
    lock.lock();
    try {
      boolean room = held < memory && !draining;
      wasFull |= !room;
      return room;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void append(
      String tenant,
      Labels labels,
      long timestamp,
      byte[] line,
      int from,
      int to,
      Labels metadata,
      Ticket[] tickets) {
    int size = to - from;
    for (int i = 0; i < metadata.size(); i++) {
      size += metadata.name(i).length() + metadata.value(i).length();
    }
    String owner = tenant.isEmpty() ? defaultTenant : tenant;
    lock.lock();
    try {
      PendingBatch batch = open.get(owner);
      if (batch != null && batch.size() + size > batchSize) {
        seal(owner);
        batch = null;
      }
      if (batch == null) {
        if (open.size() >= MAX_OPEN) {
          seal(open.keySet().iterator().next());
        }
        batch = new PendingBatch(owner, clock.ticks(), rows());
        open.put(owner, batch);
        work.signalAll();
      }
      batch.add(external(labels), timestamp, line, from, to, metadata, size, tickets);
      held += weight(size);
    } finally {
      lock.unlock();
    }
  }

  private Rows rows() {
    Rows used = spare.poll();
    return used == null ? new Rows(full && open.isEmpty() ? batchSize : SMALL_BATCH) : used;
  }

  /** The labels with the external ones they do not have. */
  private Labels external(Labels labels) {
    if (externalLabels.isEmpty()) {
      return labels;
    }
    if (merged.size() > MAX_MERGED) {
      merged.clear();
    }
    return merged.computeIfAbsent(
        labels,
        own -> {
          Labels.Builder all = Labels.builder();
          externalLabels.forEach(all::set);
          own.forEach(all::set);
          return all.build();
        });
  }

  private void seal(String tenant) {
    PendingBatch batch = open.remove(tenant);
    if (batch != null) {
      full = batch.size() > batchSize / 2;
      if (!full) {
        spare.clear();
      }
      complete.add(batch);
      work.signalAll();
    }
  }

  /** Waits for the next batch to send; empty when there will be none any more. */
  Optional<PendingBatch> take() throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        long now = clock.ticks();
        long wait = Long.MAX_VALUE;
        for (PendingBatch batch : List.copyOf(open.values())) {
          long left = batchWait - (now - batch.started());
          if (left <= 0 || draining) {
            seal(batch.tenant());
          } else {
            wait = Math.min(wait, left);
          }
        }
        if (stopped) {
          return Optional.empty();
        }
        PendingBatch next = complete.poll();
        if (next != null || draining) {
          return Optional.ofNullable(next);
        }
        if (wait == Long.MAX_VALUE) {
          work.await();
        } else {
          wait = work.awaitNanos(wait);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** A batch left: acknowledged or given up. */
  void done(PendingBatch batch) {
    Rows rows = batch.release();
    boolean roomAgain;
    lock.lock();
    try {
      if (full && spare.size() < MAX_SPARE && rows.footprint() <= 2 * batchSize) {
        spare.add(rows);
      }
      held -= batch.weight();
      roomAgain = wasFull && held < memory / 2;
      if (roomAgain) {
        wasFull = false;
      }
    } finally {
      lock.unlock();
    }
    if (roomAgain) {
      onRoom.run();
    }
  }

  /** Lets every batch go without waiting for more; afterwards {@link #take} ends. */
  void drain() {
    lock.lock();
    try {
      draining = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends {@link #take} at once; what is left is not acknowledged. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the time is over or {@link #stop} was called; returns whether it was not. */
  boolean pause(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (!stopped && left > 0) {
        left = work.awaitNanos(left);
      }
      return !stopped;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes of memory taken by entries that are not acknowledged. */
  public long heldBytes() {
    lock.lock();
    try {
      return held;
    } finally {
      lock.unlock();
    }
  }
}
