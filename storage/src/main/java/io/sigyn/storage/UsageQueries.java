package io.sigyn.storage;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.codec.Utf8Text;
import io.sigyn.storage.head.HeadStream;
import io.sigyn.storage.head.TenantHead;
import io.sigyn.storage.index.Matching;
import io.sigyn.storage.rows.Chain;
import io.sigyn.storage.rows.Run;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentIndex;
import io.sigyn.storage.tombstone.Erasure;
import java.util.List;
import java.util.Set;
import org.roaringbitmap.IntIterator;

/**
 * How many entries and bytes the streams of one view have in a range: exact in memory and for streams of segments that
 * lie in the range altogether. Of a stream that lies in it partly, each block it has to itself counts by the share of the
 * block's time that is in the range, and what it has in shared blocks by the share of the stream's time. No block is read,
 * so of deleted entries those count that share a stream's time in a block with others which stay.
 */
final class UsageQueries {
  private final View view;
  private final Tenant tenant;
  private final List<LabelMatcher> matchers;
  private final long first;
  private final long last;
  private final Visibility visibility;
  private final ScanStats stats;

  // What the stream at hand has in the range, from where nothing of it has expired.
  private long from;
  private double entries;
  private double bytes;
  private int chunks;


  /** Takes what streams have in the range. */
  private interface Consumer {
    void segment(SegmentIndex index, int ref, long entries, long bytes, int chunks);

    void head(Labels labels, long entries, long bytes);
  }

  /**
   * Over entries with times in {@code [first, last]}, both inclusive.
   *
   * @param stats learns of indexes that cannot be read, and stops what takes long
   */
  UsageQueries(
      View view,
      Tenant tenant,
      List<LabelMatcher> matchers,
      long first,
      long last,
      Visibility visibility,
      ScanStats stats) {
    this.view = view;
    this.tenant = tenant;
    this.matchers = matchers;
    this.first = first;
    this.last = last;
    this.visibility = visibility;
    this.stats = stats;
  }

  IndexStats stats() {
    Fingerprints streams = new Fingerprints();
    long[] sums = new long[3];
    visit(
        new Consumer() {
          @Override
          public void segment(SegmentIndex index, int ref, long entries, long bytes, int chunks) {
            add(index.fingerprint(ref), entries, bytes, chunks);
          }

          @Override
          public void head(Labels labels, long entries, long bytes) {
            add(labels.fingerprint(), entries, bytes, 1);
          }

          private void add(long fingerprint, long entries, long bytes, int chunks) {
            streams.add(fingerprint);
            sums[0] += chunks;
            sums[1] += entries;
            sums[2] += bytes;
          }
        });
    return new IndexStats(streams.distinct(), sums[0], sums[1], sums[2]);
  }

  List<Volume> volume(List<String> targets, Volume.Grouping grouping, int limit) {
    VolumeGroups groups = new VolumeGroups(targets, grouping);
    visit(
        new Consumer() {
          @Override
          public void segment(SegmentIndex index, int ref, long entries, long bytes, int chunks) {
            groups.add(index, ref, bytes);
          }

          @Override
          public void head(Labels labels, long entries, long bytes) {
            groups.add(labels, bytes);
          }
        });
    return groups.largest(limit);
  }

  private void visit(Consumer consumer) {
    for (Segment segment : view.segments(tenant)) {
      stats.check();
      if (segment.info().mayHave(matchers, first, last)) {
        SegmentIndex index = segment.index(stats);
        if (index == null) {
          continue;
        }
        IntIterator refs = Matching.select(index, matchers, first, last).getIntIterator();
        while (refs.hasNext()) {
          int ref = refs.next();
          stats.checkSometimes();
          from = visibility.retention().keepsAll() ? first : from(index.labels(ref));
          measure(index, ref, deletions(index, ref));
          if (chunks > 0) {
            consumer.segment(index, ref, Math.round(entries), Math.round(bytes), chunks);
          }
        }
      }
    }
    for (TenantHead head : view.heads(tenant)) {
      stats.check();
      for (HeadStream stream : head.select(matchers, first, last)) {
        stats.checkSometimes();
        from = from(stream.labels());
        measure(
            stream, visibility.deletions(stream.labels(), Set.of(), stream.minTs(), stream.maxTs()));
        if (chunks > 0) {
          consumer.head(stream.labels(), Math.round(entries), Math.round(bytes));
        }
      }
    }
  }

