package io.sigyn.storage.compact;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.block.BlockRuns;
import io.sigyn.storage.rows.Chain;
import io.sigyn.storage.rows.DerivedRun;
import io.sigyn.storage.rows.Run;
import io.sigyn.storage.rows.StreamMerge;
import io.sigyn.storage.rows.StreamRuns;
import io.sigyn.storage.segment.BlockReader;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentChain;
import io.sigyn.storage.segment.SegmentIndex;
import io.sigyn.storage.segment.SegmentInfo;
import io.sigyn.storage.segment.SegmentWriter;
import io.sigyn.storage.tombstone.Erasure;
import io.sigyn.storage.upkeep.Pace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;

/**
 * Writes segments of one day anew as one: the rows of a stream together, exact duplicates once, without what is erased.
 * Large blocks of one stream that overlap with nothing are copied; the rest is read, merged and put together again. Used
 * once, by one thread.
 */
public final class SegmentMerge {
  /**
   * What came out.
   *
   * @param segment the segment; none when nothing was left to write
   * @param rows rows written
   * @param duplicates rows left out because they were there already
   * @param erased rows left out because they are erased
   * @param copiedBlocks blocks that were copied as they are
   */
  public record Outcome(Optional<SegmentInfo> segment, long rows, long duplicates, long erased, long copiedBlocks) {}

  private record Source(Segment segment, SegmentIndex index) {}

  private record Next(Labels labels, int input, int ref) implements Comparable<Next> {
    @Override
    public int compareTo(Next o) {
      int c = labels.compareTo(o.labels);
      return c != 0 ? c : Integer.compare(input, o.input);
    }
  }

  private final List<Source> inputs = new ArrayList<>();
  private final Function<StreamBounds, Erasure> erasures;
  private final Pace pace;
  private final ScanStats stats = new ScanStats();
  private final BlockReader reader = new BlockReader(Selection.TextTest.NONE, true, stats);

  private long readRows;
  private long readBytes;
  private long erasedRows;
  private long erasedBytes;
  private long copiedBlocks;
  private boolean begun;

  /**
   * A stream with the time it spans in the inputs.
   *
   * @param labels its labels
   * @param minTs time of its oldest entry
   * @param maxTs time of its newest entry
   */
  public record StreamBounds(Labels labels, long minTs, long maxTs) {}

  /**
   * Prepares the merge.
   *
   * @param segments neighbours in the order of publication
   * @param erasures what is not to be written, by stream
   * @throws CorruptBytesException when one of them cannot be used
   */
  public SegmentMerge(List<Segment> segments, Function<StreamBounds, Erasure> erasures, Pace pace) {
    this.erasures = erasures;
    this.pace = pace;
    for (Segment segment : segments) {
      SegmentIndex index = segment.index();
      if (index == null || index.rows() != segment.info().footer().rows()) {
        throw new CorruptBytesException(segment + " is damaged, it stays as it is");
      }
      inputs.add(new Source(segment, index));
    }
  }

  /**
   * Writes everything to a fresh writer and finishes it.
   *
   * @throws CorruptBytesException when a part of an input is damaged, or the sums of what was read and of what was written
   *     do not agree; the file may have its name by then and must be removed
   */
  public Outcome write(SegmentWriter writer) throws IOException {
    PriorityQueue<Next> queue = new PriorityQueue<>();
    for (int i = 0; i < inputs.size(); i++) {
      offer(queue, i, 0);
    }
    while (!queue.isEmpty()) {
      List<Next> same = new ArrayList<>();
      same.add(queue.remove());
      while (!queue.isEmpty() && queue.element().labels.equals(same.getFirst().labels)) {
        same.add(queue.remove());
      }
      stream(same, writer);
      same.forEach(next -> offer(queue, next.input, next.ref + 1));
    }
    long wantedRows = 0;
    long wantedBytes = 0;
    for (Source input : inputs) {
      wantedRows += input.segment.info().footer().rows();
      wantedBytes += input.segment.info().footer().rawBytes();
    }
    if (readRows != wantedRows || readBytes != wantedBytes) {
      throw new CorruptBytesException(
          "of %d rows with %d bytes in %s only %d with %d could be read; they stay as they are"
              .formatted(wantedRows, wantedBytes, inputs.stream().map(Source::segment).toList(), readRows, readBytes));
    }
    if (!stats.damages().isEmpty()) {
      // Of what is read more than once the sums tell only whether it was good the first time.
      throw new CorruptBytesException(String.join("; ", stats.damages()));
    }
    long left = readRows - erasedRows - stats.duplicates;
    if (left == 0) {
      return new Outcome(Optional.empty(), 0, stats.duplicates, erasedRows, 0);
    }
    SegmentInfo info = writer.finish();
    long leftBytes = readBytes - erasedBytes - stats.duplicateBytes;
    if (info.footer().rows() != left || info.footer().rawBytes() != leftBytes) {
      throw new CorruptBytesException(
          "%d rows with %d bytes were written, %d with %d were to be"
              .formatted(info.footer().rows(), info.footer().rawBytes(), left, leftBytes));
    }
    return new Outcome(Optional.of(info), left, stats.duplicates, erasedRows, copiedBlocks);
  }

