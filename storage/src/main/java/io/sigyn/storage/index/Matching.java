package io.sigyn.storage.index;

import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.gocompat.regexp.ValueShape;
import io.sigyn.model.LabelMatcher;
import io.sigyn.storage.codec.Utf8Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.roaringbitmap.IntIterator;
import org.roaringbitmap.buffer.BufferFastAggregation;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/**
 * Evaluates matchers on an index. A matcher that cannot hold for an absent label yields a set to keep; one that can
 * yields a set to remove. Kept sets are intersected smallest first, then the removed ones are taken off. Expressions whose
 * values must be tried come last, so that they are tried on what is left when that is less.
 */
public final class Matching {
  private static final ImmutableRoaringBitmap NONE = new MutableRoaringBitmap();

  private final StreamIndex index;
  private final List<ImmutableRoaringBitmap> keep = new ArrayList<>();
  private final List<ImmutableRoaringBitmap> remove = new ArrayList<>();
  private final List<Trial> trials = new ArrayList<>();

  /** An expression whose values must be tried. */
  private record Trial(String name, ValueTest test, boolean negative, boolean acceptsEmpty) {
    /** Whether the streams whose values it accepts are those that the matcher lets pass. */
    boolean isAnswer() {
      return !negative && !acceptsEmpty;
    }
  }

  private Matching(StreamIndex index) {
    this.index = index;
  }

  /** The streams that satisfy all matchers and have entries on both sides of or inside {@code [first, last]}. */
  public static ImmutableRoaringBitmap select(
      StreamIndex index, List<LabelMatcher> matchers, long first, long last) {
    ImmutableRoaringBitmap matched = match(index, matchers);
    if (index.liesWithin(first, last)) {
      return matched;
    }
    MutableRoaringBitmap selected = new MutableRoaringBitmap();
    for (IntIterator refs = matched.getIntIterator(); refs.hasNext(); ) {
      int ref = refs.next();
      long oldest = index.minTs(ref);
      long newest = index.maxTs(ref);
      if (oldest <= newest && oldest <= last && newest >= first) {
        selected.add(ref);
      }
    }
    return selected;
  }

  /** The streams that satisfy all matchers, be there entries of them or not. */
  public static ImmutableRoaringBitmap match(StreamIndex index, List<LabelMatcher> matchers) {
    Matching matching = new Matching(index);
    for (LabelMatcher matcher : matchers) {
      matching.look(matcher);
    }
    return matching.result();
  }

  private void look(LabelMatcher matcher) {
    switch (matcher) {
      case LabelMatcher.Equal equal -> texts(equal.name(), List.of(equal.value()), false);
      case LabelMatcher.NotEqual not -> texts(not.name(), List.of(not.value()), true);
      case LabelMatcher.Regexp regexp -> look(regexp.name(), regexp.regexp(), false);
      case LabelMatcher.NotRegexp not -> look(not.name(), not.regexp(), true);
    }
  }

  private void look(String name, GoRegexp regexp, boolean negative) {
    switch (regexp.valueShape()) {
      case ValueShape.Texts texts -> texts(name, texts.values(), negative);
      case ValueShape.NotEmpty any -> (negative ? remove : keep).add(index.presence(name));
      case ValueShape.Parts parts -> {
        if (!parts.all()) {
          trials.add(new Trial(name, new ValueTest(regexp, parts), negative, regexp.matchesWhole("")));
        } else if (negative) {
          keep.add(NONE);
        }
      }
    }
  }

  /** Streams with one of the values, or with none of them. */
  private void texts(String name, List<String> values, boolean negative) {
    boolean empty = values.contains("");
    ImmutableRoaringBitmap carriers = carriers(name, values);
    // An absent label has the empty value: with it among the texts, all are meant but the carriers of other values.
    ImmutableRoaringBitmap set =
        !empty ? carriers : ImmutableRoaringBitmap.andNot(index.presence(name), carriers);
    (negative == empty ? keep : remove).add(set);
  }

  private ImmutableRoaringBitmap carriers(String name, List<String> values) {
    List<ImmutableRoaringBitmap> sets = new ArrayList<>(values.size());
    for (String value : values) {
      // Queries may ask for what is no text, and no stream has; as bytes it would look like another value.
      if (!value.isEmpty() && Utf8Text.isWellFormed(value)) {
        ImmutableRoaringBitmap posting = index.posting(name, value);
        if (!posting.isEmpty()) {
          sets.add(posting);
        }
      }
    }
    return switch (sets.size()) {
      case 0 -> NONE;
      case 1 -> sets.getFirst();
      default -> BufferFastAggregation.or(sets.iterator());
    };
  }

  private ImmutableRoaringBitmap result() {
    if (keep.isEmpty() && remove.isEmpty() && !trials.isEmpty() && trials.getFirst().isAnswer()) {
      Trial first = trials.removeFirst();
      keep.add(index.accepted(first.name, first.test, all()));
    }
    keep.sort(Comparator.comparingInt(ImmutableRoaringBitmap::getCardinality));
    if (keep.size() == 1 && remove.isEmpty() && trials.isEmpty()) {
      return keep.getFirst();
    }
    MutableRoaringBitmap result =
        keep.isEmpty()
            ? all()
            : keep.size() == 1
                ? keep.getFirst().toMutableRoaringBitmap()
                : MutableRoaringBitmap.and(keep.get(0), keep.get(1));
    for (int i = 2; i < keep.size() && !result.isEmpty(); i++) {
      result.and(keep.get(i));
    }
    for (int i = 0; i < remove.size() && !result.isEmpty(); i++) {
      result.andNot(remove.get(i));
    }
    for (int i = 0; i < trials.size() && !result.isEmpty(); i++) {
      attempt(trials.get(i), result);
    }
    return result;
  }

  private MutableRoaringBitmap all() {
    return MutableRoaringBitmap.bitmapOfRange(0, index.size());
  }

  private void attempt(Trial trial, MutableRoaringBitmap result) {
    ImmutableRoaringBitmap accepted = index.accepted(trial.name, trial.test, result);
    if (!trial.acceptsEmpty) {
      if (trial.negative) {
        result.andNot(accepted);
      } else {
        result.and(accepted);
      }
    } else if (trial.negative) {
      result.and(ImmutableRoaringBitmap.andNot(index.presence(trial.name), accepted));
    } else {
      result.andNot(ImmutableRoaringBitmap.andNot(index.presence(trial.name), accepted));
    }
  }
}
