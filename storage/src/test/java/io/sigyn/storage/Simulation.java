package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.bytes.ByteSink;
import io.sigyn.error.LokiException;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.storage.files.SimDisk;
import io.sigyn.storage.retention.Retention;
import io.sigyn.storage.tombstone.RowFilter;
import io.sigyn.storage.wal.WalListing;
import io.sigyn.testkit.FakeClock;
import io.sigyn.testkit.SimThreads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One life of a store on a simulated disk, all of it decided by a seed: two writers, a reader, somebody who flushes, and the
 * store's own threads take turns at every call to the disk; calls fail; the power goes or the process dies in the middle of
 * any call, that of opening included; then the store is opened on what the disk kept and everything is read.
 *
 * <p>What must hold: an acknowledged batch is there, every entry once; a batch without an answer is there as a whole or not
 * at all; a refused one is not; nothing else is. Streams are in order of time. The store opens. No file lies around.
 */
@SuppressWarnings("ThreadPriorityCheck") // the scheduler is ours
final class Simulation {
  private static final Path ROOT = Path.of("/sim/store");
  private static final List<Tenant> TENANTS = List.of(new Tenant("a"), new Tenant("b"));
  private static final List<SimDisk.Fault> WRITING =
      List.of(SimDisk.Fault.EIO, SimDisk.Fault.ENOSPC, SimDisk.Fault.SHORT);
  private static final List<StoreOptions.SyncMode> MODES =
      List.of(StoreOptions.SyncMode.GROUP, StoreOptions.SyncMode.INTERVAL, StoreOptions.SyncMode.OS);
  private static final Path MARK = new Layout(ROOT).wal().resolve("MARK");
  private static final long NOON = RandomBatches.NOON;
  private static final StoreOptions STILL =
      new StoreOptions(StoreOptions.SyncMode.GROUP, 1 << 30, Duration.ofDays(1000), 1 << 20, 0);

  /** What a run went through, to be summed up. */
  static final class Tally {
    final Map<String, Long> counts = new TreeMap<>();

    void add(String what, long n) {
      counts.merge(what, n, Long::sum);
    }

    void add(Tally other) {
      other.counts.forEach(this::add);
    }
  }

  private static final Retention SOME_EXPIRE =
      new Retention(
          0,
          List.of(
              new Retention.Rule(List.of(new LabelMatcher.Equal("app", "app-3")), 1, RandomBatches.DAY / 2)));

  /** Where a life ends that ends at a moment when much is half done. */
  private enum Aim {
    NOWHERE,
    /** The process is killed right after a sync of the log has failed. */
    FAILED_LOG,
    /** The power goes right after a manifest has been written. */
    MANIFEST
  }

  private enum Fate {
    REFUSED,
    UNKNOWN,
    ACKED
  }

  private record Row(Labels stream, Oracle.Entry entry) {
    // As in the entry.
    @Override
    public boolean equals(@Nullable Object o) {
      return o instanceof Row other && entry.equals(other.entry) && stream.equals(other.stream);
    }

    @Override
    public int hashCode() {
      return stream.hashCode() * 31 + entry.hashCode();
    }
  }

  private static final class Batch {
    final Tenant tenant;
    final EntryBatch entries;
    final Set<Row> rows = new HashSet<>();
    Fate fate = Fate.REFUSED;

    /** Whether the process lived when it was acknowledged. */
    boolean heard;

    /** Whether somebody asked for its deletion: not at all, without success, durably. */
    Fate deleted = Fate.REFUSED;

    Batch(Tenant tenant, EntryBatch entries, boolean expires) {
      this.tenant = tenant;
      this.entries = entries;
      Oracle oracle = new Oracle();
      oracle.append(entries);
      oracle
          .select(List.of(), TimeRange.ALL)
          .forEach((stream, list) -> list.forEach(entry -> rows.add(new Row(stream, entry))));
      // What comes a day late is expired when it comes.
      rows.removeIf(row -> expires && row.stream.get("app").equals("app-3") && row.entry.ts() < NOON - RandomBatches.DAY / 2);
    }

    boolean isDoomed() {
      return Doomed.is(entries.labels(0));
    }
  }

  private final Random random;
  private final FakeClock clock = new FakeClock(NOON);
  private final SimThreads threads;
  private final SimDisk disk;

  /** In which the log is as durable as this life wants it. */
  private StoreOptions options;

