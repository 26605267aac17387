package io.sigyn.storage.segment;

import io.sigyn.storage.codec.SymbolTable;
import io.sigyn.storage.index.RefSet;
import io.sigyn.storage.index.ValueTest;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.roaringbitmap.IntIterator;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/** Finds a segment's streams by label: symbols, pairs and postings taken together. Safe for use by many threads. */
final class SegmentPostings {
  private static final ImmutableRoaringBitmap NONE = new MutableRoaringBitmap();

  /** Looking up the value of one stream costs about as much as trying this many values in a row. */
  private static final int LOOK_UP = 4;

  private final SegmentId id;
  private final SymbolTable symbols;
  private final StreamTable streams;
  private final PostingsTable postings;
  private final MatchCache matches;

  SegmentPostings(
      SegmentId id, SymbolTable symbols, StreamTable streams, PostingsTable postings, MatchCache matches) {
    this.id = id;
    this.symbols = symbols;
    this.streams = streams;
    this.postings = postings;
    this.matches = matches;
  }

  /** The bytes of symbols and postings. */
  long weight() {
    return (long) symbols.weight() + postings.weight();
  }

  List<String> names() {
    return postings.names();
  }

  ImmutableRoaringBitmap presence(String name) {
    int n = label(name);
    return n < 0 ? NONE : postings.presence(n);
  }

  ImmutableRoaringBitmap posting(String name, String value) {
    int n = label(name);
    int symbol = n < 0 ? -1 : symbols.find(utf8(value));
    if (symbol < 0) {
      return NONE;
    }
    int pair = place(n, symbol);
    return pair < postings.end(n) && streams.valueOf(pair) == symbol ? postings.posting(pair) : NONE;
  }

  /** The number of a name, negative when there is none. */
  int label(String name) {
    return postings.name(name);
  }

  /** The pair of a stream with a name given by its number. */
  int pair(int ref, int label) {
    return label < 0 ? -1 : streams.pairIn(ref, postings.first(label), postings.end(label));
  }

  /** The first pair of a name whose value's symbol is not below a given one. */
  private int place(int name, int symbol) {
    int low = postings.first(name);
    int high = postings.end(name);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (streams.valueOf(middle) < symbol) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  ImmutableRoaringBitmap accepted(String name, ValueTest test, ImmutableRoaringBitmap among) {
    int n = label(name);
    if (n < 0) {
      return NONE;
    }
    MatchCache.Key key = new MatchCache.Key(id, name, test.text());
    ImmutableRoaringBitmap known = matches.get(key);
    if (known != null) {
      return known;
    }
    int values = postings.end(n) - postings.first(n);
    if ((long) LOOK_UP * among.getCardinality() < values && !isNarrow(test)) {
      return acceptedAmong(n, test, among);
    }
    RefSet set = new RefSet(streams.size());
    for (String prefix : test.prefixes()) {
      scan(n, test, utf8(prefix), pair -> postings.addTo(pair, set));
    }
    MutableRoaringBitmap result = set.toBitmap();
    result.runOptimize();
    matches.put(key, result);
    return result;
  }

  /** Whether prefixes leave few values to try. */
  private static boolean isNarrow(ValueTest test) {
    return !test.prefixes().equals(List.of(""));
  }

  private ImmutableRoaringBitmap acceptedAmong(int name, ValueTest test, ImmutableRoaringBitmap among) {
    MutableRoaringBitmap accepted = new MutableRoaringBitmap();
    int first = postings.first(name);
    int end = postings.end(name);
    for (IntIterator refs = among.getIntIterator(); refs.hasNext(); ) {
      int ref = refs.next();
      int pair = streams.pairIn(ref, first, end);
      if (pair >= 0 && test.accepts(symbols.get(streams.valueOf(pair)))) {
        accepted.add(ref);
      }
    }
    return accepted;
  }

  /** Hands over the pairs of a name whose values have a prefix and pass the test. */
  private void scan(int name, ValueTest test, byte[] prefix, IntConsumer pairs) {
    int from = place(name, symbols.from(prefix));
    int to = place(name, symbols.behind(prefix));
    if (test.acceptsAllPrefixed()) {
      for (int pair = from; pair < to; pair++) {
        pairs.accept(pair);
      }
      return;
    }
    SymbolTable.Cursor cursor = symbols.new Cursor();
    ValueTest.Walk walk = test.new Walk();
    for (int pair = from; pair < to; pair++) {
      cursor.seek(streams.valueOf(pair));
      if (walk.accepts(cursor.buffer(), cursor.length(), cursor.shared())) {
        pairs.accept(pair);
      }
    }
  }

  void values(String name, ImmutableRoaringBitmap among, Consumer<String> consumer) {
    int n = label(name);
    if (n < 0) {
      return;
    }
    int first = postings.first(n);
    int end = postings.end(n);
    int wanted = among.getCardinality();
    SymbolTable.Cursor cursor = symbols.new Cursor();
    if (wanted == streams.size()) {
      for (int pair = first; pair < end; pair++) {
        consumer.accept(cursor.seek(streams.valueOf(pair)).text());
      }
    } else if (wanted < LOOK_UP * (end - first)) {
      BitSet seen = new BitSet();
      among.forEach(
          (int ref) -> {
            int pair = streams.pairIn(ref, first, end);
            if (pair >= 0) {
              seen.set(pair - first);
            }
          });
      seen.stream().forEach(i -> consumer.accept(cursor.seek(streams.valueOf(first + i)).text()));
    } else {
      for (int pair = first; pair < end; pair++) {
        if (postings.intersects(pair, among)) {
          consumer.accept(cursor.seek(streams.valueOf(pair)).text());
        }
      }
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