  private void offer(PriorityQueue<Next> queue, int input, int ref) {
    SegmentIndex index = inputs.get(input).index;
    if (ref < index.size()) {
      queue.add(new Next(index.labels(ref), input, ref));
    }
  }

  private void stream(List<Next> same, SegmentWriter writer) throws IOException {
    List<Chain> chains = new ArrayList<>();
    List<Place> places = new ArrayList<>();
    int rank = 0;
    long bytes = 0;
    long minTs = Long.MAX_VALUE;
    long maxTs = Long.MIN_VALUE;
    for (Next next : same) {
      Source input = inputs.get(next.input);
      SegmentChain chain = new SegmentChain(input.segment, input.index, next.ref, next.labels, rank, reader);
      for (int b = 0; b < chain.ranks(); b++) {
        places.add(new Place(input, input.index.firstBlock(next.ref) + b));
      }
      rank += chain.ranks();
      chains.add(chain);
      bytes += input.index.bytes(next.ref);
      minTs = Math.min(minTs, chain.minTs());
      maxTs = Math.max(maxTs, chain.maxTs());
    }
    Labels labels = same.getFirst().labels;
    Erasure erasure = erasures.apply(new StreamBounds(labels, minTs, maxTs));
    begun = false;
    for (List<StreamRuns.Of> group : StreamRuns.groups(chains)) {
      Run only = group.getFirst().run();
      if (group.size() > 1) {
        merge(labels, bytes, group, erasure, writer);
      } else if (erasure.touches(only.minTs(), only.maxTs()) || !copied(labels, bytes, places.get(only.rank()), writer)) {
        begin(labels, bytes, erasure.applyTo(read(only)), writer);
      }
    }
    erasedRows += erasure.hiddenRows();
    erasedBytes += erasure.hiddenBytes();
  }

  private record Place(Source source, int block) {}

  private boolean copied(Labels labels, long bytes, Place place, SegmentWriter writer) throws IOException {
    BlockInfo info = place.source.index.blocks().get(place.block);
    // Asked first: to read what runs a block has that many streams share, once for each of them, is work without end.
    if (!writer.copies(info)) {
      return false;
    }
    BlockRuns runs = place.source.index.runs(place.block);
    if (runs == null) {
      return false;
    }
    pace.spend(2L * info.stored());
    if (!begun) {
      begun = true;
      writer.stream(labels, bytes);
    }
    writer.copy(place.source.segment.raw(place.source.index, place.block), info, runs, place.source.index::column);
    readRows += info.rows();
    readBytes += info.rawBytes();
    copiedBlocks++;
    return true;
  }

  private void merge(Labels labels, long bytes, List<StreamRuns.Of> group, Erasure erasure, SegmentWriter writer)
      throws IOException {
    List<StreamRuns.Of> counted =
        group.stream().map(of -> new StreamRuns.Of(of.chain(), new CountedRun(of.run()))).toList();
    List<Chain> chains = StreamRuns.chains(counted).stream().map(erasure::applyTo).toList();
    StreamMerge merge = new StreamMerge(labels, chains, Long.MIN_VALUE, Long.MAX_VALUE, Direction.FORWARD);
    merge.prepare();
    while (merge.bound().isPresent()) {
      begin(labels, bytes, merge.next(stats), writer);
      merge.prepare();
    }
  }

  private void begin(Labels labels, long bytes, EntryBlock rows, SegmentWriter writer) throws IOException {
    if (rows.size() == 0) {
      return;
    }
    pace.spend(rows.lineStart(rows.size()) - rows.lineStart(0));
    if (!begun) {
      begun = true;
      writer.stream(labels, bytes);
    }
    writer.rows(rows);
  }

  private EntryBlock read(Run run) {
    EntryBlock rows = run.rows();
    readRows += rows.size();
    readBytes += rows.lineStart(rows.size()) - rows.lineStart(0);
    return rows;
  }

  /** Counts the rows when they are first asked for. */
  private final class CountedRun extends DerivedRun {
    private boolean counted;

    CountedRun(Run run) {
      super(run);
    }

    @Override
    public EntryBlock rows() {
      if (counted) {
        return run.rows();
      }
      counted = true;
      return read(run);
    }
  }
}
