package io.sigyn.storage.index;

import io.sigyn.model.Labels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/** Postings that grow stream by stream. Not safe for use by several threads. */
public final class HeadIndex {
  private static final ImmutableRoaringBitmap NONE = new MutableRoaringBitmap();

  private static final class Name {
    final MutableRoaringBitmap presence = new MutableRoaringBitmap();
    final TreeMap<String, MutableRoaringBitmap> values = new TreeMap<>();
  }

  private final Map<String, Name> names = new HashMap<>();

  /** Enters a stream under a reference higher than all before. */
  public void add(Labels labels, int ref) {
    for (int i = 0; i < labels.size(); i++) {
      Name name = names.computeIfAbsent(labels.name(i), key -> new Name());
      name.presence.add(ref);
      name.values.computeIfAbsent(labels.value(i), key -> new MutableRoaringBitmap()).add(ref);
    }
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
    @Nullable MutableRoaringBitmap posting = entry == null ? null : entry.values.get(value);
    return posting == null ? NONE : posting;
  }

  /** See {@link StreamIndex#values}. */
  public void values(String name, String prefix, StreamIndex.ValueVisitor visitor) {
    Name entry = names.get(name);
    if (entry == null) {
      return;
    }
    NavigableMap<String, MutableRoaringBitmap> from = entry.values.tailMap(prefix, true);
    for (Map.Entry<String, MutableRoaringBitmap> value : from.entrySet()) {
      if (!value.getKey().startsWith(prefix)) {
        return;
      }
      visitor.value(value.getKey(), value.getValue());
    }
  }
}
