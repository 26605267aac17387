package io.sigyn.storage.tombstone;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.storage.rows.Chain;
import io.sigyn.storage.rows.Columns;
import io.sigyn.storage.rows.DerivedRun;
import io.sigyn.storage.rows.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a set of delete requests hides of one stream in one source of rows. Used by one thread.
 *
 * <p>Rows that are hidden are taken out of a run when it is read; what is left is a copy, unless nothing is hidden.
 */
public final class Erasure {
  /** Hides nothing. */
  public static final Erasure NOTHING = new Erasure(List.of());

  private record Part(long first, long last, RowFilter filter, boolean all) {}

  private final List<Part> parts;
  private long hiddenRows;
  private long hiddenBytes;

  private Erasure(List<Part> parts) {
    this.parts = parts;
  }

  /**
   * What requests hide of a stream, and what has expired.
   *
   * @param cutoff the time before which everything is hidden; {@code Long.MIN_VALUE} for none
   * @param applied requests that the source has no entries of any more
   */
  public static Erasure of(
      List<Tombstone> tombstones,
      Set<TombstoneId> applied,
      Labels stream,
      long minTs,
      long maxTs,
      long cutoff,
      RowFilter.Compiler compiler) {
    List<Part> parts = List.of();
    if (minTs < cutoff) {
      parts = new ArrayList<>(List.of(new Part(Long.MIN_VALUE, cutoff - 1, RowFilter.ALL, true)));
    }
    for (Tombstone tombstone : tombstones) {
      DeleteRequest request = tombstone.request();
      if (tombstone.state() == Tombstone.State.RECEIVED
          && request.overlaps(minTs, maxTs)
          && !applied.contains(tombstone.id())
          && LabelMatcher.all(request.matchers(), stream)) {
        if (parts.isEmpty()) {
          parts = new ArrayList<>(1);
        }
        RowFilter filter = request.filtered() ? compiler.compile(request.query(), stream) : RowFilter.ALL;
        parts.add(new Part(request.first(), request.last(), filter, !request.filtered()));
      }
    }
    return parts.isEmpty() ? NOTHING : new Erasure(parts);
  }

  /** Whether some row of {@code [minTs, maxTs]} may be hidden. */
  public boolean touches(long minTs, long maxTs) {
    for (Part part : parts) {
      if (part.first <= maxTs && part.last >= minTs) {
        return true;
      }
    }
    return false;
  }

  /** Whether every row of {@code [minTs, maxTs]} is hidden, as far as can be said without looking at one. */
  public boolean hidesAll(long minTs, long maxTs) {
    for (Part part : parts) {
      if (part.all && part.first <= minTs && part.last >= maxTs) {
        return true;
      }
    }
    return false;
  }

  /** The chain without the hidden rows. Its bounds may be wider than its rows. */
  public Chain applyTo(Chain chain) {
    return touches(chain.minTs(), chain.maxTs()) ? new Erased(chain) : chain;
  }

  /** Rows that were left out so far; those of a run of a chain count once, however often it is read. */
  public long hiddenRows() {
    return hiddenRows;
  }

  /** Line bytes of those. */
  public long hiddenBytes() {
    return hiddenBytes;
  }

  /** The rows that are not hidden. */
  public EntryBlock applyTo(EntryBlock rows) {
    return applyTo(rows, true);
  }

  private EntryBlock applyTo(EntryBlock rows, boolean counts) {
    int r = 0;
    while (r < rows.size() && !hides(rows, r)) {
      r++;
    }
    if (r == rows.size()) {
      return rows;
    }
    Columns left = new Columns(rows.size(), rows.lineStart(rows.size()) - rows.lineStart(0));
    for (int i = 0; i < rows.size(); i++) {
      if (i == r || (i > r && hides(rows, i))) {
        if (counts) {
          hiddenRows++;
          hiddenBytes += rows.lineEnd(i) - rows.lineStart(i);
        }
      } else {
        left.append(rows.timestamp(i), rows.text(), rows.lineStart(i), rows.lineEnd(i), rows.metadata(i));
      }
    }
    return left.block(rows.stream(), left.size());
  }

  private boolean hides(EntryBlock rows, int r) {
    long ts = rows.timestamp(r);
    for (Part part : parts) {
      if (part.first <= ts && part.last >= ts && part.filter.test(rows, r)) {
        return true;
      }
    }
    return false;
  }

  private final class Erased implements Chain {
    private final Chain chain;
    private @Nullable ErasedRun lastRun;
    private EntryBlock lastRows = EntryBlock.of(Labels.EMPTY, 0, 0, new long[0], new int[1], new byte[0]);

    Erased(Chain chain) {
      this.chain = chain;
    }

    @Override
    public long minTs() {
      return chain.minTs();
    }

    @Override
    public long maxTs() {
      return chain.maxTs();
    }

    @Override
    public List<? extends Run> runs() {
      List<Run> runs = new ArrayList<>();
      for (Run run : chain.runs()) {
        runs.add(touches(run.minTs(), run.maxTs()) ? new ErasedRun(this, run) : run);
      }
      return runs;
    }

    /** A cursor asks for the rows of one run many times, then for those of the next. */
    @SuppressWarnings("ReferenceEquality") // a run is what it is
    EntryBlock rows(ErasedRun run) {
      if (run != lastRun) {
        lastRows = applyTo(run.whole(), !run.counted);
        run.counted = true;
        lastRun = run;
      }
      return lastRows;
    }
  }

  private static final class ErasedRun extends DerivedRun {
    private final Erased chain;

    /** Whether what is hidden has been counted. */
    private boolean counted;

    ErasedRun(Erased chain, Run run) {
      super(run);
      this.chain = chain;
    }

    @Override
    public boolean isExact() {
      return false;
    }

    @Override
    public EntryBlock rows() {
      return chain.rows(this);
    }

    EntryBlock whole() {
      return run.rows();
    }
  }
}
