package io.sigyn.storage.index;

import io.sigyn.model.Labels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/**
 * Postings that grow stream by stream. Many threads may read while none enters a stream; questions change nothing.
 */
public final class HeadIndex {
  private static final ImmutableRoaringBitmap NONE = new MutableRoaringBitmap();

  private final Map<String, LabelValues> names = new HashMap<>();
  private final HeadPostings postings = new HeadPostings();

  /**
   * Enters a stream under a reference higher than all before.
   *
   * @param labels well-formed: without halves of surrogate pairs
   * @return equal labels whose strings are shared with all other streams that have them
   */
  public Labels add(Labels labels, int ref) {
    String[] shared = new String[2 * labels.size()];
    for (int i = 0; i < labels.size(); i++) {
      LabelValues values = names.get(labels.name(i));
      if (values == null) {
        values = new LabelValues(labels.name(i), postings);
        names.put(values.name, values);
      }
      shared[2 * i] = values.name;
      shared[2 * i + 1] = values.add(labels.value(i), ref);
    }
    return Labels.ofSorted(shared);
  }

  /** See {@link StreamIndex#names}. */
  public List<String> names() {
    return names.keySet().stream().sorted().toList();
  }

  /** See {@link StreamIndex#presence}. */
  public ImmutableRoaringBitmap presence(String name) {
    LabelValues values = names.get(name);
    return values == null ? NONE : values.presence();
  }

  /** See {@link StreamIndex#posting}. */
  public ImmutableRoaringBitmap posting(String name, String value) {
    LabelValues values = names.get(name);
    return values == null ? NONE : values.posting(value);
  }

  /** The number of different values of a label. */
  public int values(String name) {
    LabelValues values = names.get(name);
    return values == null ? 0 : values.size();
  }

  /** Adds the streams whose value of a label the test accepts. */
  public void accepted(String name, ValueTest test, RefSet streams) {
    LabelValues values = names.get(name);
    if (values != null) {
      values.accepted(test, streams);
    }
  }

  /** See {@link StreamIndex#values}. */
  public void values(String name, ImmutableRoaringBitmap streams, Consumer<String> consumer) {
    LabelValues values = names.get(name);
    if (values != null) {
      values.values(streams, consumer);
    }
  }
}
