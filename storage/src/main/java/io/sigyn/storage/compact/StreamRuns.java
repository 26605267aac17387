package io.sigyn.storage.compact;

import io.sigyn.storage.rows.Chain;
import io.sigyn.storage.rows.Run;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Divides the runs of one stream into groups that follow each other in time, so that only runs that overlap must be merged.
 * Two groups may share a moment only if all runs that touch it are of one chain, which has no duplicates in itself.
 */
final class StreamRuns {
  /** A run and the chain it belongs to. */
  record Of(int chain, Run run) {}

  private StreamRuns() {}

  static List<List<Of>> groups(List<? extends Chain> chains) {
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
