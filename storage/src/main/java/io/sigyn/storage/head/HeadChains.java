package io.sigyn.storage.head;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.storage.rows.Chain;
import io.sigyn.storage.rows.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** The parts of a stream as chains of runs that follow each other in time, for readers. */
final class HeadChains {
  private HeadChains() {}

  /**
   * Chains whose ranks start at {@code firstRank}.
   *
   * @param parts in order of arrival
   * @param stats counts what is decoded
   * @param columns the rows of a page, in order of time and each once
   */
  static List<Chain> of(
      Labels labels,
      List<? extends HeadPart> parts,
      int firstRank,
      ScanStats stats,
      Function<HeadPage, EntryBlock> columns) {
    List<PartChain> chains = new ArrayList<>(1);
    long[] cuts = cuts(parts);
    for (HeadPart part : parts) {
      int rank = firstRank + part.rank();
      switch (part) {
        case HeadBlock block -> add(chains, new EncodedRun(labels, block, rank, stats));
        case HeadPage page -> {
          EntryBlock rows = columns.apply(page);
          int from = 0;
          for (int c = 0; c < cuts.length && from < rows.size(); c++) {
            int to = rows.firstAtOrAfter(cuts[c], from);
            if (to > from) {
              add(chains, new PageRun(rows.slice(from, to), rank));
              from = to;
            }
          }
          if (from < rows.size()) {
            add(chains, new PageRun(rows.slice(from, rows.size()), rank));
          }
        }
      }
    }
    return List.copyOf(chains);
  }

  /**
   * The times where blocks start and end, at which pages are cut into several runs: else one late row would make its page
   * overlap every block since, of which none could be copied or counted as it is.
   */
  private static long[] cuts(List<? extends HeadPart> parts) {
    int n = 0;
    long[] cuts = {};
    for (HeadPart part : parts) {
      if (part instanceof HeadBlock block) {
        cuts = n == cuts.length ? Arrays.copyOf(cuts, 2 * n + 8) : cuts;
        cuts[n++] = block.built.info().minTs();
        cuts[n++] = block.built.info().maxTs() + 1;
      }
    }
    cuts = Arrays.copyOf(cuts, n);
    Arrays.sort(cuts);
    return cuts;
  }

  /** To the first chain that ends before the run starts. A tie opens another chain, so that duplicates meet in a merge. */
  private static void add(List<PartChain> chains, Run run) {
    for (PartChain chain : chains) {
      if (chain.maxTs() < run.minTs()) {
        chain.runs.add(run);
        return;
      }
    }
    PartChain fresh = new PartChain(new ArrayList<>());
    fresh.runs.add(run);
    chains.add(fresh);
  }

  private record PageRun(EntryBlock rows, int rank) implements Run {
    @Override
    public long minTs() {
      return rows.timestamp(0);
    }

    @Override
    public long maxTs() {
      return rows.timestamp(rows.size() - 1);
    }

    @Override
    public boolean inHead() {
      return true;
    }
  }

  private record PartChain(List<Run> runs) implements Chain {}
}
