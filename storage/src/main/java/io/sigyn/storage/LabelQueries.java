package io.sigyn.storage;

import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.storage.head.TenantHead;
import io.sigyn.storage.index.Matching;
import io.sigyn.storage.index.StreamIndex;
import io.sigyn.storage.segment.Segment;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/**
 * Answers about labels from the indexes of one view, without reading a block. A stream counts when its oldest and newest
 * entries in some segment or generation enclose or touch the range.
 */
final class LabelQueries {
  private final View view;
  private final Tenant tenant;
  private final List<LabelMatcher> matchers;
  private final long first;
  private final long last;
  private final Visibility visibility;
  private final ScanStats stats;

  /**
   * Over streams with unexpired entries around or inside {@code [first, last]}, both inclusive.
   *
   * @param stats learns of indexes that cannot be read, and stops what takes long
   */
  LabelQueries(
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

  NavigableSet<String> names() {
    NavigableSet<String> names = new TreeSet<>();
    visit(
        (index, streams) -> {
          for (String name : index.names()) {
            stats.checkSometimes();
            if (!names.contains(name) && ImmutableRoaringBitmap.intersects(index.presence(name), streams)) {
              names.add(name);
            }
          }
        });
    return names;
  }

  NavigableSet<String> values(String name) {
    NavigableSet<String> values = new TreeSet<>();
    visit(
        (index, streams) ->
            index.values(
                name,
                streams,
                value -> {
                  stats.checkSometimes();
                  values.add(value);
                }));
    return values;
  }

  NavigableSet<Labels> series() {
    NavigableSet<Labels> series = new TreeSet<>();
    visit(
        (index, streams) ->
            streams.forEach(
                (int ref) -> {
                  stats.checkSometimes();
                  series.add(index.labels(ref));
                }));
    return series;
  }

  private void visit(BiConsumer<StreamIndex, ImmutableRoaringBitmap> visitor) {
    for (Segment segment : view.segments(tenant)) {
      stats.check();
      if (segment.info().mayHave(matchers, first, last)) {
        StreamIndex index = segment.index(stats);
        if (index != null) {
          visitor.accept(index, select(index));
        }
      }
    }
    for (TenantHead head : view.heads(tenant)) {
      stats.check();
      head.read(index -> visitor.accept(index, select(index)));
    }
  }

  private ImmutableRoaringBitmap select(StreamIndex index) {
    ImmutableRoaringBitmap selected = Matching.select(index, matchers, first, last);
    if (visibility.retention().keepsAll()) {
      return selected;
    }
    MutableRoaringBitmap alive = new MutableRoaringBitmap();
    selected.forEach(
        (int ref) -> {
          stats.checkSometimes();
          if (index.maxTs(ref) >= visibility.cutoff(index.labels(ref))) {
            alive.add(ref);
          }
        });
    return alive;
  }
}
