package io.sigyn.storage.head;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Some rows of a stream in order of arrival, in columns that never grow: a page that is full is followed by another, which
 * is the larger the more the stream has already, so nothing is copied twice and at most half of the memory is unused. One
 * thread at a time appends; any thread may take a snapshot ({@link #show}, {@link #rows(Labels)}), which sees the rows
 * published so far. Rows may be out of order and may repeat; a snapshot is sorted and has none twice. The columns may belong
 * to a {@link PagePool}, which gets them back after the page.
 */
final class HeadPage implements HeadPart {
  private static final int LEAST_ROWS = 8;
  private static final int MOST_ROWS = 8192;
  private static final int LEAST_AVERAGE = 16;

  /** Objects and headers of arrays, roughly. */
  private static final int OVERHEAD = 200;

  private static final int REFERENCE_BYTES = Integer.BYTES;

  /** Rows of one time that are compared one by one; beyond, they are found by hash. */
  private static final int PAIRWISE = 16;

  private static final VarHandle COUNT;

  static {
    try {
      COUNT = MethodHandles.lookup().findVarHandle(HeadPage.class, "count", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private record Sorted(int count, EntryBlock rows) {}

  private static final Sorted NEVER_SORTED =
      new Sorted(0, EntryBlock.of(Labels.EMPTY, 0, 0, new long[0], new int[1], new byte[0]));

  private final int rank;
  private final PageBuffers buffers;
  private final long[] timestamps;
  private final int[] offsets;
  private final byte[] text;

  /** One per row, or none as long as no row has any. */
  private volatile Labels[] metadata = PageBuffers.NO_METADATA;

  /** The time of the newest row of the stream, and by how much a row here came later than such a one at most. */
  private long newest = Long.MIN_VALUE;

  private long lateness;
  private int size;
  private int tieStart;

  /** As {@link #memory} tells; here, so that nobody has to look at every column to know it. */
  private int memory;
  private TieTable ties = TieTable.NONE;

  /** Rows that readers may see; written last, so that whoever sees it sees the rows and {@link #clean}. */
  @SuppressWarnings("unused") // through COUNT
  private int count;

  /** Whether rows are in order of time and none repeats. */
  private boolean clean = true;

  private volatile Sorted sorted = NEVER_SORTED;
  private volatile boolean shown;

  private HeadPage(int rank, PageBuffers buffers) {
    this.rank = rank;
    this.buffers = buffers;
    timestamps = buffers.timestamps;
    offsets = buffers.offsets;
    text = buffers.text;
    memory = (int) (OVERHEAD + buffers.bytes());
  }

  /**
   * A page for a stream.
   *
   * @param rank its place among the stream's
   * @param sofar line bytes of the stream's pages before it
   * @param lineBytes length of the line that comes first
   * @param average length of the stream's lines
   * @param newest time of the newest row of the stream so far
   * @param pool lends columns, unless the line has to have a page of its own
   */
  static HeadPage open(int rank, long sofar, int lineBytes, int average, long newest, PagePool pool) {
    int[] sizes = PageBuffers.TEXTS;
    int size = 0;
    while (size + 1 < sizes.length && sizes[size + 1] <= sofar) {
      size++;
    }
    int bytes = Math.max(sizes[size], lineBytes);
    // Shorter lines than this would make the columns larger than the text: a page may end with its rows, too.
    int rows = Math.clamp(bytes / Math.max(LEAST_AVERAGE, average) * 9L / 8 + 1, LEAST_ROWS, MOST_ROWS);
    PageBuffers buffers =
        bytes > sizes[size] ? PageBuffers.of(rows, bytes) : pool.take(PageBuffers.kind(size, rows));
    HeadPage page = new HeadPage(rank, buffers);
    page.newest = newest;
    return page;
  }

  /** A page of rows of one stream that are in order and repeat none; nothing may be appended to it. */
  static HeadPage of(List<EntryBlock> blocks, int rank) {
    int rows = 0;
    int bytes = 0;
    for (EntryBlock block : blocks) {
      rows += block.size();
      bytes += block.lineStart(block.size()) - block.lineStart(0);
    }
    HeadPage page = new HeadPage(rank, PageBuffers.of(rows, bytes));
    for (EntryBlock block : blocks) {
      for (int r = 0; r < block.size(); r++) {
        page.append(block.timestamp(r), block.text(), block.lineStart(r), block.lineEnd(r), block.metadata(r));
      }
    }
    page.ties(TieTable.NONE);
    page.publish();
    return page;
  }

  /** Its columns. */
  PageBuffers buffers() {
    return buffers;
  }

  /** Whether {@link #show} handed out the columns themselves. */
  boolean wasShown() {
    return shown;
  }

  /** Whether a line of this length still fits. */
  boolean fits(int lineBytes) {
    return size < timestamps.length && lineBytes <= text.length - offsets[size];
  }

  /** The number of rows. Exact once nothing is appended any more. */
  int rows() {
    return size;
  }

  /** {@inheritDoc} Exact once nothing is appended any more. */
  @Override
  public int bytes() {
    return offsets[size];
  }

  @Override
  public int rank() {
    return rank;
  }

  /** The time of the first row; of a page that is closed. */
  long minTs() {
    return timestamps[0];
  }

  /** The time of the last row; of a page that is closed. */
  long maxTs() {
    return timestamps[size - 1];
  }

  /** The most nanoseconds by which a row is older than one of the stream that came before it; 0 in order. */
  long lateness() {
    return lateness;
  }

  /** {@inheritDoc} Used or not. */
  @Override
  public long memory() {
    return memory;
  }

  /** Appends without publishing; false when the row is an exact duplicate of one with the same time right before it. */
  boolean append(long ts, byte[] from, int start, int end, Labels set) {
    int row = size;
    int length = end - start;
    if (row > 0) {
      long last = timestamps[row - 1];
      if (ts == last) {
        if (hasInTie(from, start, end, set)) {
          return false;
        }
      } else {
        tieStart = row;
        clean &= ts > last;
      }
    }
    if (ts >= newest) {
      newest = ts;
    } else {
      long late = newest - ts;
      lateness = late < 0 ? Long.MAX_VALUE : Math.max(lateness, late);
    }
    int at = offsets[row];
    System.arraycopy(from, start, text, at, length);
    timestamps[row] = ts;
    offsets[row + 1] = at + length;
    Labels[] sets = metadata;
    if (sets.length != 0) {
      sets[row] = set;
    } else if (!set.isEmpty()) {
      firstMetadata(row, set);
    }
    size = row + 1;
    return true;
  }

  private void firstMetadata(int row, Labels set) {
    Labels[] sets = buffers.metadata();
    Arrays.fill(sets, 0, row, Labels.EMPTY);
    sets[row] = set;
    memory += sets.length * REFERENCE_BYTES;
    metadata = sets;
  }

  /** Whether one of the last rows, those with the time of the very last, has this line and metadata. */
  private boolean hasInTie(byte[] from, int start, int end, Labels set) {
    if (size - tieStart > PAIRWISE) {
      if (ties.rows() != timestamps.length) {
        ties(new TieTable(timestamps.length));
      }
      return ties.find(this, tieStart, size, from, start, end, set);
    }
    for (int r = tieStart; r < size; r++) {
      if (same(r, from, start, end, set)) {
        return true;
      }
    }
    return false;
  }

  private void ties(TieTable table) {
    memory += (int) (table.memory() - ties.memory());
    ties = table;
  }

  @SuppressWarnings("ReferenceEquality") // only a short cut
  boolean same(int r, byte[] from, int start, int end, Labels set) {
    if (offsets[r + 1] - offsets[r] != end - start
        || !Arrays.equals(text, offsets[r], offsets[r + 1], from, start, end)) {
      return false;
    }
    Labels own = metadata(r);
    return own == set || own.equals(set);
  }

  int hash(int r) {
    return TieTable.hash(text, offsets[r], offsets[r + 1], metadata(r));
  }

  private Labels metadata(int r) {
    Labels[] sets = metadata;
    return sets.length == 0 ? Labels.EMPTY : sets[r];
  }

  /** Shows readers every row appended so far. */
  void publish() {
    COUNT.setRelease(this, size);
  }

  /** As {@link #rows(Labels)}, for somebody who keeps them for as long as he likes. */
  EntryBlock show(Labels stream) {
    if (!shown) {
      shown = true;
    }
    return rows(stream);
  }

  /**
   * The published rows, sorted by time, ties in order of arrival, each once; for as long as the page is in its stream or the
   * lease lasts.
   */
  EntryBlock rows(Labels stream) {
    int rows = (int) COUNT.getAcquire(this);
    if (clean) {
      return block(stream, rows);
    }
    Sorted known = sorted;
    if (known.count != rows) {
      HeadPage ordered = sort(rank, block(stream, rows));
      known = new Sorted(rows, ordered.block(stream, ordered.size));
      sorted = known;
    }
    return known.rows;
  }

  private EntryBlock block(Labels stream, int rows) {
    return EntryBlock.of(stream, 0, rows, timestamps, offsets, text, metadata);
  }

  /** This page if it is sorted, else a sorted copy. Nothing may be appended afterwards. */
  HeadPage close(Labels stream) {
    ties(TieTable.NONE);
    if (clean) {
      return this;
    }
    HeadPage ordered = sort(rank, block(stream, size));
    ordered.lateness = lateness;
    return ordered;
  }

  private static HeadPage sort(int rank, EntryBlock rows) {
    HeadPage sorted = new HeadPage(rank, PageBuffers.of(Math.max(1, rows.size()), rows.lineStart(rows.size())));
    byte[] text = rows.text();
    for (int r : order(rows)) {
      sorted.append(rows.timestamp(r), text, rows.lineStart(r), rows.lineEnd(r), rows.metadata(r));
    }
    sorted.ties(TieTable.NONE);
    sorted.publish();
    return sorted;
  }

  /** The rows in order of time, equal times as they are. */
  private static int[] order(EntryBlock rows) {
    int n = rows.size();
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int r = 0; r < n; r++) {
      min = Math.min(min, rows.timestamp(r));
      max = Math.max(max, rows.timestamp(r));
    }
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(n);
    long span = max - min;
    if (span < 0 || span > Long.MAX_VALUE >>> bits) {
      return IntStream.range(0, n)
          .boxed()
          .sorted(Comparator.comparingLong(rows::timestamp))
          .mapToInt(Integer::intValue)
          .toArray();
    }
    long[] keys = new long[n];
    for (int r = 0; r < n; r++) {
      keys[r] = (rows.timestamp(r) - min) << bits | r;
    }
    Arrays.sort(keys);
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = (int) (keys[i] & (1L << bits) - 1);
    }
    return order;
  }
}
