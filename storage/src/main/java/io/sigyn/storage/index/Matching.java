package io.sigyn.storage.index;

import io.sigyn.model.LabelMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.roaringbitmap.buffer.BufferFastAggregation;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;
import org.roaringbitmap.IntIterator;

/**
 * Evaluates matchers on an index. A matcher that cannot hold for an absent label yields a set to keep; one that can
 * yields a set to remove. Kept sets are intersected smallest first, removed ones are taken off at the end.
 */
public final class Matching {
  private Matching() {}

  /** The streams that satisfy all matchers and have entries on both sides of or inside {@code [first, last]}. */
  public static ImmutableRoaringBitmap select(
      StreamIndex index, List<LabelMatcher> matchers, long first, long last) {
    ImmutableRoaringBitmap matched = match(index, matchers);
    MutableRoaringBitmap selected = new MutableRoaringBitmap();
    for (IntIterator refs = matched.getIntIterator(); refs.hasNext(); ) {
      int ref = refs.next();
      if (index.minTs(ref) <= last && index.maxTs(ref) >= first) {
        selected.add(ref);
      }
    }
    return selected;
  }

  /** The streams that satisfy all matchers. */
  public static ImmutableRoaringBitmap match(StreamIndex index, List<LabelMatcher> matchers) {
    List<ImmutableRoaringBitmap> keep = new ArrayList<>();
    List<ImmutableRoaringBitmap> remove = new ArrayList<>();
    for (LabelMatcher matcher : matchers) {
      evaluate(index, matcher, keep, remove);
    }
    keep.sort(Comparator.comparingInt(ImmutableRoaringBitmap::getCardinality));
    MutableRoaringBitmap result =
        keep.isEmpty()
            ? MutableRoaringBitmap.bitmapOfRange(0, index.size())
            : keep.getFirst().toMutableRoaringBitmap();
    for (int i = 1; i < keep.size() && !result.isEmpty(); i++) {
      result.and(keep.get(i));
    }
    for (ImmutableRoaringBitmap set : remove) {
      result.andNot(set);
    }
    return result;
  }

  private static void evaluate(
      StreamIndex index,
      LabelMatcher matcher,
      List<ImmutableRoaringBitmap> keep,
      List<ImmutableRoaringBitmap> remove) {
    String name = matcher.name();
    switch (matcher) {
      case LabelMatcher.Equal equal -> {
        if (equal.value().isEmpty()) {
          remove.add(index.presence(name));
        } else {
          keep.add(index.posting(name, equal.value()));
        }
      }
      case LabelMatcher.NotEqual not -> {
        if (not.value().isEmpty()) {
          keep.add(index.presence(name));
        } else {
          remove.add(index.posting(name, not.value()));
        }
      }
      case LabelMatcher.Regexp regexp -> {
        ValueSet set = ValueSet.of(regexp.value(), regexp);
        if (!regexp.matches("")) {
          keep.add(accepted(index, name, set, regexp));
        } else if (!(set instanceof ValueSet.All)) {
          remove.add(scan(index, name, "", value -> !regexp.matches(value)));
        }
      }
      case LabelMatcher.NotRegexp not -> {
        ValueSet set = ValueSet.of(not.value(), not);
        if (not.matches("")) {
          remove.add(accepted(index, name, set, not));
        } else {
          keep.add(scan(index, name, "", not::matches));
        }
      }
    }
  }

  /** The streams whose non-empty value the regular expression of a (negated or plain) matcher accepts. */
  private static ImmutableRoaringBitmap accepted(
      StreamIndex index, String name, ValueSet set, LabelMatcher matcher) {
    boolean negative = matcher instanceof LabelMatcher.NotRegexp;
    return switch (set) {
      case ValueSet.Literals literals ->
          union(literals.values().stream().map(value -> index.posting(name, value)).toList());
      case ValueSet.NonEmpty any -> index.presence(name);
      case ValueSet.All any -> index.presence(name);
      case ValueSet.Prefixed prefixed ->
          scan(index, name, prefixed.prefix(), value -> matcher.matches(value) != negative);
    };
  }

  private static ImmutableRoaringBitmap scan(
      StreamIndex index, String name, String prefix, java.util.function.Predicate<String> accepts) {
    List<ImmutableRoaringBitmap> sets = new ArrayList<>();
    index.values(
        name,
        prefix,
        (value, streams) -> {
          if (accepts.test(value)) {
            sets.add(streams);
          }
        });
    return union(sets);
  }

  private static ImmutableRoaringBitmap union(List<ImmutableRoaringBitmap> sets) {
    return sets.size() == 1 ? sets.getFirst() : BufferFastAggregation.or(sets.iterator());
  }
}