  private long from(Labels stream) {
    return Math.max(first, visibility.cutoff(stream));
  }

  /** Labels cost something to get, and mostly nobody has asked to delete anything. */
  private Erasure deletions(SegmentIndex index, int ref) {
    return visibility.tombstones().isEmpty()
        ? Erasure.NOTHING
        : visibility.deletions(index.labels(ref), index.applied(), index.minTs(ref), index.maxTs(ref));
  }

  private void reset() {
    entries = 0;
    bytes = 0;
    chunks = 0;
  }

  private void measure(SegmentIndex index, int ref, Erasure deletions) {
    reset();
    if (deletions.hidesAll(index.minTs(ref), index.maxTs(ref))) {
      return;
    }
    long rows = index.rows(ref);
    long lines = index.lineBytes(ref);
    double metadataPerRow = rows == 0 ? 0 : (double) index.metadataBytes(ref) / rows;
    boolean untouched = !deletions.touches(index.minTs(ref), index.maxTs(ref));
    if (untouched && index.minTs(ref) >= from && index.maxTs(ref) <= last) {
      entries = rows;
      bytes = lines + (double) index.metadataBytes(ref);
      chunks = index.lastBlock(ref) - index.firstBlock(ref) + 1;
      return;
    }
    for (int b = index.firstBlock(ref); b <= index.lastBlock(ref); b++) {
      BlockInfo block = index.blocks().get(b);
      if (block.firstStream() == block.lastStream()) {
        rows -= block.rows();
        lines -= block.rawBytes();
        if (deletions.hidesAll(block.minTs(), block.maxTs())) {
          continue;
        }
        add(block.minTs(), block.maxTs(), block.rows(), block.rawBytes(), metadataPerRow);
      }
    }
    if (rows > 0) {
      add(index.minTs(ref), index.maxTs(ref), rows, lines, metadataPerRow);
    }
  }

  private void add(long minTs, long maxTs, long rows, long lines, double metadataPerRow) {
    long start = Math.max(minTs, from);
    long end = Math.min(maxTs, last);
    // Where all of the range has expired it ends before the first entry that counts.
    if (start <= end) {
      double inside = (double) end - start + 1;
      double share = Math.min(1, inside / ((double) maxTs - minTs + 1));
      entries += share * rows;
      bytes += share * (lines + metadataPerRow * rows);
      chunks++;
    }
  }

  private void measure(HeadStream stream, Erasure deletions) {
    reset();
    for (Chain chain : stream.chains(0, new ScanStats())) {
      for (Run run : deletions.applyTo(chain).runs()) {
        EntrySummary known = run.minTs() >= from && run.maxTs() <= last ? run.summary() : null;
        if (known != null) {
          entries += known.rows();
          bytes += known.lineBytes() + known.metadataBytes();
          chunks = 1;
        } else if (run.minTs() <= last && run.maxTs() >= from) {
          EntryBlock rows = run.rows();
          int start = rows.firstAtOrAfter(from);
          int end = last == Long.MAX_VALUE ? rows.size() : rows.firstAtOrAfter(last + 1);
          if (start < end) {
            entries += end - start;
            bytes += rows.lineEnd(end - 1) - rows.lineStart(start) + metadataBytes(rows, start, end);
            chunks = 1;
          }
        }
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // neighbours mostly share their set
  private static long metadataBytes(EntryBlock rows, int from, int to) {
    long sum = 0;
    long size = 0;
    Labels before = Labels.EMPTY;
    for (int r = from; r < to; r++) {
      Labels set = rows.metadata(r);
      if (set != before) {
        before = set;
        size = Utf8Text.length(set);
      }
      sum += size;
    }
    return sum;
  }
}
