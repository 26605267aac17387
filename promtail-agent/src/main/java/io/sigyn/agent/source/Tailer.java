package io.sigyn.agent.source;

import io.sigyn.agent.config.AgentBlock;
import io.sigyn.agent.diagnosis.Diagnosis;
import io.sigyn.agent.positions.FileRecord;
import io.sigyn.agent.positions.Positions;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads all files of one client: a fixed number of threads, each with its share of the paths. */
public final class Tailer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Tailer.class);
  private static final int MAX_THREADS = 4;
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

  /**
   * A path to read.
   *
   * @param jobs the names of the jobs that want it, sorted, joined by commas
   * @param sink takes its lines
   * @param charset tells how lines end; lines of UTF-16 and UTF-32 are given out as UTF-8, others as they are
   * @param expected whether the journal names the path although nothing is there: what is left of its files is read
   */
  public record Wanted(String jobs, LineSink sink, Charset charset, boolean expected) {}

  private final TailHome home;
  private final List<TailLoop> loops = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Map<Key, Tail> tails = new HashMap<>();
  private final AgentBlock.Tail settings;
  private final Watches watches;
  private boolean first = true;

  /**
   * Without paths; threads start at once.
   *
   * @param client the client's name
   * @param roots directories outside of which nothing is opened; none allows everything
   * @param room whether more lines may be read now
   * @param minPoll the period at which a growing file is looked at
   * @param maxPoll the period at which a silent file is looked at
   */
  public Tailer(
      String client,
      Positions positions,
      AgentBlock.Tail settings,
      List<String> roots,
      Diagnosis diagnosis,
      Clock clock,
      BooleanSupplier room,
      Duration minPoll,
      Duration maxPoll) {
    this.settings = settings;
    this.home =
        new TailHome(
            client, positions, settings, diagnosis, clock, clock.epochNanos(), room,
            new FileDoor(roots, settings.maxOpenFiles()), new Directories(clock), new Owners(), new ReadCounters());
    this.watches =
        settings.watchAfter().isZero() ? Watches.none() : Watches.open("watch-" + client, clock, home.counters());
    int buffer = (int) settings.maxLineBytes().bytes() + Generation.CHUNK;
    int count = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_THREADS);
    for (int i = 1; i <= count; i++) {
      TailLoop loop = new TailLoop(clock, Pace.Bounds.of(minPoll, maxPoll), buffer, watches, this::retire);
      loops.add(loop);
      threads.add(Threads.start("tail-" + client + "-" + i, loop));
    }
  }

  /** Files open now. */
  public int openFiles() {
    return home.door().open();
  }

  /** Directories watched now. */
  public int watchedDirectories() {
    return watches.directories();
  }

  /** What was read so far. */
  public ReadCounters counters() {
    return home.counters();
  }

  /** Reads exactly these paths from now on; those left out are read to their end. */
  public synchronized void update(SortedMap<String, Wanted> wanted) {
    Set<Tail> others = new HashSet<>();
    for (Tail tail : tails.values()) {
      Wanted still = wanted.get(tail.path());
      boolean is = still != null && still.jobs().equals(tail.jobs());
      if (tail.isWanted() != is) {
        others.add(tail);
      }
      tail.setWanted(is);
    }
    if (!others.isEmpty()) {
      loops.forEach(loop -> loop.wake(others));
    }
    boolean atEnd = first && settings.startAt() == AgentBlock.StartAt.END;
    first &= wanted.isEmpty();
    List<Tail> added = new ArrayList<>();
    wanted.forEach(
        (path, want) -> {
          if (!tails.containsKey(new Key(path, want.jobs()))) {
            Tail tail = new Tail(home, path, want, atEnd);
            tails.put(new Key(path, want.jobs()), tail);
            tail.claimEarly();
            added.add(tail);
          }
        });
    added.forEach(tail -> loops.stream().min(Comparator.comparingInt(TailLoop::size)).orElseThrow().add(tail));
  }

  /** What a path of these jobs is known by. */
  public record Key(String path, String jobs) {}

  /** Whether something is still read under this key. */
  public synchronized boolean follows(Key key) {
    return tails.containsKey(key);
  }

  private synchronized void retire(Tail tail) {
    Key key = new Key(tail.path(), tail.jobs());
    if (!tail.isWanted()) {
      tails.remove(key, tail);
    } else {
      // Wanted again while it was on its way out.
      loops.getFirst().add(tail);
    }
  }

  /** Looks at every file now. */
  public void wake() {
    loops.forEach(TailLoop::wake);
  }

  /** How far every file is, for the disk. */
  public List<FileRecord> records() {
    List<Tail> all = all();
    List<FileRecord> records = new ArrayList<>(all.size());
    all.forEach(tail -> tail.addRecords(records));
    return records;
  }

  /** Every path, sorted. */
  public List<TailView> views() {
    return all().stream().map(Tail::view).sorted(Comparator.comparing(TailView::path)).toList();
  }

  /** Gives up the rest of deleted files while they keep more disk space busy than allowed. */
  public void enforcePinnedBytes() {
    long limit = settings.deletedHoldMaxBytes().bytes();
    List<Tail> all = all().stream().filter(Tail::drains).toList();
    long pinned = all.stream().mapToLong(Tail::pinned).sum();
    for (Tail tail : all) {
      long freed = 1;
      while (pinned > limit && freed > 0) {
        freed = tail.abandon();
        pinned -= freed;
      }
    }
  }

  private synchronized List<Tail> all() {
    return List.copyOf(tails.values());
  }

  /** Stops reading and closes every file. */
  @Override
  public void close() {
    loops.forEach(TailLoop::stop);
    for (Thread thread : threads) {
      try {
        thread.join(STOP_PATIENCE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (thread.isAlive()) {
        log.warn("reader thread does not end name={}", thread.getName());
      }
    }
    watches.close();
    all().forEach(Tail::close);
  }
}
