package io.sigyn.storage;

import io.sigyn.model.Direction;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.EntrySummary;
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
import io.sigyn.storage.segment.StreamTimes;
import io.sigyn.storage.tombstone.Erasure;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.roaringbitmap.IntIterator;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

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
  EntryCursor open(Selection selection, Leases.Lease lease) {
    BlockReader reader = new BlockReader(selection.test(), selection.text(), stats);
    List<Source> sources = new ArrayList<>();
    for (Segment segment : view.segments(tenant)) {
      stats.check();
      if (segment.info().mayHave(matchers, first, last)) {
        SegmentIndex index = segment.index(stats);
        if (index != null) {
          sources.add(new Source(segment, index, Matching.select(index, matchers, first, last)));
        }
      }
    }
    List<List<HeadStream>> heads = new ArrayList<>();
    for (TenantHead head : view.heads(tenant)) {
      stats.check();
      heads.add(head.select(matchers, first, last));
    }
    boolean sums = sums(selection, sources, heads);
    for (Source source : sources) {
      stats.blocksMatched += source.blocks(source.refs).cardinality();
      if (!sums) {
        read(source, source.refs, streams, selection, reader);
      }
    }
    for (List<HeadStream> head : heads) {
      head.forEach(this::read);
    }
    List<Summed> summed = sums ? sum(sources, selection, reader) : List.of();
    stats.streams += streams.size() + (sums ? distinct(sources) : 0);
    List<StreamMerge> merges = merges(streams, selection.direction());
    return switch (selection.order()) {
      case TIME -> new StoreCursor(merges, selection.direction(), reader, stats, lease);
      case STREAM -> new StreamsCursor(summed, merges, selection.direction(), reader, stats, lease);
    };
  }

  /** Whether streams may be known together. */
  private boolean sums(Selection selection, List<Source> sources, List<List<HeadStream>> heads) {
    long entries = sources.stream().mapToLong(source -> source.refs.getCardinality()).sum();
    return selection.labels().filter(names -> noneHas(names, sources, heads)).isPresent()
        && selection.order() == Selection.Order.STREAM
        && visibility.tombstones().isEmpty()
        && entries < SharedStreams.MOST / 2;
  }

  /** Whether no stream has one of these labels. */
  private boolean noneHas(Set<String> names, List<Source> sources, List<List<HeadStream>> heads) {
    for (String name : names) {
      for (Source source : sources) {
        if (ImmutableRoaringBitmap.intersects(source.index.presence(name), source.refs)) {
          return false;
        }
      }
      for (List<HeadStream> head : heads) {
        for (HeadStream stream : head) {
          stats.checkSometimes();
          if (stream.labels().has(name)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private void read(HeadStream stream) {
    stats.checkSometimes();
    Sources sources = sources(streams, stream.labels());
    List<Chain> chains = stream.chains(sources.ranks, stats);
    sources.ranks += stream.ranks();
    Erasure deletions = visibility.deletions(stream.labels(), Set.of(), stream.minTs(), stream.maxTs());
    chains.forEach(chain -> sources.chains.add(deletions.applyTo(chain)));
  }

  private List<StreamMerge> merges(Map<Labels, Sources> of, Direction direction) {
    List<StreamMerge> merges = new ArrayList<>(of.size());
    of.forEach(
        (labels, sources) ->
            merges.add(
                new StreamMerge(
                    labels, sources.chains, Math.max(first, visibility.cutoff(labels)), last, direction)));
    return merges;
  }

  private record Source(Segment segment, SegmentIndex index, ImmutableRoaringBitmap refs) {
    /** The blocks that some of its streams lie in. */
    BitSet blocks(ImmutableRoaringBitmap of) {
      return index.blocksOf(of);
    }

    /** Whether metadata, maybe renamed because streams have its name, may be one of these labels: a sum would not do. */
    boolean tellsApart(Set<String> names) {
      return index.metadataNames().stream().anyMatch(column -> names.stream().anyMatch(n -> n.startsWith(column)));
    }

    SharedStreams.Span span() {
      return new SharedStreams.Span(segment.info().footer().minTs(), segment.info().footer().maxTs());
    }
  }

  /** Finds the streams of segments that have entries elsewhere at the same time; what was read so far is in memory. */
  private BitSet[] shared(List<Source> sources) {
    List<SharedStreams.Span> spans = new ArrayList<>(sources.stream().map(Source::span).toList());
    long minTs = Long.MAX_VALUE;
    long maxTs = Long.MIN_VALUE;
    for (Sources inMemory : streams.values()) {
      // What chains have, for more may come to the stream meanwhile.
      for (Chain chain : inMemory.chains) {
        minTs = Math.min(minTs, chain.minTs());
        maxTs = Math.max(maxTs, chain.maxTs());
      }
    }
    spans.add(new SharedStreams.Span(minTs, maxTs));
    SharedStreams shared = new SharedStreams(spans);
    streams.forEach(
        (labels, inMemory) -> {
          for (Chain chain : inMemory.chains) {
            shared.add(labels.fingerprint(), sources.size(), 0, chain.minTs(), chain.maxTs());
          }
        });
    for (int s = 0; s < sources.size(); s++) {
      SegmentIndex index = sources.get(s).index;
      for (IntIterator refs = sources.get(s).refs.getIntIterator(); refs.hasNext() && shared.mayShare(s); ) {
        stats.checkSometimes();
        int ref = refs.next();
        shared.add(index.fingerprint(ref), s, ref, index.minTs(ref), index.maxTs(ref));
      }
    }
    return shared.shared();
  }

  /** Adds up the streams that cannot have an entry twice and lie in the range; the others are read. */
  private List<Summed> sum(List<Source> sources, Selection selection, BlockReader reader) {
    BitSet[] twice = shared(sources);
    long alive = Math.max(first, visibility.retention().cutoffOfSome(visibility.now()));
    List<Summed> summed = new ArrayList<>();
    for (int s = 0; s < sources.size(); s++) {
      Source source = sources.get(s);
      if (source.tellsApart(selection.labels().orElse(Set.of()))) {
        read(source, source.refs, streams, selection, reader);
        continue;
      }
      MutableRoaringBitmap others = new MutableRoaringBitmap();
      Sum sum = new Sum();
      for (IntIterator refs = source.refs.getIntIterator(); refs.hasNext(); ) {
        stats.checkSometimes();
        int ref = refs.next();
        if (!twice[s].get(ref) && source.index.minTs(ref) >= alive && source.index.maxTs(ref) <= last) {
          sum.add(source.index, ref);
        } else {
          others.add(ref);
        }
      }
      ImmutableRoaringBitmap alone =
          others.isEmpty() ? source.refs : ImmutableRoaringBitmap.andNot(source.refs, others);
      read(source, others, streams, selection, reader);
      if (sum.rows > 0) {
        StreamTimes times = new StreamTimes(source.segment, source.index, alone, reader, stats);
        summed.add(
            new Summed(
                sum.summary(source.index),
                () -> times.of(sum.rows),
                () -> {
                  Map<Labels, Sources> apart = new LinkedHashMap<>();
                  read(source, alone, apart, selection, reader);
                  return merges(apart, selection.direction());
                }));
      }
    }
    return summed;
  }

  private static final class Sum {
    private long rows;
    private long lineBytes;
    private long metadataBytes;
    private long minTs = Long.MAX_VALUE;
    private long maxTs = Long.MIN_VALUE;

    void add(SegmentIndex index, int ref) {
      rows += index.rows(ref);
      lineBytes += index.bytes(ref);
      metadataBytes += index.metadataBytes(ref);
      minTs = Math.min(minTs, index.minTs(ref));
      maxTs = Math.max(maxTs, index.maxTs(ref));
    }

    EntrySummary summary(SegmentIndex index) {
      return new EntrySummary(
          Labels.EMPTY, rows, lineBytes, metadataBytes, minTs, maxTs, List.of(), index.metadataNames(), false);
    }
  }

  private long distinct(List<Source> sources) {
    Fingerprints fingerprints = new Fingerprints();
    for (Source source : sources) {
      source.refs.forEach((int ref) -> fingerprints.add(source.index.fingerprint(ref)));
    }
    streams.keySet().forEach(labels -> fingerprints.add(labels.fingerprint()));
    return fingerprints.distinct() - streams.size();
  }

  /** Adds the chains of some streams of a segment. */
  private void read(
      Source source, ImmutableRoaringBitmap of, Map<Labels, Sources> into, Selection selection, BlockReader reader) {
    SegmentIndex index = source.index;
    for (IntIterator refs = of.getIntIterator(); refs.hasNext(); ) {
      stats.checkSometimes();
      int ref = refs.next();
      Labels labels = index.labels(ref);
      Sources sources = sources(into, labels);
      SegmentChain chain = new SegmentChain(source.segment, index, ref, labels, sources.ranks, reader);
      sources.ranks += chain.ranks();
      Erasure deletions = visibility.deletions(labels, index.applied(), chain.minTs(), chain.maxTs());
      sources.chains.add(deletions.applyTo(chain));
    }
    if (selection.order() == Selection.Order.STREAM) {
      reader.expect(source.segment, source.blocks(of));
    }
  }

  private static Sources sources(Map<Labels, Sources> of, Labels labels) {
    return of.computeIfAbsent(labels, key -> new Sources());
  }
}
