package io.sigyn.server.write;

import io.sigyn.model.Labels;
import io.sigyn.server.limits.TokenBucket;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The active streams of one tenant: how many there are, how fast each grows, and how far each has
 * come. A stream without entries for a while is forgotten. Safe for use by many threads.
 */
final class TenantStreams {
  final TokenBucket rate = new TokenBucket();
  private final ConcurrentHashMap<Labels, ActiveStream> streams = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final LongAdder created = new LongAdder();
  private final LongAdder removed = new LongAdder();

  /** One stream. Guarded by itself. */
  static final class ActiveStream {
    final TokenBucket rate = new TokenBucket();
    long newest = Long.MIN_VALUE;
    volatile long lastTicks;
  }

  /**
   * The stream's state, made when there is room for one more.
   *
   * @param most 0 is no limit
   * @return empty when the stream is new and there are too many
   */
  Optional<ActiveStream> stream(Labels labels, int most, long ticks) {
    ActiveStream known = streams.get(labels);
    if (known == null) {
      if (most > 0 && count.get() >= most) {
        return Optional.empty();
      }
      ActiveStream fresh = new ActiveStream();
      known = streams.putIfAbsent(labels, fresh);
      if (known == null) {
        known = fresh;
        count.incrementAndGet();
        created.increment();
      }
    }
    known.lastTicks = ticks;
    return Optional.of(known);
  }

  int size() {
    return count.get();
  }

  /** How many streams ever became active. */
  long created() {
    return created.sum();
  }

  /** How many of them were forgotten. */
  long removed() {
    return removed.sum();
  }

  /** Forgets streams that got nothing since. */
  void forgetBefore(long ticks) {
    streams
        .values()
        .removeIf(stream -> {
          boolean idle = stream.lastTicks - ticks < 0;
          if (idle) {
            count.decrementAndGet();
            removed.increment();
          }
          return idle;
        });
  }
}
