package io.sigyn.storage;

import io.sigyn.model.Direction;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.storage.head.HeadStream;
import io.sigyn.storage.head.TenantHead;
import io.sigyn.storage.index.Matching;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.rows.Chain;
import io.sigyn.storage.rows.StreamMerge;
import io.sigyn.storage.segment.BlockReader;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentChain;
import io.sigyn.storage.segment.SegmentIndex;
import io.sigyn.storage.tombstone.Erasure;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.roaringbitmap.IntIterator;

/**
 * Turns a selection into a cursor over one view: streams from every index, and for each stream its chains in the order of
 * arrival, segments first, the active generation last. Reads indexes but no block.
 */
final class Selector {
  private static final class Sources {
    final List<Chain> chains = new ArrayList<>();
    int ranks;
  }

  private final View view;
  private final Tenant tenant;
  private final List<LabelMatcher> matchers;
  private final long first;
  private final long last;
  private final ScanStats stats;
  private final Visibility visibility;
  private final Map<Labels, Sources> streams = new LinkedHashMap<>();

  /** Over the visible entries with times in {@code [first, last]}, both inclusive. */
  Selector(
      View view,
      Tenant tenant,
      List<LabelMatcher> matchers,
      long first,
      long last,
      ScanStats stats,
      Visibility visibility) {
    this.view = view;
    this.tenant = tenant;
    this.matchers = matchers;
    this.first = first;
    this.last = last;
    this.stats = stats;
    this.visibility = visibility;
  }

  /** The cursor keeps the lease, under which the view must have been read, until it is closed. */
  EntryCursor open(
      Direction direction, Selection.Order order, Selection.TextTest test, boolean text, Leases.Lease lease) {
    BlockReader reader = new BlockReader(test, text, stats);
    for (Segment segment : view.segments(tenant)) {
      if (segment.info().mayHave(matchers, first, last)) {
        SegmentIndex index = segment.index();
        if (index == null) {
          stats.damaged(segment.damage());
        } else {
          BitSet blocks = segment(segment, index, reader);
          if (order == Selection.Order.STREAM) {
            reader.expect(segment, blocks);
          }
        }
      }
    }
    for (TenantHead head : view.heads(tenant)) {
      for (HeadStream stream : head.select(matchers, first, last)) {
        Sources sources = sources(stream.labels());
        List<Chain> chains = stream.chains(sources.ranks, stats);
        sources.ranks += stream.ranks();
        Erasure deletions =
            visibility.deletions(stream.labels(), Set.of(), stream.minTs(), stream.maxTs());
        chains.forEach(chain -> sources.chains.add(deletions.applyTo(chain)));
      }
    }
    stats.streams += streams.size();
    List<StreamMerge> merges = new ArrayList<>(streams.size());
    streams.forEach(
        (labels, sources) ->
            merges.add(
                new StreamMerge(
                    labels, sources.chains, Math.max(first, visibility.cutoff(labels)), last, direction)));
    return switch (order) {
      case TIME -> new StoreCursor(merges, direction, reader, stats, lease);
      case STREAM -> new StreamsCursor(merges, direction, reader, stats, lease);
    };
  }

  private BitSet segment(Segment segment, SegmentIndex index, BlockReader reader) {
    BitSet blocks = new BitSet();
    for (IntIterator refs = Matching.select(index, matchers, first, last).getIntIterator(); refs.hasNext(); ) {
      int ref = refs.next();
      Labels labels = index.labels(ref);
      Sources sources = sources(labels);
      SegmentChain chain = new SegmentChain(segment, index, ref, labels, sources.ranks, reader);
      sources.ranks += chain.ranks();
      Erasure deletions = visibility.deletions(labels, index.applied(), chain.minTs(), chain.maxTs());
      sources.chains.add(deletions.applyTo(chain));
      blocks.set(index.firstBlock(ref), index.lastBlock(ref) + 1);
    }
    stats.blocksMatched += blocks.cardinality();
    return blocks;
  }

  private Sources sources(Labels labels) {
    return streams.computeIfAbsent(labels, key -> new Sources());
  }
}
