package io.sigyn.storage.head;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.storage.rows.Columns;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Some rows of a stream in order of arrival. One thread at a time appends; any thread may take a {@link #snapshot}, which
 * sees the rows published so far. Rows may be out of order and may repeat; a snapshot is sorted and has none twice.
 */
final class HeadPage {
  /** Line bytes of a full page. A longer line has a page of its own. */
  static final int FULL_BYTES = 256 << 10;

  /** Rows of a full page. */
  static final int FULL_ROWS = 8192;

  private static final VarHandle COUNT;

  static {
    try {
      COUNT = MethodHandles.lookup().findVarHandle(HeadPage.class, "count", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private record Sorted(int count, EntryBlock rows) {}

  private final Columns columns;

  /** Rows that readers may see; written last, so that whoever sees it sees the rows and {@link #clean}. */
  @SuppressWarnings("unused") // through COUNT
  private int count;

  /** Whether rows are in order of time and none repeats. */
  private boolean clean = true;

  private volatile Sorted sorted = new Sorted(0, EntryBlock.of(Labels.EMPTY, 0, 0, new long[0], new int[1], new byte[0]));

  HeadPage(int lineBytes) {
    columns = new Columns(16, Math.max(1024, lineBytes));
  }

  private HeadPage(Columns columns) {
    this.columns = columns;
    publish();
  }

  /** Whether a line of this length still fits. */
  boolean fits(int lineBytes) {
    return columns.size() == 0
        || (columns.size() < FULL_ROWS && columns.bytes() + lineBytes <= FULL_BYTES);
  }

  /** Line bytes. Exact once nothing is appended any more. */
  int bytes() {
    return columns.bytes();
  }

  /** Appends without publishing; false when the row is an exact duplicate of one with the same time right before it. */
  boolean append(long ts, byte[] text, int from, int to, Labels metadata) {
    if (columns.size() > 0) {
      long last = columns.lastTs();
      if (ts == last && columns.hasInTie(text, from, to, metadata)) {
        return false;
      }
      clean &= ts >= last;
    }
    columns.append(ts, text, from, to, metadata);
    return true;
  }

  /** Shows readers every row appended so far. */
  void publish() {
    COUNT.setRelease(this, columns.size());
  }

  /** The published rows, sorted by time, ties in order of arrival, each once. */
  EntryBlock snapshot(Labels stream) {
    int rows = (int) COUNT.getAcquire(this);
    if (clean) {
      return columns.block(stream, rows);
    }
    Sorted known = sorted;
    if (known.count != rows) {
      Columns ordered = sort(columns.block(stream, rows));
      known = new Sorted(rows, ordered.block(stream, ordered.size()));
      sorted = known;
    }
    return known.rows;
  }

  /** This page if it is sorted, else a sorted copy. Nothing may be appended afterwards. */
  HeadPage close(Labels stream) {
    return clean ? this : new HeadPage(sort(columns.block(stream, columns.size())));
  }

  private static Columns sort(EntryBlock rows) {
    Integer[] order = IntStream.range(0, rows.size()).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingLong(rows::timestamp));
    Columns sorted = new Columns(rows.size(), rows.lineStart(rows.size()));
    for (int r : order) {
      sorted.appendOnce(rows, r);
    }
    return sorted;
  }
}
