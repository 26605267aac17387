package io.sigyn.model;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run of entries of one stream, oldest first, in columns. Equal timestamps stand in order of arrival. The lines of rows
 * {@code 0 .. size-1} lie back to back, without separators, in {@code text[lineStart(0), lineEnd(size-1))}, so that a
 * search may run over all of them at once.
 *
 * <p>A view: the arrays belong to the store and are shared. Nobody may write to them. They stay valid and unchanged for
 * as long as the block is reachable. A block over {@link Source} gets each column when it is first asked for and is for
 * one thread; any other is safe for many.
 */
public final class EntryBlock {
  /**
   * Where rows are {@link #packed}, so many low bits of a number say where a line ends, and the others which structured metadata
   * it has.
   */
  public static final int END_BITS = 19;

  private static final Labels[] NO_METADATA = {};
  private static final int PACKED = (1 << END_BITS) - 1;
  private static final int NOT_PACKED = -1;

  /**
   * Columns that cost something to get. Each is asked for at most once per block and covers more rows than the block: it
   * is told the rows that the block has, {@code first .. first+size-1}, and answers columns as {@link #of} takes them.
   */
  public interface Source {
    /** The times. */
    long[] timestamps(int first, int size);

    /** Where lines start and end. */
    int[] offsets(int first, int size);

    /** The lines. */
    byte[] text(int first, int size);

    /** Structured metadata; only asked for when {@link #hasMetadata}. */
    Labels[] metadata(int first, int size);

    /** Whether some row may have structured metadata. Costs nothing. */
    boolean hasMetadata();
  }

  private final Labels stream;
  private final int first;
  private final int size;
  private final @Nullable Source source;
  private long @Nullable [] timestamps;
  private int @Nullable [] offsets;
  private byte @Nullable [] text;
  private Labels @Nullable [] metadata;

  /** The bits of an offset that say where lines start and end. */
  private final int ends;

  private EntryBlock(
      Labels stream,
      int first,
      int size,
      @Nullable Source source,
      long @Nullable [] timestamps,
      int @Nullable [] offsets,
      byte @Nullable [] text,
      Labels @Nullable [] metadata,
      int ends) {
    this.stream = stream;
    this.first = first;
    this.size = size;
    this.source = source;
    this.timestamps = timestamps;
    this.offsets = offsets;
    this.text = text;
    this.metadata = metadata;
    this.ends = ends;
  }

  /**
   * Rows {@code first .. first+size-1} of the columns.
   *
   * @param offsets line of column row r is {@code text[offsets[r], offsets[r+1])}; at least {@code first+size+1} long
   * @param metadata one per column row, or an array of length 0 when no row has any
   */
  public static EntryBlock of(
      Labels stream, int first, int size, long[] timestamps, int[] offsets, byte[] text, Labels[] metadata) {
    return new EntryBlock(stream, first, size, null, timestamps, offsets, text, metadata, NOT_PACKED);
  }

  /** As {@link #of} for a run without structured metadata. */
  public static EntryBlock of(Labels stream, int first, int size, long[] timestamps, int[] offsets, byte[] text) {
    return new EntryBlock(stream, first, size, null, timestamps, offsets, text, NO_METADATA, NOT_PACKED);
  }

  /**
   * As {@link #of} where the lowest {@link #END_BITS} bits of an offset say what the whole of it says there, and column row r has
   * the structured metadata {@code sets[offsets[r+1] >>> END_BITS]}.
   *
   * @param sets of length 0 when no row has any
   */
  public static EntryBlock packed(
      Labels stream, int first, int size, long[] timestamps, int[] offsets, byte[] text, Labels[] sets) {
    return new EntryBlock(stream, first, size, null, timestamps, offsets, text, sets, PACKED);
  }

  /** Rows {@code first .. first+size-1} of columns that are got when needed. */
  public static EntryBlock over(Labels stream, int first, int size, Source source) {
    return new EntryBlock(
        stream, first, size, source, null, null, null, source.hasMetadata() ? null : NO_METADATA, NOT_PACKED);
  }

