package io.sigyn.storage;

import io.sigyn.model.Labels;
import io.sigyn.storage.segment.SegmentIndex;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sums bytes by what streams have in common. The streams of one segment come one after another; they are grouped by the
 * numbers of their label pairs, and strings are looked up once per group.
 */
final class VolumeGroups {
  private final List<String> targets;
  private final boolean byName;
  private final Map<Labels, long[]> totals = new HashMap<>();

  private @Nullable SegmentIndex segment;
  private int[] labels = {};
  private final Map<IntBuffer, long[]> inSegment = new HashMap<>();

  /** By these labels, of which a stream must have all; without any, by all labels a stream has. */
  VolumeGroups(List<String> targets, Volume.Grouping grouping) {
    this.targets = targets.stream().distinct().toList();
    this.byName = grouping == Volume.Grouping.LABELS;
  }

  void add(SegmentIndex index, int ref, long bytes) {
    if (targets.isEmpty()) {
      add(index.labels(ref), bytes);
      return;
    }
    if (index != segment) {
      endSegment();
      segment = index;
      labels = targets.stream().mapToInt(index::label).toArray();
    }
    int[] pairs = new int[labels.length];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = index.pair(ref, labels[i]);
      if (pairs[i] < 0) {
        return;
      }
    }
    inSegment.computeIfAbsent(IntBuffer.wrap(pairs), key -> new long[1])[0] += bytes;
  }

  private void endSegment() {
    SegmentIndex index = segment;
    if (index != null) {
      inSegment.forEach(
          (pairs, bytes) -> {
            Labels.Builder group = Labels.builder();
            for (int i = 0; i < targets.size(); i++) {
              group.set(targets.get(i), index.value(pairs.get(i)));
            }
            add(group.build(), bytes[0]);
          });
      inSegment.clear();
    }
  }

  void add(Labels stream, long bytes) {
    if (byName) {
      for (String target : targets) {
        if (!stream.has(target)) {
          return;
        }
      }
      for (int i = 0; i < stream.size(); i++) {
        if (targets.isEmpty() || targets.contains(stream.name(i))) {
          sum(Labels.ofSorted(new String[] {stream.name(i), ""}), bytes);
        }
      }
    } else if (targets.isEmpty()) {
      sum(stream, bytes);
    } else {
      Labels.Builder group = Labels.builder();
      for (String target : targets) {
        if (!stream.has(target)) {
          return;
        }
        group.set(target, stream.get(target));
      }
      sum(group.build(), bytes);
    }
  }

  private void sum(Labels group, long bytes) {
    totals.computeIfAbsent(group, key -> new long[1])[0] += bytes;
  }

  /** The largest groups, largest first. */
  List<Volume> largest(int limit) {
    endSegment();
    List<Volume> volumes = new ArrayList<>(totals.size());
    totals.forEach((group, bytes) -> volumes.add(new Volume(group, bytes[0])));
    volumes.sort(Volume.LARGEST_FIRST);
    return List.copyOf(volumes.subList(0, Math.min(limit, volumes.size())));
  }
}
