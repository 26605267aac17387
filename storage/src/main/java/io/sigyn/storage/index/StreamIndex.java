package io.sigyn.storage.index;

import io.sigyn.model.Labels;
import java.util.List;
import java.util.function.Consumer;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/**
 * Streams numbered {@code 0 .. size()-1}, and for each label pair the streams that carry it. Some may have no entries here: a
 * generation in memory shares its index with others. Bitmaps are not to be changed.
 */
public interface StreamIndex {
  /** The number of streams. */
  int size();

  /** The labels of a stream. */
  Labels labels(int ref);

  /** The time of a stream's first entry here; MAX_VALUE without entries. */
  long minTs(int ref);

  /** The time of a stream's last entry here; MIN_VALUE without entries. */
  long maxTs(int ref);

  /** Whether no stream has entries outside of {@code [first, last]}, as far as that is known without looking at each. */
  boolean liesWithin(long first, long last);

  /** The names of labels, ascending, each once. */
  List<String> names();

  /** The streams that have the label, whatever its value. */
  ImmutableRoaringBitmap presence(String name);

  /** The streams that have this pair. */
  ImmutableRoaringBitmap posting(String name, String value);

  /**
   * The streams whose value of a label a test accepts.
   *
   * @param among the only streams of which the answer must be right; it may have or lack any others
   */
  ImmutableRoaringBitmap accepted(String name, ValueTest test, ImmutableRoaringBitmap among);

  /** Hands over the values of a label that some of the streams have, each once, in no order that may be relied on. */
  void values(String name, ImmutableRoaringBitmap streams, Consumer<String> consumer);
}