  /** The stream's index labels. */
  public Labels stream() {
    return stream;
  }

  /** The number of rows. */
  public int size() {
    return size;
  }

  private Source source() {
    return Objects.requireNonNull(source);
  }

  private long[] timestamps() {
    long[] known = timestamps;
    if (known == null) {
      known = source().timestamps(first, size);
      timestamps = known;
    }
    return known;
  }

  private int[] offsets() {
    int[] known = offsets;
    if (known == null) {
      known = source().offsets(first, size);
      offsets = known;
    }
    return known;
  }

  /** The time of row {@code r}, nanoseconds since the Unix epoch. */
  public long timestamp(int r) {
    return timestamps()[first + r];
  }

  /** The array that holds the lines. */
  public byte[] text() {
    byte[] known = text;
    if (known == null) {
      known = source().text(first, size);
      text = known;
    }
    return known;
  }

  /** Where the line of row {@code r} starts; {@code lineStart(size())} is the end of the last line. */
  public int lineStart(int r) {
    return offsets()[first + r] & ends;
  }

  /** One past the last byte of row {@code r}. */
  public int lineEnd(int r) {
    return offsets()[first + r + 1] & ends;
  }

  /** The line of row {@code r} as text; what is not UTF-8 in it becomes U+FFFD. Makes a copy: not for hot paths. */
  public String line(int r) {
    return new String(text(), lineStart(r), lineEnd(r) - lineStart(r), StandardCharsets.UTF_8);
  }

  /** The structured metadata of row {@code r}; {@link Labels#EMPTY} when it has none. */
  public Labels metadata(int r) {
    Labels[] known = metadata;
    if (known == null) {
      known = source().metadata(first, size);
      metadata = known;
    }
    if (known.length == 0) {
      return Labels.EMPTY;
    }
    return known[ends == NOT_PACKED ? first + r : offsets()[first + r + 1] >>> END_BITS];
  }

  /** Whether some row may have structured metadata. */
  public boolean hasMetadata() {
    Labels[] known = metadata;
    return known == null || known.length != 0;
  }

  /** Whether columns have to be got first, so that asking for one costs something. */
  public boolean isLazy() {
    return source != null;
  }

  /** The row whose line holds the byte at {@code position} of the text; empty lines are never the answer. */
  public int rowAt(int position) {
    return rowAt(position, 0);
  }

  /** As {@link #rowAt(int)} when the row is known not to be before {@code from}; the quicker the nearer it is. */
  public int rowAt(int position, int from) {
    int[] all = offsets();
    // The row is the last whose line starts at or before the position.
    int low = first + from;
    int step = 1;
    int high = low + 1;
    while (high < first + size && (all[high] & ends) <= position) {
      low = high;
      step *= 2;
      high = Math.min(first + size, low + step);
    }
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if ((all[middle] & ends) <= position) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low - first;
  }

  /** The first row at or after the time, or {@code size()}. */
  public int firstAtOrAfter(long nanos) {
    return firstAtOrAfter(nanos, 0);
  }

  /** The first row at or after the time and not before row {@code from}, or {@code size()}. */
  public int firstAtOrAfter(long nanos, int from) {
    long[] times = timestamps();
    int lo = first + from;
    int hi = first + size;
    while (lo < hi) {
      int mid = (lo + hi) >>> 1;
      if (times[mid] < nanos) {
        lo = mid + 1;
      } else {
        hi = mid;
      }
    }
    return lo - first;
  }

  /** The rows {@code from .. to-1} as a block of their own. */
  public EntryBlock slice(int from, int to) {
    if (from == 0 && to == size) {
      return this;
    }
    // What was got for more rows is there for fewer; what was not is asked for again, with the fewer rows.
    return new EntryBlock(stream, first + from, to - from, source, timestamps, offsets, text, metadata, ends);
  }

  /** The same rows under other labels. */
  public EntryBlock withStream(Labels labels) {
    return new EntryBlock(labels, first, size, source, timestamps, offsets, text, metadata, ends);
  }
}