  private final Tuning tuning;
  private final UpkeepOptions upkeep;
  private final List<Batch> batches = new ArrayList<>();
  private final Tally tally = new Tally();
  private final List<SimpleMeterRegistry> registries = new ArrayList<>();

  private final SimDisk.Order order;
  private final boolean lying;
  private final boolean killsOnly;
  private final boolean rot;
  private final boolean expires;

  /** One of so many entries is of the day before. */
  private final int lateOneIn;
  private final int faultsPerThousand;
  private boolean harmed;
  private boolean logFailed;

  /** Whether this life has opened the store, and nothing failed that the log's mark needs. */
  private boolean markIsNew;

  /** Whether only a notice said, on a copy that lacks something, that it does. */
  private boolean noticed;

  /** Marks of the ends of earlier lives. */
  private final List<byte[]> marks = new ArrayList<>();
  private boolean faulty;
  private Aim aim = Aim.NOWHERE;

  /** Whether the process died where it was aimed at, so that the machine must not. */
  private boolean killed;

  /** Whether nobody but the one who compares does anything, so that there is no use in letting others go on. */
  private boolean quiet;

  private long faultsFrom = Long.MAX_VALUE;

  Simulation(long seed) {
    random = new Random(seed);
    threads = new SimThreads(random, clock);
    disk = new SimDisk(random);
    order = random.nextInt(3) == 0 ? SimDisk.Order.ORDERED : SimDisk.Order.REORDERED;
    lying = random.nextInt(8) == 0;
    rot = random.nextInt(10) == 0;
    killsOnly = random.nextInt(10) == 0;
    faultsPerThousand = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(40);
    disk.lying = lying;
    options =
        new StoreOptions(
            killsOnly
                ? random.nextBoolean() ? StoreOptions.SyncMode.OS : StoreOptions.SyncMode.INTERVAL
                : StoreOptions.SyncMode.GROUP,
            4L << 10 << random.nextInt(4),
            Duration.ofMillis(1 + random.nextInt(1000)),
            1 << 20,
            0);
    tuning =
        new Tuning(
            2L << 10 << random.nextInt(4),
            random.nextInt(4) == 0 ? 4 << 10 : 1 << 20,
            Duration.ofMillis(1 + random.nextInt(200)),
            Duration.ofMillis(random.nextInt(50)),
            threads,
            random,
            512 << random.nextInt(4));
    expires = random.nextInt(3) == 0;
    lateOneIn = random.nextInt(3) == 0 ? 3 : 12;
    upkeep =
        UpkeepOptions.ON_DEMAND
            .withDeletes(
                tenant -> UpkeepOptions.DeletionMode.FILTER_AND_DELETE,
                RowFilter.Compiler.NONE,
                Duration.ofMillis(random.nextInt(2) * (long) random.nextInt(100)))
            .withRetention(tenant -> expires ? SOME_EXPIRE : Retention.FOREVER);
    disk.plan = this::fault;
    disk.pause = this::pause;
  }

  /** Runs to the end; throws when something does not hold. */
  Tally run() throws Exception {
    int rounds = 2 + random.nextInt(4);
    for (int round = 0; round < rounds; round++) {
      threads.run(
          () -> {
            live();
            return true;
          });
      assertThat(threads.alive()).as("threads that outlive the store").isEmpty();
      boolean kill = end();
      if (kill && markIsNew && options.sync() == StoreOptions.SyncMode.GROUP && !harmed && !lying && random.nextInt(2) == 0) {
        cutTheEnd();
      }
      older();
      if (killed && !rot && round < rounds - 1) {
        // The next process must get by with what this one left. Not where reading shows wrong bits: the last record of the log looks
        // like one that was not completed then, which is no damage.
        continue;
      }
      quietly();
      threads.run(
          () -> {
            check();
            return true;
          });
      assertThat(threads.alive()).as("threads that outlive the store").isEmpty();
    }
    for (SimpleMeterRegistry metrics : registries) {
      for (String name : List.of("compacted.segments", "copied.blocks", "erased.entries", "expired.entries", "scrubbed.bytes")) {
        for (Counter counter : metrics.find("sigyn.storage." + name).counters()) {
          if (counter.count() > 0) {
            tally.add(name, (long) counter.count());
          }
        }
      }
    }
    tally.add("batches", batches.size());
    tally.add("batches acknowledged", batches.stream().filter(batch -> batch.fate == Fate.ACKED).count());
    tally.add("calls to the disk", disk.calls());
    tally.add("thread switches", threads.switches());
    tally.add("writes torn", disk.tornWrites);
    tally.add("sectors lost", disk.lostSectors);
    return tally;
  }

