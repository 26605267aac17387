package io.sigyn.storage.head;

import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.storage.block.BlockBuilder;
import io.sigyn.storage.block.BlockFormat;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.rows.StreamMerge;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes blocks of streams that alone have a block's worth of rows, nearly in order, long before the flush, so that memory holds
 * them compressed and the flush has only to copy them. Safe for use by many threads; one block is made at a time.
 *
 * <p>This is done on an executor and not by the thread that appends: a MiB takes milliseconds, which a push should not
 * wait for, least of all one of many small ones that happened to be the last of its block. Nothing depends on it being
 * done. A stream whose turn does not come, because too many wait or the executor is closed, stays in pages and is offered
 * again when its next page is full, and the flush takes it as it is.
 */
public final class EarlyBlocks {
  /** Streams that may wait. */
  private static final int MOST_WAITING = 64;

  private final Executor executor;
  private final Leases leases;
  private final int blockBytes;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Runnable made;
  private BlockBuilder builder = new BlockBuilder();

  /**
   * Starts with nothing waiting.
   *
   * @param executor where blocks are made; may refuse when it is closed
   * @param leases of all who look at pages
   * @param blockBytes line bytes from which a block is made
   * @param made told of each block
   */
  public EarlyBlocks(Executor executor, Leases leases, int blockBytes, Runnable made) {
    this.executor = executor;
    this.leases = leases;
    this.blockBytes = blockBytes;
    this.made = made;
  }

  /** Line bytes from which a stream is worth a block that aims at so many: pages are never quite full. */
  public static int worth(int targetBytes) {
    return targetBytes - targetBytes / 16;
  }

  /** Line bytes from which a block is made. */
  int blockBytes() {
    return blockBytes;
  }

  /** Makes blocks of a stream soon, unless too many wait. */
  void offer(HeadStream stream) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      return;
    }
    try {
      executor.execute(
          () -> {
            // A flush may be done with the pages meanwhile, and the object be another stream, whose turn it is then.
            try (Leases.Lease _ = leases.enter()) {
              encode(stream);
            } finally {
              waiting.decrementAndGet();
            }
          });
    } catch (RejectedExecutionException e) {
      waiting.decrementAndGet();
    }
  }

  private synchronized void encode(HeadStream stream) {
    boolean whole = false;
    try {
      for (List<HeadPage> pages = stream.pagesForBlock(); !pages.isEmpty(); pages = stream.pagesForBlock()) {
        encode(stream, pages);
      }
      whole = true;
    } finally {
      if (!whole) {
        // What is in it is of this stream, and would become part of another's block.
        builder = new BlockBuilder();
      }
    }
  }

  private void encode(HeadStream stream, List<HeadPage> pages) {
    List<EntryBlock> rest = new ArrayList<>();
    List<EntryBlock> taken = divide(merged(stream, pages), until(pages), rest);
    if (bytes(taken) < blockBytes / 2 || !add(taken)) {
      builder = new BlockBuilder();
      stream.passOver(pages.size());
      return;
    }
    Map<String, Integer> columns = new LinkedHashMap<>();
    BlockBuilder.Built built =
        builder.build(name -> columns.computeIfAbsent(name, key -> columns.size()));
    HeadBlock block = new HeadBlock(built, List.copyOf(columns.keySet()), pages.getFirst().rank());
    HeadPage left = HeadPage.of(rest, pages.getLast().rank());
    stream.replace(pages, block, left, stream.sets().memoryOf(taken, rest));
    made.run();
  }

  private static List<EntryBlock> merged(HeadStream stream, List<HeadPage> pages) {
    StreamMerge merge =
        new StreamMerge(
            stream.labels(), stream.chainsOf(pages), Long.MIN_VALUE, Long.MAX_VALUE, Direction.FORWARD);
    List<EntryBlock> rows = new ArrayList<>();
    for (merge.prepare(); merge.bound().isPresent(); merge.prepare()) {
      EntryBlock next = merge.next(new ScanStats());
      if (next.size() > 0) {
        rows.add(next);
      }
    }
    return rows;
  }

  /** Rows from this time on may have rows before them that are still to come. */
  private static long until(List<HeadPage> pages) {
    long newest = Long.MIN_VALUE;
    long lateness = 0;
    for (HeadPage page : pages) {
      newest = Math.max(newest, page.maxTs());
      lateness = Math.max(lateness, page.lateness());
    }
    return newest - 2 * lateness;
  }

  /**
   * Takes what fits into a block, but no row of the last time, and none of the time in which late rows are to be expected:
   * a block that shares no time with what comes after it can be copied at the flush without looking for duplicates.
   */
  private static List<EntryBlock> divide(List<EntryBlock> rows, long until, List<EntryBlock> rest) {
    long end = Math.min(until, end(rows));
    List<EntryBlock> taken = new ArrayList<>();
    for (EntryBlock block : rows) {
      int to = block.firstAtOrAfter(end);
      if (to > 0) {
        taken.add(block.slice(0, to));
      }
      if (to < block.size()) {
        rest.add(block.slice(to, block.size()));
      }
    }
    return taken;
  }

  /** The time of the first row that does not fit into a block, or else of the last. */
  @SuppressWarnings("ReferenceEquality") // neighbours share their set, which counts once
  private static long end(List<EntryBlock> blocks) {
    int rows = 0;
    long bytes = 0;
    long metadata = 0;
    Labels set = Labels.EMPTY;
    for (EntryBlock block : blocks) {
      for (int r = 0; r < block.size(); r++) {
        rows++;
        bytes += block.lineEnd(r) - block.lineStart(r);
        if (block.metadata(r) != set && !block.metadata(r).isEmpty()) {
          set = block.metadata(r);
          metadata += BlockBuilder.length(set);
        }
        if (rows > BlockFormat.MAX_ROWS
            || bytes > BlockFormat.TARGET_BYTES
            || metadata > (long) BlockFormat.METADATA_RATIO * BlockFormat.TARGET_BYTES) {
          return block.timestamp(r);
        }
      }
    }
    EntryBlock last = blocks.getLast();
    return last.timestamp(last.size() - 1);
  }

  private static long bytes(List<EntryBlock> blocks) {
    long sum = 0;
    for (EntryBlock block : blocks) {
      sum += block.lineStart(block.size()) - block.lineStart(0);
    }
    return sum;
  }

  /** Whether all rows went into the builder; some do not when they have too many names of metadata. */
  private boolean add(List<EntryBlock> rows) {
    for (EntryBlock block : rows) {
      if (builder.add(HeadBlock.STREAM, block, 0) < block.size()) {
        return false;
      }
    }
    return true;
  }
}
