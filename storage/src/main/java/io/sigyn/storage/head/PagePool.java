package io.sigyn.storage.head;

import io.sigyn.storage.leases.Leases;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Pages whose rows are in a segment or a block by now, for rows to come, and the streams they were of: long-lived memory that
 * the collector need not copy, and that nobody has to fill with zeros again. Safe for use by many threads.
 *
 * <p>Rows that a reader was given stay valid for as long as it refers to them ({@link io.sigyn.model.EntryBlock}), so a page
 * that was ever shown is left to the collector. All others may be used again as soon as nobody can ask for them any more:
 * when every lease is given back that was taken before the page left its stream or the view.
 *
 * <p>Together with the pages in use the pool holds no more than its limit. What waits for readers is forgotten first; it
 * is the collector's then.
 */
public final class PagePool {
  /** Streams that are taken apart together. */
  private static final int UNDONE = 8;

  private record Waiting(long epoch, Retired pages) {}

  private final Leases leases;
  private final long limit;
  private final PageChain[] free = new PageChain[PageKind.COUNT];

  private final ArenaStock<RowArena> freeRows = new ArenaStock<>();
  private final ArenaStock<TextArena> freeTexts = new ArenaStock<>();

  /** Tables for as many tenants as were retired last; linked. */
  private @Nullable StreamTable freeTables;

  /** Streams that have large pages which may be used again and are not among the free ones yet; linked. */
  private @Nullable HeadStream done;

  /** Streams without pages, which may be used again; linked. */
  private @Nullable HeadStream unused;

  private int unusedStreams;

  /** How many were wanted since {@link #shrink()}. */
  private int wantedStreams;

  /** Of each stream that is being taken apart, the part that comes next. */
  private final @Nullable HeadPart[] undone = new @Nullable HeadPart[UNDONE];

  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long usedBytes;
  private long mostUsedBytes;
  private long waitingBytes;

  /** Of free pages and arenas, and of pages of streams that are done. */
  private long freeBytes;

  /**
   * Empty.
   *
   * @param leases of all who look at pages
   * @param limit bytes of columns in use, waiting and free, beyond which none are kept
   */
  public PagePool(Leases leases, long limit) {
    this.leases = leases;
    this.limit = limit;
    Arrays.setAll(free, kind -> new PageChain());
  }

  /** Keeps nothing. */
  static PagePool none() {
    return new PagePool(new Leases(), 0);
  }

  /** A page that nobody else has; what is in it means nothing. */
  HeadPage take(int kind) {
    synchronized (this) {
      if (free[kind].isEmpty()) {
        settle();
        if (free[kind].isEmpty()) {
          undo();
        }
      }
      HeadPage page = free[kind].take();
      if (page != null) {
        freeBytes -= PageKind.bytes(page.kind());
        use(PageKind.bytes(kind));
        return page;
      }
    }
    HeadPage page = HeadPage.ofKind(kind);
    use(PageKind.bytes(kind));
    return page;
  }

  /** What was made or taken is in use; not before, for to make it may fail. */
  private synchronized void use(long bytes) {
    usedBytes += bytes;
    mostUsedBytes = Math.max(mostUsedBytes, usedBytes);
  }

  /** An arena without pages, which nobody else has. */
  RowArena takeRows() {
    synchronized (this) {
      if (freeRows.isEmpty()) {
        settle();
      }
      RowArena arena = freeRows.take();
      if (arena != null) {
        freeBytes -= RowArena.BYTES;
        use(RowArena.BYTES);
        return arena;
      }
    }
    RowArena arena = RowArena.make();
    use(RowArena.BYTES);
    return arena;
  }

  /** An arena without lines, which nobody else has. */
  TextArena takeText() {
    synchronized (this) {
      if (freeTexts.isEmpty()) {
        settle();
      }
      TextArena arena = freeTexts.take();
      if (arena != null) {
        freeBytes -= TextArena.BYTES;
        use(TextArena.BYTES);
        return arena;
      }
    }
    TextArena arena = TextArena.make();
    use(TextArena.BYTES);
    return arena;
  }

  /** A table without streams, which nobody else has. */
  StreamTable takeTable() {
    synchronized (this) {
      if (freeTables == null) {
        settle();
      }
      StreamTable table = freeTables;
      if (table != null) {
        freeTables = table.chained;
        table.chained = null;
        return table;
      }
    }
    return new StreamTable();
  }

  /** A stream to be begun, which nobody else has. */
  HeadStream takeStream() {
    synchronized (this) {
      wantedStreams++;
      if (unused == null) {
        settle();
        if (unused == null) {
          undo();
        }
      }
      HeadStream stream = takeUnused();
      if (stream != null) {
        return stream;
      }
    }
    return new HeadStream();
  }

  private void keep(HeadStream stream) {
    stream.chained = unused;
    unused = stream;
    unusedStreams++;
  }