  List<String> lastCalls() {
    return disk.lastCalls();
  }

  /** A number that two runs share when they made the same calls and chose as many threads. */
  long trail() {
    return disk.trail() * 31 + threads.switches();
  }

  /** The order of an immutable map and of an immutable set, which is drawn anew by every process. */
  static String orders() {
    return Map.of("a", 1, "b", 1).keySet() + " " + Set.of("a", "b");
  }

  /**
   * Prints the trails of some seeds. Arguments: {@link #orders} of the process that asks, the first seed, the seed behind the
   * last. Prints nothing when one of the orders is the same here.
   */
  public static void main(String[] args) throws Exception {
    String theirs = args[0];
    String ours = orders();
    if (theirs.substring(0, 6).equals(ours.substring(0, 6)) || theirs.substring(7).equals(ours.substring(7))) {
      return;
    }
    for (long seed = Long.parseLong(args[1]); seed < Long.parseLong(args[2]); seed++) {
      Simulation simulation = new Simulation(seed);
      simulation.run();
      System.out.println(seed + " " + simulation.trail());
    }
  }

  private void pause() {
    clock.advance(Duration.ofNanos(1000L * random.nextInt(1000)));
    if (!quiet) {
      Thread.yield();
    }
  }

  private SimDisk.@Nullable Fault fault(long number, FaultyFiles.Call call, Path path) {
    if (hits(call, path) && random.nextInt(4) == 0) {
      disk.powerGoesAt = number + 1 + random.nextInt(random.nextInt(2) == 0 ? 3 : 30);
      killed = aim == Aim.FAILED_LOG;
      tally.add("ends behind " + aim, 1);
      aim = Aim.NOWHERE;
      return killed ? hit(SimDisk.Fault.EIO, call, path) : null;
    }
    if (!faulty) {
      return null;
    }
    if (call == FaultyFiles.Call.READ && rot && random.nextInt(30) == 0) {
      return hit(SimDisk.Fault.BIT_ROT, call, path);
    }
    if (number >= faultsFrom) {
      return hit(SimDisk.Fault.ENOSPC, call, path);
    }
    if (random.nextInt(1000) < faultsPerThousand) {
      if (random.nextInt(6) == 0) {
        faultsFrom = number;
      }
      return hit(WRITING.get(random.nextInt(WRITING.size())), call, path);
    }
    return null;
  }

  private boolean hits(FaultyFiles.Call call, Path path) {
    return call == FaultyFiles.Call.SYNC
        && switch (aim) {
          case NOWHERE -> false;
          case FAILED_LOG -> kind(path).equals("log");
          case MANIFEST -> kind(path).equals("manifest");
        };
  }

  private SimDisk.@Nullable Fault hit(SimDisk.Fault fault, FaultyFiles.Call call, Path path) {
    boolean reading =
        call == FaultyFiles.Call.READ || call == FaultyFiles.Call.OPEN || call == FaultyFiles.Call.LIST;
    if (reading && !rot) {
      // Only seeds with rot may find what is on the disk unreadable, because they may lose it.
      return null;
    }
    harmed |= reading;
    markIsNew &= !kind(path).equals("mark") && !kind(path).equals("directory");
    logFailed |= path.toString().contains("/wal/");
    tally.add("fault " + fault + " in " + call + " of " + kind(path), 1);
    return fault;
  }

  private static String kind(Path path) {
    String name = path.getFileName().toString();
    return name.contains(".wal") || name.contains("spare")
        ? "log"
        : name.contains(".lseg")
            ? "segment"
            : name.contains("MANIFEST")
                ? "manifest"
                : name.contains("IDENTITY") ? "identity" : name.contains("MARK") ? "mark" : "directory";
  }

