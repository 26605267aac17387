package io.sigyn.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/**
 * What {@link StageBenchmark} measures, by the processor time of its thread instead of the clock: on a machine that others
 * use, too, figures of the clock say more about the others. One line per stage: MB/s of lines in the best round, the median and
 * the slowest tenth of rounds of four blocks, and bytes allocated per line.
 *
 * <p>Arguments: names of stages as {@link StageBenchmark.Work} has them, all without any; each runs in this JVM after the
 * others, so for figures like JMH's name one. Five seconds each, after three to warm up.
 */
public final class StageTimes {
  private static final long WARM_UP = 3_000_000_000L;
  private static final long MEASURED = 5_000_000_000L;
  private static final int BLOCKS = 4;

  private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final StageBenchmark benchmark = new StageBenchmark();
  private long[] rounds = new long[1024];
  private int size;
  private long kept;

  private StageTimes(StageBenchmark.Work work) {
    benchmark.work = work;
    benchmark.fill();
  }

  /** Measures and prints. */
  public static void main(String[] names) {
    List<StageBenchmark.Work> all =
        names.length == 0
            ? List.of(StageBenchmark.Work.values())
            : Arrays.stream(names).map(StageBenchmark.Work::valueOf).toList();
    for (StageBenchmark.Work work : all) {
      System.out.println(new StageTimes(work).measure());
    }
  }

  private String measure() {
    run(WARM_UP);
    size = 0;
    long before = thread.getCurrentThreadAllocatedBytes();
    run(MEASURED);
    double allocated = thread.getCurrentThreadAllocatedBytes() - before;
    long[] sorted = Arrays.copyOf(rounds, size);
    Arrays.sort(sorted);
    return "%-20s best %6.0f median %6.0f slowest tenth %6.0f MB/s, %.1f bytes per line, %,d kept"
        .formatted(
            benchmark.work,
            speed(sorted[0]),
            speed(sorted[size / 2]),
            speed(sorted[size * 9 / 10]),
            allocated / ((double) size * BLOCKS * benchmark.lines()),
            kept);
  }

  private void run(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      long start = thread.getCurrentThreadCpuTime();
      for (int i = 0; i < BLOCKS; i++) {
        kept += benchmark.pass();
      }
      if (size == rounds.length) {
        rounds = Arrays.copyOf(rounds, 2 * size);
      }
      rounds[size++] = thread.getCurrentThreadCpuTime() - start;
    }
  }

  private double speed(long nanos) {
    return BLOCKS * benchmark.bytes() * 1e3 / nanos;
  }
}