  private @Nullable HeadStream takeUnused() {
    HeadStream stream = unused;
    if (stream != null) {
      unused = stream.chained;
      stream.chained = null;
      unusedStreams--;
    }
    return stream;
  }

  /** Takes what has just left its stream, or with it the view. Each page comes once; the pages are the pool's. */
  void retire(Retired pages) {
    if (pages.bytes() > 0) {
      synchronized (this) {
        usedBytes -= pages.bytes();
        waitingBytes += pages.bytes();
        waiting.addLast(new Waiting(leases.advance(), pages));
        settle();
        shrink(limit);
      }
    }
  }

  /** At the end of a generation: keeps no more than was in use at once since the end of the one before. */
  synchronized void shrink() {
    while (unusedStreams > wantedStreams) {
      takeUnused();
    }
    wantedStreams = 0;
    freeBytes -= freeRows.trim() * RowArena.BYTES + freeTexts.trim() * (long) TextArena.BYTES;
    shrink(Math.min(limit, mostUsedBytes));
    mostUsedBytes = usedBytes;
  }

  /** Frees what no reader can ask for any more. */
  private void settle() {
    for (Waiting first = waiting.peekFirst(); first != null; first = waiting.peekFirst()) {
      if (leases.heldUpTo(first.epoch)) {
        return;
      }
      forget(waiting.removeFirst());
      freeBytes += first.pages.bytes();
      keepTables(first.pages);
      for (RowArena rows = first.pages.takeRows(); rows != null; rows = first.pages.takeRows()) {
        free(rows, freeRows, RowArena.BYTES);
      }
      for (TextArena text = first.pages.takeText(); text != null; text = first.pages.takeText()) {
        free(text, freeTexts, TextArena.BYTES);
      }
      for (HeadPage page = first.pages.takePage(); page != null; page = first.pages.takePage()) {
        free(page);
      }
      for (HeadStream stream = first.pages.takeStream(); stream != null; stream = first.pages.takeStream()) {
        if (!stream.letGo()) {
          keep(stream);
        } else if (stream.hasOthers()) {
          undone[0] = stream.takeParts();
          keep(stream);
          freeUndone(1);
        } else {
          stream.chained = done;
          done = stream;
        }
      }
    }
  }

  private void keepTables(Retired pages) {
    StreamTable table = pages.takeTable();
    if (table != null) {
      freeTables = null;
    }
    for (; table != null; table = pages.takeTable()) {
      if (table.isWorthKeeping()) {
        table.clear();
        table.chained = freeTables;
        freeTables = table;
      }
    }
  }

  private void free(HeadPage page) {
    if (page.wasShown()) {
      freeBytes -= PageKind.bytes(page.kind());
    } else {
      page.clear();
      free[page.kind()].add(page);
    }
  }

  private <A extends Arena<A>> void free(A arena, ArenaStock<A> stock, long bytes) {
    if (arena.wasShown()) {
      freeBytes -= bytes;
    } else {
      stock.add(arena);
    }
  }

  /**
   * Puts some streams that are done among the unused ones, and their pages among the free ones: of each stream one after the other, for each page is to be
   * fetched from memory, and to know the next one it must have come.
   */
  private void undo() {
    int n = 0;
    for (HeadStream stream = done; stream != null && n < UNDONE; stream = done) {
      done = stream.chained;
      keep(stream);
      undone[n++] = stream.takeParts();
    }
    freeUndone(n);
  }

  /** Frees the pages of so many streams. */
  private void freeUndone(int n) {
    for (boolean more = n > 0; more; ) {
      more = false;
      for (int i = 0; i < n; i++) {
        HeadPart part = undone[i];
        if (part != null) {
          HeadPart behind = part.next();
          undone[i] = behind;
          more |= behind != null;
          if (part instanceof HeadPage page && page.kind() != PageKind.NONE) {
            free(page);
          }
        }
      }
    }
  }

  private void forget(Waiting pages) {
    waitingBytes -= pages.pages.bytes();
  }

  private void shrink(long most) {
    while (usedBytes + waitingBytes + freeBytes > most && !waiting.isEmpty()) {
      forget(waiting.removeFirst());
    }
    for (HeadStream stream = done; stream != null && usedBytes + freeBytes > most; stream = done) {
      done = stream.chained;
      freeBytes -= stream.pageBytes();
    }
    for (int kind = PageKind.COUNT - 1; kind >= 0; kind--) {
      while (usedBytes + freeBytes > most && !free[kind].isEmpty()) {
        freeBytes -= PageKind.bytes(kind);
        free[kind].take();
      }
    }
    // Of arenas there are no more than a generation wants, unless the limit is low.
    while (usedBytes + freeBytes > most && freeTexts.drop()) {
      freeBytes -= TextArena.BYTES;
    }
    while (usedBytes + freeBytes > most && freeRows.drop()) {
      freeBytes -= RowArena.BYTES;
    }
  }

  /** Bytes of columns that no stream uses. */
  public synchronized long bytes() {
    return waitingBytes + freeBytes;
  }
}
