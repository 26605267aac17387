package io.sigyn.logql.engine;

import io.sigyn.logql.vector.LabelledPoints;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.EntryTimes;
import java.util.List;

/** Takes the blocks of a range, stream by stream, then tells its series. For one thread. */
sealed interface RangeScan permits CountScan, SampleScan {
  /** Adds the lines of a block; answers how many passed the filters. */
  int add(EntryBlock block);

  /** Adds lines of which only their counts are known; answers whether it could. */
  boolean add(EntrySummary lines);

  /** Whether it needs no more than the times of lines that {@link #add(EntrySummary)} could not add. */
  boolean countsTimes(EntrySummary lines);

  /** Adds these lines; only if {@link #countsTimes}. */
  void add(EntrySummary lines, EntryTimes times);

  /** The series, ascending by labels. */
  List<LabelledPoints> series();
}
