package io.sigyn.storage.head;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a stream in order of arrival, in columns that never grow: a page that is full is followed by another, which
 * is the larger the more the stream has already, so nothing is copied twice and little more than half of the memory is unused at worst. A page
 * has columns of its own, or lies in an {@link Arena}. One
 * thread at a time appends; any thread may take a snapshot ({@link #show}, {@link #rows(Labels)}), which sees the rows
 * published so far. Rows may be out of order and may repeat; a snapshot is sorted and has none twice. A page may begin
 * anew for another stream ({@link PagePool}).
 */
final class HeadPage extends PageRows {
  static final int LEAST_ROWS = 8;

  /** Objects and headers of arrays, roughly. */
  private static final int OVERHEAD = 200;

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

  /** There are fewer than 128, and 8 bytes of each page depend on it. */
  private final byte kind;
  private final RowArena arena;

  private TextArena textArena;
  private int rank;

  /** As {@link #memory} tells; here, so that nobody has to look at every column to know it. */
  private int memory;

  private TieTable ties = TieTable.NONE;

  /** Rows that readers may see; written last, so that whoever sees it sees the rows and {@link #clean}. */
  @SuppressWarnings("unused") // through COUNT
  private int count;

  private volatile Sorted sorted = NEVER_SORTED;
  private volatile boolean shown;

  /** The next in the {@link PageChain} that has this page. */
  @Nullable HeadPage chained;

  private HeadPage(int kind, int rows, int lineBytes) {
    super(new long[rows], new int[rows + 1], new byte[lineBytes], kind != PageKind.NONE);
    this.kind = (byte) kind;
    arena = RowArena.NONE;
    textArena = TextArena.NONE;
    room = rows;
    textEnd = lineBytes;
  }

  /** A page of an arena, to be {@link #place placed}. */
  HeadPage(RowArena arena) {
    super(arena.timestamps, arena.offsets, TextArena.NONE.text, true);
    kind = PageKind.NONE;
    this.arena = arena;
    textArena = TextArena.NONE;
  }

  /** Says where a page of an arena is, before it begins. */
  void place(int firstRow, int rows, TextArena lines, int firstByte, int bytes) {
    base = firstRow;
    room = rows;
    textArena = lines;
    text = lines.text;
    textStart = firstByte;
    textEnd = firstByte + bytes;
    offsets[firstRow] = firstByte;
  }

  /** Is nowhere until it is placed again. */
  void leave() {
    clear();
    textArena = TextArena.NONE;
    text = TextArena.NONE.text;
  }

  /** A page of a kind, to be begun. */
  static HeadPage ofKind(int kind) {
    return new HeadPage(kind, PageKind.rows(kind), PageKind.lineBytes(kind));
  }

  /** A page of exactly this size. */
  private static HeadPage ofSize(int rows, int lineBytes, int rank) {
    return new HeadPage(PageKind.NONE, rows, lineBytes).begin(rank, Long.MIN_VALUE);
  }

  /** A page for a line that finds no room in any other. */
  static HeadPage alone(int rank, int lineBytes, long newest) {
    return new HeadPage(PageKind.NONE, LEAST_ROWS, lineBytes).begin(rank, newest);
  }

  /** A page of rows of one stream that are in order and repeat none; nothing may be appended to it. */
  static HeadPage of(List<EntryBlock> blocks, int rank) {
    int rows = 0;
    int bytes = 0;
    for (EntryBlock block : blocks) {
      rows += block.size();
      bytes += block.lineStart(block.size()) - block.lineStart(0);
    }
    HeadPage page = ofSize(rows, bytes, rank);
    for (EntryBlock block : blocks) {
      for (int r = 0; r < block.size(); r++) {
        page.appendOnce(block, r);
      }
    }
    page.ties(TieTable.NONE);
    page.publish();
    return page;
  }

  /**
   * Forgets the rows of any earlier use; nobody may be looking at them.
   *
   * @param itsRank its place among the pages of a stream
   * @param newestSoFar time of the newest row of that stream
   */
  HeadPage begin(int itsRank, long newestSoFar) {
    link(null);
    rank = itsRank;
    newest = newestSoFar;
    oldest = Long.MAX_VALUE;
    lateness = 0;
    size = 0;
    tieStart = 0;
    count = 0;
    clean = true;
    textAt = textStart;
    // Of a page that was open when its generation went: it knows rows of then.
    ties = TieTable.NONE;
    memory = OVERHEAD + textEnd - textStart + PageKind.ROW_BYTES * room;
    forgetMetadata();
    if (sorted.count != 0) {
      sorted = NEVER_SORTED;
    }
    return this;
  }

  @Override
  void link(@Nullable HeadPart behind) {
    super.link(behind);
    if (behind != null && isInArena() && !(behind instanceof HeadPage page && page.isInArena())) {
      arena.holdOn();
    }
  }

  @Override
  void holdOn() {
    arena.holdOn();
  }

  /** Lets go of what rows refer to, when nobody needs them any more. */
  void clear() {
    forgetMetadata();
    ties = TieTable.NONE;
    if (sorted.count != 0) {
      sorted = NEVER_SORTED;
    }
    link(null);
  }

  /** Whether it goes with its generation only. */
  @SuppressWarnings("ReferenceEquality") // there is one
  boolean isInArena() {
    return arena != RowArena.NONE;
  }

  /** Its {@link PageKind}, or {@link PageKind#NONE}. */
  int kind() {
    return kind;
  }

  /** Whether {@link #show} handed out the columns themselves. */
  boolean wasShown() {
    return shown;
  }

  /** The number of rows. Exact once nothing is appended any more. */
  int rows() {
    return size;
  }

  /** {@inheritDoc} Exact once nothing is appended any more. */
  @Override
  int bytes() {
    return textAt - textStart;
  }

  @Override
  int rank() {
    return rank;
  }

  /** The time of the first row; of a page that is closed. */
  long minTs() {
    return timestamps[base];
  }

  /** The time of the last row; of a page that is closed. */
  long maxTs() {
    return timestamps[base + size - 1];
  }

  /** The time of the oldest row; MAX_VALUE before the first. For the thread that appends. */
  long oldest() {
    return oldest;
  }

  /** The time of the newest row of the stream up to the end of this page. For the thread that appends. */
  long newest() {
    return newest;
  }

  /** The most nanoseconds by which a row is older than one of the stream that came before it; 0 in order. */
  long lateness() {
    return lateness;
  }

  /** {@inheritDoc} Used or not. */
  @Override
  long memory() {
    return (long) memory + metadataMemory();
  }

  /** What of that memory others cannot have before the generation goes. */
  int keptMemory() {
    return isInArena() ? memory : 0;
  }

  /**
   * Appends entries {@code [from, to)} of a batch as long as they fit, without publishing them; exact duplicates of rows with
   * the same time right before them are left out.
   *
   * @return the first entry that did not fit, or {@code to}
   */
  int append(EntryBatch batch, int from, int to, SetPlaces seen) {
    int e = from;
    while (e < to) {
      int end = inOrder(batch, e, to);
      if (end > e) {
        e = copy(batch, e, end, seen);
      }
      if (e < to) {
        if (!fits(batch, e)) {
          break;
        }
        append(batch, e++, seen);
      }
    }
    return e;
  }

  private void append(EntryBatch batch, int e, SetPlaces seen) {
    int number = batch.setNumber(e);
    Labels set = seen.kept(number);
    int place = MetadataSets.NO_PAIRS;
    if (isPacked() && !set.isEmpty()) {
      useCommon(seen.common());
      place = seen.places()[number] == MetadataSets.NOT_COMMON ? ownPlace(set) : seen.places()[number];
    }
    appendOnce(batch.timestamp(e), batch.arena(), batch.lineStart(e), batch.lineEnd(e), set, place);
  }

  /** As the other, for pages that are not packed. */
  private void appendOnce(EntryBlock rows, int r) {
    appendOnce(
        rows.timestamp(r), rows.text(), rows.lineStart(r), rows.lineEnd(r), rows.metadata(r), MetadataSets.NO_PAIRS);
  }

  /** Appends unless the row is an exact duplicate of one with the same time right before it. */
  private void appendOnce(long ts, byte[] from, int start, int end, Labels set, int place) {
    if (size == 0 || ts != timestamps[base + size - 1] || !hasInTie(from, start, end, set)) {
      append(ts, from, start, end, set, place);
    }
  }

  /** Whether one of the last rows, those with the time of the very last, has this line and metadata. */
  private boolean hasInTie(byte[] from, int start, int end, Labels set) {
    if (size - tieStart > PAIRWISE) {
      if (ties.rows() != room) {
        ties(new TieTable(room));
        holdOn();
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

  @SuppressWarnings("ReferenceEquality") // there is one without rows
  private void ties(TieTable table) {
    if (table == ties) {
      return;
    }
    memory += (int) (table.memory() - ties.memory());
    ties = table;
  }

  /** Shows readers every row appended so far. */
  void publish() {
    COUNT.setRelease(this, size);
  }

  /** As {@link #rows(Labels)}, for somebody who keeps them for as long as he likes. */
  EntryBlock show(Labels stream) {
    if (!shown) {
      arena.show();
      textArena.show();
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
      arena.holdOn();
    }
    return known.rows;
  }

  private EntryBlock block(Labels stream, int rows) {
    return isPacked()
        ? EntryBlock.packed(stream, base, rows, timestamps, offsets, text, sets())
        : EntryBlock.of(stream, base, rows, timestamps, offsets, text, sets());
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
    HeadPage sorted = ofSize(Math.max(1, rows.size()), rows.lineStart(rows.size()) - rows.lineStart(0), rank);
    for (int r : RowOrder.byTime(rows)) {
      sorted.appendOnce(rows, r);
    }
    sorted.ties(TieTable.NONE);
    sorted.publish();
    return sorted;
  }
}
