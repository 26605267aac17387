package io.sigyn.storage.index;

import io.sigyn.model.Labels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/**
 * Postings that grow stream by stream. Most values of most streams are rare (pods, instances), so a posting is a few
 * numbers in an array before it becomes a bitmap. Not safe for use by several threads.
 */
public final class HeadIndex {
  private static final ImmutableRoaringBitmap NONE = new MutableRoaringBitmap();

  private static final class Name {
    final String text;
    final MutableRoaringBitmap presence = new MutableRoaringBitmap();
    final TreeMap<String, HeadPosting> values = new TreeMap<>();

    Name(String text) {
      this.text = text;
    }
  }

  private final Map<String, Name> names = new HashMap<>();

  /**
   * Enters a stream under a reference higher than all before.
   *
   * @return equal labels whose strings are shared with all other streams that have them
   */
  public Labels add(Labels labels, int ref) {
    String[] shared = new String[2 * labels.size()];
    for (int i = 0; i < labels.size(); i++) {
      Name name = names.computeIfAbsent(labels.name(i), Name::new);
      name.presence.add(ref);
      HeadPosting posting = name.values.computeIfAbsent(labels.value(i), HeadPosting::new);
      posting.add(ref);
      shared[2 * i] = name.text;
      shared[2 * i + 1] = posting.value;
    }
    return Labels.ofSorted(shared);
  }

  /** See {@link StreamIndex#names}. */
  public List<String> names() {
    return names.keySet().stream().sorted().toList();
  }

  /** See {@link StreamIndex#presence}. */
  public ImmutableRoaringBitmap presence(String name) {
    Name entry = names.get(name);
    return entry == null ? NONE : entry.presence;
  }

  /** See {@link StreamIndex#posting}. */
  public ImmutableRoaringBitmap posting(String name, String value) {
    Name entry = names.get(name);
    @Nullable HeadPosting posting = entry == null ? null : entry.values.get(value);
    return posting == null ? NONE : posting.bitmap();
  }

  /** The number of different values of a label. */
  public int values(String name) {
    Name entry = names.get(name);
    return entry == null ? 0 : entry.values.size();
  }

  /** Adds the streams whose value of a label the test accepts. */
  public void accepted(String name, ValueTest test, RefSet streams) {
    Name entry = names.get(name);
    if (entry == null) {
      return;
    }
    boolean all = test.acceptsAllPrefixed();
    for (String prefix : test.prefixes()) {
      for (HeadPosting posting : entry.values.tailMap(prefix, true).values()) {
        if (!posting.value.startsWith(prefix)) {
          break;
        }
        if (all || test.accepts(posting.value)) {
          posting.addTo(streams);
        }
      }
    }
  }

  /** See {@link StreamIndex#values}. */
  public void values(String name, ImmutableRoaringBitmap streams, Consumer<String> consumer) {
    Name entry = names.get(name);
    if (entry == null) {
      return;
    }
    for (HeadPosting posting : entry.values.values()) {
      if (posting.intersects(streams)) {
        consumer.accept(posting.value);
      }
    }
  }
}
