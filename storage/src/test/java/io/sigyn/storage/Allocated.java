package io.sigyn.storage;

import com.sun.management.ThreadMXBean;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.lang.management.ManagementFactory;

/** Counts work by the memory it takes and throws away, which is much the same on every machine, as its time is not. */
public final class Allocated {
  private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  private Allocated() {}

  /** Bytes that the calling thread allocates while it does the work. */
  public static long by(Runnable work) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    work.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  /** So many streams with one entry at each of the times: they share a few blocks, of which each says what it has of each stream. */
  static EntryBatch streams(String app, int streams, long... times) {
    EntryBatch.Builder batch = EntryBatch.builder(new byte[] {'x'});
    for (int s = 0; s < streams; s++) {
      batch.stream(Labels.of("app", app, "s", Integer.toString(s)));
      for (long time : times) {
        batch.entry(time, 0, 1, Labels.EMPTY);
      }
    }
    return batch.build();
  }
}
