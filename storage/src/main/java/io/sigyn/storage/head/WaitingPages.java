package io.sigyn.storage.head;

import io.sigyn.storage.block.BlockFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The closed pages of a stream that may become part of a block before the flush: the parts behind {@link #settled()} but the
 * open page. Used under the lock of the stream.
 */
final class WaitingPages {
  private static final long DAY_NANOS = 86_400_000_000_000L;

  private @Nullable HeadPart settled;
  private long bytes;
  private int rows;

  /** The last part that stays as it is until the flush; none when there is no such part. */
  @Nullable HeadPart settled() {
    return settled;
  }

  /** None wait, and nothing is settled. */
  void clear() {
    settled = null;
    bytes = 0;
    rows = 0;
  }

  /** A page that was linked behind those that wait, or in the place of some that were passed over. */
  void add(HeadPage page) {
    bytes += page.bytes();
    rows += page.rows();
  }

  /** Whether all together are worth a block of so many line bytes. */
  boolean areWorth(int blockBytes) {
    return isBlock(bytes, rows, blockBytes);
  }

  private static boolean isBlock(long bytes, int rows, int blockBytes) {
    return bytes >= blockBytes || rows >= BlockFormat.MAX_ROWS;
  }

  /** Leaves the first of the pages as they are until the flush; {@code first} is the stream's first part. */
  void passOver(int pages, @Nullable HeadPart first) {
    for (int i = 0; i < pages; i++) {
      HeadPage page = (HeadPage) Objects.requireNonNull(behindSettled(first));
      settled = page;
      bytes -= page.bytes();
      rows -= page.rows();
    }
  }

  private @Nullable HeadPart behindSettled(@Nullable HeadPart first) {
    HeadPart last = settled;
    return last == null ? first : last.next();
  }

  /** A block took the place of the pages that were passed over last. */
  void settle(HeadBlock block) {
    settled = block;
  }

  /**
   * Pages, one after another, that are worth a block: all rows are of one day, and none came later than the others let one
   * expect, so that what is still to come overlaps with little of it. Empty when there are none such. Pages that cannot be
   * among them any more are passed over.
   */
  List<HeadPage> forBlock(@Nullable HeadPart first, @Nullable HeadPage open, int blockBytes) {
    Candidates pages = new Candidates();
    for (HeadPart part = behindSettled(first); part != open && part != null; part = part.next()) {
      HeadPage page = (HeadPage) part;
      // A page is empty when an append failed after it had been opened.
      if (page.rows() == 0 || !pages.hasDayOf(page)) {
        passOver(pages.list.size(), first);
        pages = new Candidates();
        if (page.rows() == 0 || !sameDay(page.minTs(), page.maxTs())) {
          passOver(1, first);
          continue;
        }
      }
      pages.add(page);
      if (isBlock(pages.bytes, pages.rows, blockBytes)) {
        int late = pages.tooLate();
        if (late == 0) {
          return pages.list;
        }
        passOver(late, first);
        List<HeadPage> others = pages.list.subList(late, pages.list.size());
        pages = new Candidates();
        others.forEach(pages::add);
      }
    }
    return List.of();
  }

  /** Pages that may become a block together. */
  private static final class Candidates {
    /** The part of the time they span that a row may be late. */
    private static final int LATE = 8;

    final List<HeadPage> list = new ArrayList<>();
    long bytes;
    int rows;
    private long min = Long.MAX_VALUE;
    private long max = Long.MIN_VALUE;

    boolean hasDayOf(HeadPage page) {
      return !list.isEmpty() && sameDay(min, page.minTs()) && sameDay(min, page.maxTs());
    }

    void add(HeadPage page) {
      list.add(page);
      bytes += page.bytes();
      rows += page.rows();
      min = Math.min(min, page.minTs());
      max = Math.max(max, page.maxTs());
    }

    /** The number of pages up to the last one with a row that came too late; 0 for none. */
    int tooLate() {
      int at = list.size();
      while (at > 0 && list.get(at - 1).lateness() <= (max - min) / LATE) {
        at--;
      }
      return at;
    }
  }

  private static boolean sameDay(long a, long b) {
    return Math.floorDiv(a, DAY_NANOS) == Math.floorDiv(b, DAY_NANOS);
  }
}
