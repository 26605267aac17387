package io.sigyn.storage.index;

import io.sigyn.model.Labels;
import java.util.List;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/** Streams numbered {@code 0 .. size()-1}, and for each label pair the streams that carry it. Bitmaps are not to be changed. */
public interface StreamIndex {
  /** The number of streams. */
  int size();

  /** The labels of a stream. */
  Labels labels(int ref);

  /** The time of a stream's first entry here. */
  long minTs(int ref);

  /** The time of a stream's last entry here. */
  long maxTs(int ref);

  /** The names of labels, ascending, each once. */
  List<String> names();

  /** The streams that have the label, whatever its value. */
  ImmutableRoaringBitmap presence(String name);

  /** The streams that have this pair. */
  ImmutableRoaringBitmap posting(String name, String value);

  /** Calls the visitor with every value of a label that starts with the prefix. */
  void values(String name, String prefix, ValueVisitor visitor);

  /** Takes the values of a label, in no order that may be relied on. */
  @FunctionalInterface
  interface ValueVisitor {
    /** One value and the streams that carry it. */
    void value(String value, ImmutableRoaringBitmap streams);
  }
}