  private void live() {
    quiet = false;
    markIsNew = false;
    noticed = false;
    if (killsOnly) {
      options = options.withSync(MODES.get(random.nextInt(MODES.size())), options.syncInterval());
      tally.add("lives with " + options.sync(), 1);
    }
    faulty = random.nextInt(4) > 0;
    faultsFrom = Long.MAX_VALUE;
    disk.powerGoesAt = disk.calls() + (random.nextInt(6) == 0 ? random.nextInt(40) : random.nextInt(random.nextInt(4) == 0 ? 1500 : 500));
    // What a failed sync left must last through a power cut in the next life.
    aim = killed ? Aim.MANIFEST : !killsOnly && random.nextInt(4) == 0 ? Aim.FAILED_LOG : Aim.NOWHERE;
    killed = false;
    Store store;
    try {
      markIsNew = true;
      store = open(options);
      // It opens, too, when it dies so late that nothing but the mark is missing.
      markIsNew &= disk.isOn();
    } catch (LokiException e) {
      markIsNew = false;
      tally.add(disk.isOn() ? "openings failed by a fault" : "power gone while opening", 1);
      assertThat(disk.isOn() && !faulty).as("does not open without a fault: " + e).isFalse();
      disk.off();
      return;
    }
    List<Thread> actors = new ArrayList<>();
    for (int writer = 0; writer < 2; writer++) {
      int steps = 5 + random.nextInt(25);
      actors.add(threads.start("writer-" + writer, () -> write(store, steps)));
    }
    actors.add(threads.start("flusher", () -> flush(store)));
    actors.add(threads.start("upkeep", () -> upkeep(store)));
    actors.add(threads.start("deleter", () -> delete(store)));
    List<Throwable> seen = new ArrayList<>();
    actors.add(
        threads.start(
            "reader",
            () -> {
              try {
                read(store);
              } catch (Throwable e) {
                seen.add(e);
                disk.off();
              }
            }));
    for (Thread actor : actors) {
      join(actor);
    }
    if (disk.isOn() && random.nextInt(3) > 0) {
      tally.add("process dies idle", 1);
      disk.off();
    }
    boolean clean = disk.isOn();
    store.close();
    tally.add(clean ? "closed" : "closed after the end", 1);
    if (!seen.isEmpty()) {
      throw new AssertionError("a reader saw: " + seen.getFirst(), seen.getFirst());
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Store open(StoreOptions options) {
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    registries.add(metrics);
    return Store.open(ROOT, options, clock, metrics, disk, tuning, upkeep);
  }

  private boolean damageReported() {
    return registries.stream()
        .anyMatch(metrics -> !metrics.find("sigyn.storage.damaged.regions").counters().isEmpty());
  }

  private void write(Store store, int steps) {
    Batch refused = null;
    for (int step = 0; step < steps && disk.isOn(); step++) {
      // One that was taken before and refused the second time may have been deleted since.
      Batch batch = refused == null || refused.deleted != Fate.REFUSED ? null : refused;
      if (batch == null && !batches.isEmpty() && random.nextInt(6) == 0) {
        batch = batches.get(random.nextInt(batches.size()));
        tally.add("batches sent again", 1);
        // A request that is done hides nothing that comes later.
        batch = batch.deleted == Fate.REFUSED ? batch : null;
      }
      if (batch == null) {
        batch = fresh(batches.size());
        batches.add(batch);
      }
      refused = append(store, batch) ? null : batch;
      for (int wait = refused != null ? 15 : random.nextInt(3) / 2; wait > 0; wait--) {
        Thread.yield();
      }
    }
  }

  /** Whether the store took it. */
  private boolean append(Store store, Batch batch) {
    try {
      CompletableFuture<Void> durable = store.append(batch.tenant, batch.entries);
      batch.fate = batch.fate == Fate.REFUSED ? Fate.UNKNOWN : batch.fate;
      CompletableFuture<Void> _ = durable.whenComplete(
          (done, failure) -> {
            if (failure == null) {
              batch.fate = Fate.ACKED;
              batch.heard |= disk.isOn();
            }
          });
      if (random.nextInt(3) == 0) {
        durable.exceptionally(failure -> null).join();
      }
      return true;
    } catch (LokiException e) {
      tally.add("batches refused", 1);
      return false;
    }
  }

  private void flush(Store store) {
    for (int n = random.nextInt(6); n > 0 && disk.isOn(); n--) {
      for (int wait = random.nextInt(40); wait > 0; wait--) {
        Thread.yield();
      }
      try {
        store.flush();
        tally.add("flushes", 1);
      } catch (LokiException e) {
        tally.add("flushes failed", 1);
      }
    }
  }

  /** Merges, deletes, drops what is expired, scrubs. */
  private void upkeep(Store store) {
    for (int n = random.nextInt(4); n > 0 && disk.isOn(); n--) {
      // Often right at the start, when there is most to merge.
      for (int wait = random.nextInt(2) * random.nextInt(60); wait > 0; wait--) {
        Thread.yield();
      }
      store.upkeep().runAll();
      tally.add("rounds of upkeep", 1);
    }
  }

  private void delete(Store store) {
    for (int n = random.nextInt(3); n > 0 && disk.isOn(); n--) {
      for (int wait = random.nextInt(60); wait > 0; wait--) {
        Thread.yield();
      }
      List<Batch> doomed = batches.stream().filter(batch -> batch.isDoomed() && batch.fate != Fate.REFUSED).toList();
      if (doomed.isEmpty()) {
        continue;
      }
      Batch batch = doomed.get(random.nextInt(doomed.size()));
      batch.deleted = batch.deleted == Fate.ACKED ? Fate.ACKED : Fate.UNKNOWN;
      try {
        store.delete(batch.tenant, Doomed.request(Long.parseLong(batch.entries.labels(0).get("doomed"))));
        batch.deleted = Fate.ACKED;
        tally.add("deletes", 1);
      } catch (LokiException e) {
        tally.add("deletes refused", 1);
      }
    }
  }

  /** Reads while others write: nothing strange, nothing twice, nothing missing that was acknowledged before. */
  private void read(Store store) {
    for (int n = random.nextInt(5); n > 0 && disk.isOn(); n--) {
      for (int wait = random.nextInt(40); wait > 0; wait--) {
        Thread.yield();
      }
      for (Tenant tenant : TENANTS) {
        List<Batch> before =
            batches.stream().filter(batch -> batch.fate == Fate.ACKED && batch.tenant.equals(tenant)).toList();
        List<Batch> gone =
            batches.stream().filter(batch -> batch.deleted == Fate.ACKED && batch.tenant.equals(tenant)).toList();
        Map<Long, Set<Row>> found =
            found(
                store,
                tenant,
                random.nextBoolean() ? Direction.FORWARD : Direction.BACKWARD,
                random.nextBoolean() ? Selection.Order.TIME : Selection.Order.STREAM);
        if (!harmed) {
          for (Batch batch : gone) {
            assertThat(found).as("batch, deleted before").doesNotContainKey((long) batches.indexOf(batch));
          }
        }
        if (disk.isOn() && !harmed) {
          for (Batch batch : before) {
            if (batch.deleted != Fate.REFUSED) {
              continue;
            }
            assertThat(found.getOrDefault((long) batches.indexOf(batch), Set.of()))
                .as("batch %d of %s, acknowledged before", batches.indexOf(batch), tenant)
                .isEqualTo(batch.rows);
          }
        }
        tally.add("reads", 1);
      }
    }
  }

  /** Everything a tenant has by the number of its batch; nothing is there twice, nothing is strange. */
  private Map<Long, Set<Row>> found(Store store, Tenant tenant, Direction direction, Selection.Order order) {
    Map<Long, Set<Row>> byNumber = new HashMap<>();
    Selection all = new Selection(List.of(), TimeRange.ALL, direction, order, Selection.TextTest.NONE);
    Reading.select(store, tenant, all, new ScanStats())
        .forEach(
            (stream, entries) -> {
              assertThat(entries).as("order of " + stream).isSortedAccordingTo(Comparator.comparingLong(Oracle.Entry::ts));
              for (Oracle.Entry entry : entries) {
                long number = Long.parseLong(entry.line().substring(0, entry.line().indexOf('/')));
                Row row = new Row(stream, entry);
                Batch batch = batches.get((int) number);
                if (!batch.tenant.equals(tenant) || !batch.rows.contains(row)) {
                  throw new AssertionError(row + " was not sent, or is expired");
                }
                if (!byNumber.computeIfAbsent(number, key -> new HashSet<>()).add(row)) {
                  throw new AssertionError(row + " is there twice");
                }
              }
            });
    return byNumber;
  }

  /** An earlier version leaves the mark as it is; one that is older still was there before it was removed. */
  private void older() {
    if (!disk.exists(MARK)) {
      return;
    }
    marks.add(disk.bytes(MARK));
    switch (random.nextInt(6)) {
      case 0 -> {
        tally.add("marks made older", 1);
        disk.put(MARK, marks.get(random.nextInt(marks.size())));
      }
      case 1 -> {
        tally.add("marks removed", 1);
        disk.remove(MARK);
      }
      default -> {}
    }
  }

  /** On a copy of the disk the log loses its end: whoever asks for an entry that is missing is told so. */
  private void cutTheEnd() throws Exception {
    SimDisk cut = disk.copy();
    List<WalListing.Entry> records = new ArrayList<>();
    WalListing.list(cut, new Layout(ROOT).wal(), records::add, finding -> {});
    if (records.isEmpty()) {
      return;
    }
    WalListing.Entry first = records.get(random.nextInt(records.size()));
    byte[] before = cut.bytes(first.file());
    cut.put(first.file(), random.nextBoolean() ? Arrays.copyOf(before, (int) first.offset()) : zeroed(before, (int) first.offset()));
    records.stream().map(WalListing.Entry::file).filter(file -> file.compareTo(first.file()) > 0).forEach(cut::remove);
    quietly();
    threads.run(
        () -> {
          for (int start = 0; start < 2; start++) {
            try (Store store = Store.open(ROOT, STILL, clock, new SimpleMeterRegistry(), cut, tuning, upkeep)) {
              missing(store, start);
            }
          }
          return true;
        });
    tally.add("ends cut", 1);
  }

  private static byte[] zeroed(byte[] bytes, int from) {
    byte[] zeroed = bytes.clone();
    Arrays.fill(zeroed, from, bytes.length, (byte) 0);
    return zeroed;
  }

  private void missing(Store store, int start) {
    Map<Tenant, Map<Long, Set<Row>>> found = new HashMap<>();
    TENANTS.forEach(tenant -> found.put(tenant, found(store, tenant, Direction.FORWARD, Selection.Order.TIME)));
    for (int number = 0; number < batches.size(); number++) {
      Batch batch = batches.get(number);
      if (batch.fate != Fate.ACKED || !batch.heard || batch.deleted != Fate.REFUSED) {
        continue;
      }
      Set<Row> there = found.getOrDefault(batch.tenant, Map.of()).getOrDefault((long) number, Set.of());
      for (Row row : batch.rows) {
        if (!there.contains(row)) {
          ScanStats stats = new ScanStats();
          TimeRange its = new TimeRange(row.entry.ts(), row.entry.ts() + 1);
          Reading.select(store, batch.tenant, new Selection(List.of(), its, Direction.FORWARD, Selection.Order.TIME, Selection.TextTest.NONE), stats);
          // What may be the work of an earlier version is not noted.
          assertThat(stats.damages().isEmpty() && stats.notices().isEmpty() && !(start > 0 && noticed))
              .as("batch %d is missing without a word after %s, start %d: %s", number, batch.tenant, start, store.damages())
              .isFalse();
          noticed |= stats.damages().isEmpty();
          tally.add("entries missing with a word", 1);
        }
      }
    }
  }

  /** What the disk keeps; whether it is all that the process has written. */
  private boolean end() {
    killed &= !disk.isOn();
    boolean kill = killsOnly || killed || random.nextInt(5) == 0;
    if (disk.isOn()) {
      tally.add("restarts without a crash", 1);
      if (random.nextBoolean()) {
        return true;
      }
    }
    if (kill) {
      tally.add("crashes of the process", 1);
      disk.kill();
    } else {
      tally.add("power cuts " + order + (lying ? ", lying disk" : ""), 1);
      disk.powerCut(order);
      if (lying) {
        batches.stream().filter(batch -> batch.fate == Fate.ACKED).forEach(batch -> batch.fate = Fate.UNKNOWN);
        batches.stream().filter(batch -> batch.deleted == Fate.ACKED).forEach(batch -> batch.deleted = Fate.UNKNOWN);
      }
    }
    return kill;
  }

  private void quietly() {
    quiet = true;
    killed = false;
    aim = Aim.NOWHERE;
    faulty = false;
    faultsFrom = Long.MAX_VALUE;
    disk.powerGoesAt = Long.MAX_VALUE;
  }

  /** Opens without faults, often twice, and compares everything. */
  private void check() {
    for (int time = random.nextInt(3) == 0 ? 0 : 1; time < 2; time++) {
      // Still: nothing is flushed but by us, so files may be counted.
      boolean still = random.nextBoolean();
      Store store = open(still ? STILL : options);
      SimpleMeterRegistry metrics = registries.getLast();
      try {
        compare(store);
        if (random.nextBoolean()) {
          store.flush();
          compare(store);
        }
        if (random.nextInt(3) == 0) {
          store.upkeep().runAll();
          compare(store);
        }
        if (still) {
          leftOvers((long) metrics.get("sigyn.storage.segments").gauge().value());
        }
        if (!lying && !harmed) {
          assertThat(store.damages()).as("damage").allMatch(this::mayBe);
        }
      } finally {
        store.close();
      }
    }
  }

  private void leftOvers(long segments) {
    List<Path> files = disk.all();
    assertThat(files)
        .as("left-overs")
        .noneMatch(path -> path.toString().endsWith(".tmp"));
    assertThat(files.stream().filter(path -> path.toString().endsWith(".lseg") && !path.startsWith(ROOT.resolve("quarantine"))))
        .as("files of segments, of which %d are known", segments)
        .hasSize((int) segments);
  }

  /**
   * Unsynced records that the disk wrote in part, some of them, look like damage where the mark does not tell that nobody was told
   * they are there.
   */
  private boolean mayBe(String damage) {
    return (order == SimDisk.Order.REORDERED || logFailed) && damage.contains("unless a power cut");
  }

  private void compare(Store store) {
    for (Tenant tenant : TENANTS) {
      Map<Long, Set<Row>> found = found(store, tenant, Direction.FORWARD, Selection.Order.TIME);
      for (int number = 0; number < batches.size(); number++) {
        Batch batch = batches.get(number);
        if (!batch.tenant.equals(tenant)) {
          continue;
        }
        Set<Row> rows = found.getOrDefault((long) number, Set.of());
        boolean whole = rows.equals(batch.rows);
        if (batch.deleted == Fate.ACKED) {
          assertThat(rows.isEmpty() || harmed && damageReported())
              .as("batch %d of %s, deleted, %d rows are there", number, tenant, rows.size())
              .isTrue();
          continue;
        }
        if (lying || harmed) {
          // What the disk promised and did not keep, or showed wrong, may be missing; the latter not without a word.
          assertThat(whole || batch.fate != Fate.ACKED || batch.deleted != Fate.REFUSED || damageReported())
              .as("batch %d missing without a word", number)
              .isTrue();
          continue;
        }
        switch (batch.deleted == Fate.REFUSED || batch.fate == Fate.REFUSED ? batch.fate : Fate.UNKNOWN) {
          case ACKED -> assertThat(rows).as("batch %d of %s, acknowledged", number, tenant).isEqualTo(batch.rows);
          case UNKNOWN ->
              assertThat(whole || rows.isEmpty())
                  .as("batch %d of %s, without an answer, is there in part: %d of %d", number, tenant, rows.size(), batch.rows.size())
                  .isTrue();
          case REFUSED -> assertThat(rows).as("batch %d of %s, refused", number, tenant).isEmpty();
        }
      }
    }
    tally.add("comparisons", 1);
  }

  /** Few entries, sometimes more than a file of the log holds; several days; lines that occur once. */
  private Batch fresh(int number) {
    SplittableRandom random = new SplittableRandom(number * 0x9E3779B97F4A7C15L + 7);
    ByteSink arena = new ByteSink(512);
    EntryBatch.Builder batch = EntryBatch.builder(new byte[0]);
    int streams = 1 + random.nextInt(3);
    boolean doomed = number % 7 == 3;
    for (int s = 0; s < streams; s++) {
      String app = "app-" + random.nextInt(4);
      batch.stream(
          doomed
              ? Labels.of("app", app, "doomed", Integer.toString(number), "s", Integer.toString(s))
              : Labels.of("app", app, "s", Integer.toString(s)));
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        int from = arena.size();
        arena.utf8(number + "/" + s + "." + n + " ");
        for (int words = random.nextInt(random.nextInt(12) == 0 ? 600 : 10); words > 0; words--) {
          arena.utf8("w" + random.nextInt(100_000) + " ");
        }
        long late = random.nextInt(lateOneIn) == 0 ? RandomBatches.DAY : 0;
        Labels metadata = random.nextInt(3) == 0 ? Labels.of("trace", "t" + random.nextInt(50)) : Labels.EMPTY;
        batch.entry(NOON + number * 1_000_000L - random.nextInt(5_000_000) - late, from, arena.size(), metadata);
      }
    }
    return new Batch(TENANTS.get(random.nextInt(2)), batch.arena(arena.toByteArray()).build(), expires);
  }
}
