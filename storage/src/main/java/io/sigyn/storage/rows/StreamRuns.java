package io.sigyn.storage.rows;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Divides the runs of one stream into groups that follow each other in time, so that only runs that overlap must be merged.
 * Two groups may share a moment only if all runs that touch it are of one chain, which has no duplicates in itself.
 */
public final class StreamRuns {
  /** A run and the number of the chain it belongs to. */
  public record Of(int chain, Run run) {}

  private StreamRuns() {}

  /** The runs of some chains of one stream, in groups in order of time. */
  public static List<List<Of>> groups(List<? extends Chain> chains) {
    List<Of> all = new ArrayList<>();
    for (int c = 0; c < chains.size(); c++) {
      for (Run run : chains.get(c).runs()) {
        all.add(new Of(c, run));
      }
    }
    // Runs of one chain stand in their order even when they begin at the same time: ranks rise within a chain.
    all.sort(Comparator.<Of>comparingLong(of -> of.run.minTs()).thenComparingInt(of -> of.run.rank()));
    List<List<Of>> groups = new ArrayList<>();
    int from = 0;
    long max = Long.MIN_VALUE;
    for (int at = 0; at < all.size(); at++) {
      if (at > from && mayPart(all, at, max)) {
        groups.add(List.copyOf(all.subList(from, at)));
        from = at;
      }
      max = Math.max(max, all.get(at).run.maxTs());
    }
    if (from < all.size()) {
      groups.add(List.copyOf(all.subList(from, all.size())));
    }
    return groups;
  }

  /** The runs of one group as chains again. */
  public static List<Chain> chains(List<Of> group) {
    TreeMap<Integer, List<Run>> byChain = new TreeMap<>();
    for (Of of : group) {
      byChain.computeIfAbsent(of.chain, key -> new ArrayList<>()).add(of.run);
    }
    List<Chain> chains = new ArrayList<>(byChain.size());
    byChain.values().forEach(runs -> chains.add(new Part(runs)));
    return chains;
  }

  /** Runs of one chain, and only those. */
  private record Part(List<Run> runs) implements Chain {}

  private static boolean mayPart(List<Of> all, int at, long maxBefore) {
    long min = all.get(at).run.minTs();
    if (maxBefore != min) {
      return maxBefore < min;
    }
    int chain = all.get(at).chain;
    for (int i = at + 1; i < all.size() && all.get(i).run.minTs() == min; i++) {
      if (all.get(i).chain != chain) {
        return false;
      }
    }
    for (int i = at - 1; i >= 0; i--) {
      if (all.get(i).run.maxTs() == min && all.get(i).chain != chain) {
        return false;
      }
    }
    return true;
  }
}
