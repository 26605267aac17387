package io.sigyn.storage.rows;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntrySummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A position in a chain. Times are seen through <em>keys</em>, so that both directions read the same: the key of a time
 * is the time itself forward and its complement backward; whatever comes next has the smallest key.
 *
 * <p>A cursor starts unopened, with a bound taken from the chain; {@link #position} opens the run that comes next and, when
 * it is not wholly inside the range, reads it to find the rows that are. A run inside the range is not read before its
 * rows are wanted, since its bounds are exact; it may then turn out to be damaged and have none. Blocks are not held
 * between calls: a run that is asked again comes from its cache.
 */
final class ChainCursor {
  private final Chain chain;
  private final long first;
  private final long last;
  private final boolean forward;

  private List<? extends Run> runs = List.of();
  private int run;
  private boolean opened;
  private boolean positioned;
  private boolean done;

  /** Whether all rows of the current run are left and it has not been read. */
  private boolean whole;

  /** Rows left of the current run, once positioned and unless whole. */
  private int lo;

  private int hi;
  private long firstKey;
  private long lastKey;

  /** Over the rows with times in {@code [first, last]}. */
  ChainCursor(Chain chain, long first, long last, boolean forward) {
    this.chain = chain;
    this.first = first;
    this.last = last;
    this.forward = forward;
    if (chain.minTs() > last || chain.maxTs() < first) {
      done = true;
    } else {
      bounds(chain.minTs(), chain.maxTs());
    }
  }

  /** Whether nothing is left. */
  boolean done() {
    return done;
  }

  /** Whether the keys are those of rows, not bounds. */
  boolean positioned() {
    return positioned;
  }

  /** The key of the next row; a lower bound of it unless positioned. */
  long firstKey() {
    return firstKey;
  }

  /** The key of the last row of the current run; valid when positioned. */
  long lastKey() {
    return lastKey;
  }

  int rank() {
    return runs.get(run).rank();
  }

  boolean inHead() {
    return runs.get(run).inHead();
  }

  /** What is known of the rows left without reading them; null when nothing is. */
  @Nullable EntrySummary summary() {
    return whole ? runs.get(run).summary() : null;
  }

  /** Leaves out the rest of the current run. */
  void skip() {
    advance();
  }

  /** Finds the first row; moves on when the run has no row in the range. Afterwards positioned, done, or at another run. */
  void position() {
    if (!opened) {
      opened = true;
      runs = chain.runs();
      run = forward ? -1 : runs.size();
      advance();
      return;
    }
    Run now = runs.get(run);
    if (now.isExact() && now.minTs() >= first && now.maxTs() <= last) {
      whole = true;
      positioned = true;
      bounds(now.minTs(), now.maxTs());
      return;
    }
    EntryBlock rows = rows();
    lo = rows.firstAtOrAfter(first);
    hi = last == Long.MAX_VALUE ? rows.size() : rows.firstAtOrAfter(last + 1);
    if (lo >= hi) {
      advance();
      return;
    }
    positioned = true;
    bounds(rows.timestamp(lo), rows.timestamp(hi - 1));
  }

  /** The rows left of the current run that have keys below the limit. */
  int countBelow(long limit) {
    EntryBlock rows = read();
    if (forward) {
      return Math.clamp(rows.firstAtOrAfter(limit), lo, hi) - lo;
    }
    long time = ~limit;
    return time == Long.MAX_VALUE ? 0 : hi - Math.clamp(rows.firstAtOrAfter(time + 1), lo, hi);
  }

  /** The rows left of the current run that have keys up to and including the limit. */
  private int countThrough(EntryBlock rows, long limit) {
    if (forward) {
      return limit == Long.MAX_VALUE ? hi - lo : Math.clamp(rows.firstAtOrAfter(limit + 1), lo, hi) - lo;
    }
    return hi - Math.clamp(rows.firstAtOrAfter(~limit), lo, hi);
  }

  /** The rows left of the current run. */
  int left() {
    read();
    return hi - lo;
  }

  /** The next {@code n} rows of the current run, which are behind the cursor afterwards; none when it is damaged now. */
  EntryBlock take(int n) {
    EntryBlock rows = read();
    int taken = Math.min(n, hi - lo);
    int from = forward ? lo : hi - taken;
    pass(rows, taken);
    return rows.slice(from, from + taken);
  }

  /**
   * Puts all rows with the key, which no row left may come before, behind the cursor.
   *
   * @param number of this chain
   * @param spans gets them
   */
  void passTie(long key, int number, List<TieSpan> spans) {
    while (!done && firstKey <= key) {
      if (!positioned) {
        position();
      } else if (whole && lastKey == key) {
        spans.add(new TieSpan(runs.get(run), number, 0, TieSpan.ALL));
        advance();
      } else {
        EntryBlock rows = read();
        int n = countThrough(rows, key);
        int from = forward ? lo : hi - n;
        spans.add(new TieSpan(runs.get(run), number, from, from + n));
        pass(rows, n);
      }
    }
  }

  private void pass(EntryBlock rows, int n) {
    if (forward) {
      lo += n;
    } else {
      hi -= n;
    }
    if (lo == hi) {
      advance();
    } else {
      bounds(rows.timestamp(lo), rows.timestamp(hi - 1));
    }
  }

  /** The rows of the current run, of which those from {@link #lo} to {@link #hi} are left: none when they are damaged by now. */
  private EntryBlock read() {
    EntryBlock rows = rows();
    if (whole) {
      whole = false;
      lo = 0;
      hi = rows.size();
    } else if (hi > rows.size()) {
      lo = 0;
      hi = 0;
    }
    return rows;
  }

  private EntryBlock rows() {
    return runs.get(run).rows();
  }

  private void advance() {
    positioned = false;
    whole = false;
    do {
      run += forward ? 1 : -1;
      if (run < 0 || run >= runs.size()) {
        done = true;
        return;
      }
    } while (runs.get(run).minTs() > last || runs.get(run).maxTs() < first);
    bounds(runs.get(run).minTs(), runs.get(run).maxTs());
  }

  private void bounds(long min, long max) {
    long from = Math.max(min, first);
    long to = Math.min(max, last);
    firstKey = forward ? from : ~to;
    lastKey = forward ? to : ~from;
  }
}
