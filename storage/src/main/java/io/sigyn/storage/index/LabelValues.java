package io.sigyn.storage.index;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/**
 * The values of one label, numbered in the order in which they came, and the streams of each. A table of hashes finds one;
 * expressions run over {@link ValueRun}s, which are made as values come and grow by powers, so that every value is sorted a
 * few times and no question sorts any. Not safe for use by several threads while streams are entered.
 */
final class LabelValues {
  private static final int FEW = 4;

  /** Hashes nobody can know, for whoever sends streams chooses their labels. */
  private static final long SECRET = ThreadLocalRandom.current().nextLong() | 1;

  /** The name of the label. */
  final String name;

  private final MutableRoaringBitmap presence = new MutableRoaringBitmap();
  private final HeadPostings postings;
  private String[] texts = new String[FEW];
  private int[] sets = new int[FEW];
  private int count;

  /** Numbers of values plus 1 below, the upper halves of their hashes above; 0 is free. A power of two, a quarter free. */
  private long[] places = new long[2 * FEW];

  /** What of a hash is not its first place. */
  private int shift = Long.SIZE - Integer.numberOfTrailingZeros(places.length);

  /** Of the values from the first on, but for less than {@link ValueRun#SMALLEST} of the last. */
  private final List<ValueRun> runs = new ArrayList<>();

  LabelValues(String name, HeadPostings postings) {
    this.name = name;
    this.postings = postings;
  }

  /**
   * Enters a stream under a reference higher than all before.
   *
   * @return the value as the object that all streams share
   */
  String add(String value, int ref) {
    presence.add(ref);
    long hash = hash(value);
    int place = place(value, hash);
    int number = (int) places[place] - 1;
    if (number < 0) {
      number = enter(value);
      places[place] = (hash & ~0xFFFFFFFFL) | count;
      if (4L * count > 3L * places.length) {
        rehash();
      }
    }
    sets[number] = postings.add(sets[number], ref);
    return texts[number];
  }

  private int enter(String value) {
    if (count == texts.length) {
      int more = count + (count >> 1);
      texts = Arrays.copyOf(texts, more);
      sets = Arrays.copyOf(sets, more);
    }
    texts[count] = value;
    sets[count] = HeadPostings.EMPTY;
    count++;
    if (count % ValueRun.SMALLEST == 0) {
      sort();
    }
    return count - 1;
  }

  /** Makes a run of the last values, and one of all neighbours that are as large as it, as long as there are enough. */
  private void sort() {
    runs.add(ValueRun.of(texts, count - ValueRun.SMALLEST));
    int size = ValueRun.SMALLEST * ValueRun.GROWTH;
    while (size <= ValueRun.LARGEST && count % size == 0) {
      List<ValueRun> parts = runs.subList(runs.size() - ValueRun.GROWTH, runs.size());
      ValueRun run = ValueRun.of(texts, parts);
      parts.clear();
      runs.add(run);
      size *= ValueRun.GROWTH;
    }
  }

  private void rehash() {
    long[] old = places;
    places = new long[2 * old.length];
    shift--;
    for (long place : old) {
      if (place != 0) {
        int at = home(place);
        while (places[at] != 0) {
          at = (at + 1) & (places.length - 1);
        }
        places[at] = place;
      }
    }
  }

  /** The place of a value, or the free one where it is missing. */
  private int place(String value, long hash) {
    int at = home(hash);
    while (places[at] != 0 && !isAt(at, value, hash)) {
      at = (at + 1) & (places.length - 1);
    }
    return at;
  }

  private boolean isAt(int place, String value, long hash) {
    long known = places[place];
    return known >>> 32 == hash >>> 32 && texts[(int) known - 1].equals(value);
  }

  private int home(long hash) {
    return (int) (hash >>> shift);
  }

  private static long hash(String value) {
    long hash = SECRET;
    for (int i = 0; i < value.length(); i++) {
      hash = (hash + value.charAt(i)) * SECRET;
    }
    return hash;
  }

  /** The number of values. */
  int size() {
    return count;
  }

  /** The streams that have the label; not to be changed. */
  ImmutableRoaringBitmap presence() {
    return presence;
  }

  /** The streams that have a value; not to be changed. */
  ImmutableRoaringBitmap posting(String value) {
    int number = (int) places[place(value, hash(value))] - 1;
    return postings.bitmap(number < 0 ? HeadPostings.EMPTY : sets[number]);
  }

  /** Adds the streams whose value the test accepts. */
  void accepted(ValueTest test, RefSet streams) {
    int sorted = count - count % ValueRun.SMALLEST;
    if (sorted > 0) {
      byte[][] prefixes =
          test.prefixes().stream().map(prefix -> prefix.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
      ValueTest.Walk walk = test.new Walk();
      for (ValueRun run : runs) {
        run.accepted(test, prefixes, walk, number -> postings.addTo(sets[number], streams));
      }
    }
    for (int number = sorted; number < count; number++) {
      if (test.accepts(texts[number])) {
        postings.addTo(sets[number], streams);
      }
    }
  }

  /** Hands over the values that some of the streams have, each once. */
  void values(ImmutableRoaringBitmap streams, Consumer<String> consumer) {
    for (int number = 0; number < count; number++) {
      if (postings.intersects(sets[number], streams)) {
        consumer.accept(texts[number]);
      }
    }
  }
}
