package io.sigyn.server.patterns;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.server.limits.TenantLimits;
import io.sigyn.server.patterns.LineQueue.Lines;
import io.sigyn.server.patterns.PatternSeries.Sample;
import io.sigyn.server.write.Arrivals;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The patterns of all tenants. One thread finds them, and takes at most a quarter of a processor when there is much
 * to do; whoever pushes copies lines into a bounded queue. Safe for use by many threads.
 */
public final class Patterns implements Arrivals, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Patterns.class);

  /** Patterns with fewer lines are left out of answers. */
  private static final int FEWEST_LINES = 30;

  /** Patterns of one answer. */
  private static final int MOST_PATTERNS = 300;

  /** Streams and levels of one tenant that are remembered. */
  private static final int MOST_MINERS = 2_000;

  /** Memory is measured after so many batches. */
  private static final int MEASURED_EVERY = 256;

  private static final long SAVE_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long PAUSE_PER_WORK = 3;

  private final int mostTemplates;
  private final long retainSeconds;
  private final long mostBytes;
  private final TenantLimits limits;
  private final Clock clock;
  private final PatternFile file;
  private final LineQueue queue = new LineQueue();
  private final ReentrantLock lock = new ReentrantLock();
  private final LineWords words = new LineWords();
  private final MessageText message = new MessageText();

  /** In the order of use, the one not used for longest first. Guarded by the lock, as everything in it. */
  private final Map<Key, Miner> miners = new LinkedHashMap<>(16, 0.75f, true);

  private final Map<Tenant, Integer> perTenant = new HashMap<>();
  private final Thread thread;
  private long added;

  /** A stream's lines of one level. */
  record Key(Tenant tenant, Labels stream, String level) {}

  /**
   * Patterns kept in a file.
   *
   * @param mostTemplates of one stream and level
   * @param retain how long they are remembered
   * @param mostBytes of memory, about
   */
  public Patterns(
      int mostTemplates,
      Duration retain,
      long mostBytes,
      Path file,
      TenantLimits limits,
      MeterRegistry registry,
      Clock clock) {
    this.mostTemplates = mostTemplates;
    this.retainSeconds = retain.toSeconds();
    this.mostBytes = mostBytes;
    this.limits = limits;
    this.clock = clock;
    this.file = new PatternFile(StoreFiles.LOCAL, file);
    load(file);
    FunctionCounter.builder("sigyn_patterns_lines_skipped_total", queue, LineQueue::skipped)
        .description("Lines that were not searched for patterns because too many waited.")
        .register(registry);
    Gauge.builder("sigyn_patterns_queue_bytes", queue, LineQueue::bytes)
        .description("Bytes of lines that wait to be searched for patterns.")
        .register(registry);
    this.thread = Threads.start("patterns", this::mine);
  }

  private void load(Path path) {
    try {
      file.load(miners, mostTemplates);
    } catch (IOException | CorruptBytesException | IllegalArgumentException e) {
      miners.clear();
      LOG.warn("patterns of earlier runs are lost, their file cannot be used file={} cause=\"{}\"", path, e.toString());
    }
    miners.keySet().forEach(key -> perTenant.merge(key.tenant(), 1, Integer::sum));
  }

  @Override
  public void arrived(Tenant tenant, EntryBatch batch) {
    queue.offer(tenant, batch);
  }

  private void mine() {
    long saved = clock.ticks();
    long worked = 0;
    try {
      for (Lines lines = queue.take(); lines != null; lines = queue.take()) {
        long begun = clock.ticks();
        add(lines);
        worked += clock.ticks() - begun;
        if (worked > WORK_NANOS) {
          Threads.pause(worked * PAUSE_PER_WORK);
          worked = 0;
        }
        if (clock.ticks() - saved > SAVE_NANOS) {
          save();
          saved = clock.ticks();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("the search for patterns has ended", e);
      queue.close();
    }
  }

  private void add(Lines lines) {
    List<String> fields = limits.of(lines.tenant()).tokenizableJsonFields();
    long oldest = clock.epochNanos() - retainSeconds * 1_000_000_000L;
    lock.lock();
    try {
      for (int i = 0; i < lines.size(); i++) {
        if (lines.times()[i] >= oldest
            && message.find(lines.text(), lines.offsets()[i], lines.offsets()[i + 1], fields)
            && words.cut(lines.text(), message.from(), message.to())) {
          miner(new Key(lines.tenant(), lines.stream(), lines.levels()[i]))
              .add(words, message.inner(), lines.times()[i], lines.weight());
        }
      }
      if (++added % MEASURED_EVERY == 0) {
        forgetUntilSmall();
      }
    } finally {
      lock.unlock();
    }
  }

  private Miner miner(Key key) {
    Miner known = miners.get(key);
    if (known != null) {
      return known;
    }
    int own = perTenant.getOrDefault(key.tenant(), 0);
    if (own >= MOST_MINERS) {
      for (Key other : miners.keySet()) {
        if (other.tenant().equals(key.tenant())) {
          forget(other);
          break;
        }
      }
    }
    Miner fresh = new Miner(mostTemplates);
    miners.put(key, fresh);
    perTenant.merge(key.tenant(), 1, Integer::sum);
    return fresh;
  }

  private void forget(Key key) {
    miners.remove(key);
    perTenant.computeIfPresent(key.tenant(), (tenant, own) -> own == 1 ? null : own - 1);
  }

  /** Forgets streams, those without lines for longest first, until all others fit. */
  private void forgetUntilSmall() {
    long bytes = 0;
    for (Miner miner : miners.values()) {
      bytes += miner.bytes();
    }
    for (Map.Entry<Key, Miner> eldest : List.copyOf(miners.entrySet())) {
      if (bytes <= mostBytes) {
        return;
      }
      bytes -= eldest.getValue().bytes();
      forget(eldest.getKey());
    }
  }

  private void forgetOld() {
    long before = clock.epochMillis() / 1_000 - retainSeconds;
    for (Map.Entry<Key, Miner> one : List.copyOf(miners.entrySet())) {
      if (one.getValue().forgetBefore(before)) {
        forget(one.getKey());
      }
    }
  }

  /** Lets what was found so far be found again after a restart. */
  private void save() {
    byte[] encoded;
    lock.lock();
    try {
      forgetOld();
      encoded = PatternFile.encode(miners);
    } finally {
      lock.unlock();
    }
    try {
      file.save(encoded);
    } catch (IOException e) {
      LOG.warn("patterns could not be saved, they are lost when the server stops now cause=\"{}\"", e.toString());
    }
  }

  /**
   * The patterns of some streams, those with most lines first, as far as they were found already.
   *
   * @param start nanoseconds since the Unix epoch
   * @param end nanoseconds since the Unix epoch, itself left out
   * @param step nanoseconds of a bucket
   * @param check called for every stream; throws to stop
   */
  public List<PatternSeries> find(
      List<Tenant> tenants, List<LabelMatcher> matchers, long start, long end, long step, Runnable check) {
    long seconds = Math.max(Counts.BUCKET_SECONDS, step / 1_000_000_000L);
    long from = Math.floorDiv(start, 1_000_000_000L);
    long to = Math.ceilDiv(end, 1_000_000_000L);
    Map<Pattern, SortedMap<Long, Long>> found = new HashMap<>();
    lock.lock();
    try {
      miners.forEach(
          (key, miner) -> {
            check.run();
            if (tenants.contains(key.tenant()) && matches(matchers, key.stream())) {
              collect(miner, key.level(), from, to, seconds, found);
            }
          });
    } finally {
      lock.unlock();
    }
    List<PatternSeries> series = new ArrayList<>();
    found.forEach(
        (pattern, buckets) -> {
          List<Sample> samples = new ArrayList<>();
          buckets.forEach((time, count) -> samples.add(new Sample(time, count)));
          series.add(new PatternSeries(pattern.text, pattern.level, samples));
        });
    series.removeIf(one -> one.total() < FEWEST_LINES);
    series.sort(
        Comparator.comparingLong(PatternSeries::total).reversed().thenComparing(PatternSeries::pattern));
    return List.copyOf(series.subList(0, Math.min(MOST_PATTERNS, series.size())));
  }

  private record Pattern(String text, String level) {}

  private static boolean matches(List<LabelMatcher> matchers, Labels stream) {
    return matchers.stream().allMatch(matcher -> matcher.matches(stream.get(matcher.name())));
  }

  private static void collect(
      Miner miner, String level, long from, long to, long step, Map<Pattern, SortedMap<Long, Long>> found) {
    for (Template template : miner.templates()) {
      Counts counts = template.counts();
      SortedMap<Long, Long> buckets = null;
      for (int i = 0; i < counts.size(); i++) {
        long time = counts.seconds(i);
        if (time + Counts.BUCKET_SECONDS > from && time < to) {
          if (buckets == null) {
            buckets = found.computeIfAbsent(new Pattern(template.text(), level), p -> new TreeMap<>());
          }
          buckets.merge(time - Math.floorMod(time, step), counts.count(i), Long::sum);
        }
      }
    }
  }

  /** Searches what waits, then saves. */
  @Override
  public void close() {
    queue.close();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
    save();
  }
}
