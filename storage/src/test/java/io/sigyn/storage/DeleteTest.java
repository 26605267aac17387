package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.LokiException;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.UpkeepOptions.DeletionMode;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.storage.files.FaultyFiles.Call;
import io.sigyn.storage.tombstone.DeleteRequest;
import io.sigyn.storage.tombstone.RowFilter;
import io.sigyn.storage.tombstone.Tombstone;
import io.sigyn.testkit.FakeClock;
import io.sigyn.testkit.InMemory;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeleteTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final Labels WEB = Labels.of("app", "web");
  private static final Labels DB = Labels.of("app", "db");
  private static final long T0 = RandomBatches.NOON;
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.OS, 256 << 20, Duration.ofDays(1000), 16 << 20, 0);
  private static final Tuning TUNING =
      new Tuning(1 << 20, 64L << 20, Duration.ofHours(1), Duration.ofHours(1));

  /** Lines that contain the text. */
  private static final RowFilter.Compiler CONTAINS =
      (query, stream) ->
          (rows, r) ->
              new String(
                      rows.text(), rows.lineStart(r), rows.lineEnd(r) - rows.lineStart(r), StandardCharsets.ISO_8859_1)
                  .contains(query);

  @TempDir(factory = InMemory.class) Path temp;
  private final FaultyFiles files = new FaultyFiles();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final FakeClock clock = new FakeClock(T0);

  @Test
  void hidesEntriesAtOnceInMemoryAndInSegmentsAndAfterARestart() {
    try (Store store = open()) {
      store.append(TENANT, StoreTest.batch(WEB, T0, "one", "secret two")).join();
      store.flush();
      store.append(TENANT, StoreTest.batch(WEB, T0 + 1, "three", "secret four")).join();
      store.append(TENANT, StoreTest.batch(DB, T0, "secret of db")).join();
      store.delete(TENANT, request("secret", WEB, true, T0, T0 + 1));
      assertThat(lines(store)).containsExactly("secret of db", "one", "three");
      assertThat(Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.BACKWARD, new ScanStats()).get(WEB))
          .hasSize(2);
    }
    try (Store store = open()) {
      assertThat(lines(store)).containsExactly("secret of db", "one", "three");
      assertThat(store.deletes(TENANT)).singleElement().satisfies(t -> assertThat(t.request().query()).isEqualTo("secret"));
    }
  }

  @Test
  void leavesThemOutOfCountsThatReadNoBlock() {
    try (Store store = open()) {
      store.append(TENANT, StoreTest.batch(WEB, T0, "one", "secret two")).join();
      store.append(TENANT, StoreTest.batch(DB, T0, "of db")).join();
      store.flush();
      assertThat(count(store)).isEqualTo(new Counted(0, 3));
      store.delete(TENANT, request("secret", WEB, true, T0, T0));
      assertThat(count(store)).isEqualTo(new Counted(1, 1));
      clock.advance(Duration.ofDays(1));
      store.upkeep().runAll();
      assertThat(count(store)).isEqualTo(new Counted(0, 2));
    }
  }

  private record Counted(long read, long summarised) {}

  private static Counted count(Store store) {
    long read = 0;
    long summarised = 0;
    Selection all = new Selection(List.of(), TimeRange.ALL, Direction.FORWARD, Selection.Order.STREAM, Selection.TextTest.NONE);
    try (EntryCursor cursor = store.select(TENANT, all, new ScanStats())) {
      while (true) {
        EntrySummary summary = cursor.summary();
        if (summary != null) {
          summarised += summary.rows();
          cursor.skip();
        } else if (cursor.next()) {
          read += cursor.block().size();
        } else {
          return new Counted(read, summarised);
        }
      }
    }
  }

  @Test
  void takesThemFromDiskWhenTheRequestCanNotBeWithdrawnAnyMore() throws IOException {
    try (Store store = open()) {
      store.append(TENANT, StoreTest.batch(WEB, T0, "one", "secret two")).join();
      store.flush();
      store.append(TENANT, StoreTest.batch(WEB, T0 + 1, "secret three")).join();
      store.delete(TENANT, request("secret", WEB, true, T0, T0 + 1));
      clock.advance(Duration.ofHours(23));
      store.upkeep().runAll();
      assertThat(onDisk("secret")).isTrue();
      clock.advance(Duration.ofHours(1));
      store.upkeep().runAll();
      assertThat(lines(store)).containsExactly("one");
      assertThat(onDisk("secret two")).isFalse();
      assertThat(store.deletes(TENANT)).extracting(Tombstone::state).containsExactly(Tombstone.State.PROCESSED);
      // What comes later is not meant.
      store.append(TENANT, StoreTest.batch(WEB, T0, "secret two")).join();
      assertThat(lines(store)).containsExactly("one", "secret two");
    }
    try (Store store = open()) {
      assertThat(lines(store)).containsExactly("one", "secret two");
      assertThat(store.damages()).isEmpty();
    }
  }

  @Test
  void showsEntriesAgainWhenTheRequestIsWithdrawn() {
    try (Store store = open()) {
      store.append(TENANT, StoreTest.batch(WEB, T0, "one")).join();
      Tombstone tombstone = store.delete(TENANT, request("", WEB, false, T0, T0));
      assertThat(lines(store)).isEmpty();
      store.cancelDelete(TENANT, tombstone.id());
      assertThat(lines(store)).containsExactly("one");
    }
    try (Store store = open()) {
      assertThat(lines(store)).containsExactly("one");
    }
  }

  @Test
  void touchesNoOtherTenant() {
    Tenant other = new Tenant("other");
    try (Store store = open()) {
      store.append(TENANT, StoreTest.batch(WEB, T0, "mine")).join();
      store.append(other, StoreTest.batch(WEB, T0, "theirs")).join();
      store.delete(other, request("", WEB, false, T0, T0));
      assertThat(lines(store)).containsExactly("mine");
      assertThat(Reading.all(store, other)).isEmpty();
      assertThat(store.deletes(TENANT)).isEmpty();
    }
  }

  @Test
  void onlyHidesWhereOnlyHidingIsAllowedAndNothingWhereDeletingIsOff() throws IOException {
    UpkeepOptions filterOnly =
        UpkeepOptions.ON_DEMAND.withDeletes(tenant -> DeletionMode.FILTER_ONLY, CONTAINS, Duration.ZERO);
    try (Store store = open(filterOnly)) {
      store.append(TENANT, StoreTest.batch(WEB, T0, "one")).join();
      store.delete(TENANT, request("", WEB, false, T0, T0));
      store.flush();
      store.upkeep().runAll();
      assertThat(lines(store)).isEmpty();
    }
    try (Store store =
        open(UpkeepOptions.ON_DEMAND.withDeletes(tenant -> DeletionMode.DISABLED, CONTAINS, Duration.ZERO))) {
      assertThat(lines(store)).containsExactly("one");
    }
  }

  @Test
  void takesNoRequestThatItCannotKeep() {
    try (Store store = open()) {
      store.append(TENANT, StoreTest.batch(WEB, T0, "one")).join();
      files.rule = FaultyFiles.failing(Call.WRITE, ".tomb.tmp", "disk full");
      assertThatThrownBy(() -> store.delete(TENANT, request("", WEB, false, T0, T0)))
          .isInstanceOf(LokiException.class)
          .hasMessageContaining("disk full");
      assertThat(lines(store)).containsExactly("one");
      files.rule = (call, path) -> {};
    }
  }

  @Test
  void showsNothingOfAStreamWhoseFilterItCannotEvaluate() {
    try (Store store = open()) {
      store.append(TENANT, StoreTest.batch(WEB, T0, "one")).join();
      store.delete(TENANT, request("secret", WEB, true, T0, T0));
    }
    try (Store store = Store.open(temp.resolve("store"), OPTIONS, clock, metrics, files, TUNING)) {
      assertThatThrownBy(() -> lines(store)).isInstanceOf(LokiException.class).hasMessageContaining("secret");
    }
  }

  @Test
  void reportsADamagedRequestAndStarts() throws IOException {
    try (Store store = open()) {
      store.delete(TENANT, request("secret", WEB, true, T0, T0));
    }
    List<Path> both;
    try (Stream<Path> all = Files.walk(temp)) {
      both = all.filter(path -> path.toString().endsWith(".tomb")).toList();
    }
    assertThat(both).hasSize(2);
    byte[] bytes = Files.readAllBytes(both.getFirst());
    for (int at = 0; at < bytes.length; at++) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= 4;
      for (Path file : both) {
        Files.write(file, flipped);
      }
      try (Store store = open()) {
        assertThat(store.damages()).as("bit flipped at " + at).anyMatch(text -> text.startsWith("tombstone "));
        assertThat(store.deletes(TENANT)).isEmpty();
      }
      assertThat(both).noneMatch(Files::exists);
    }
  }

  @Seeded(rounds = 15)
  void deletesWhatWasAskedForAndNothingElse(RandomGenerator random) {
    RandomBatches batches = new RandomBatches(random);
    Oracle oracle = new Oracle();
    List<DeleteRequest> requests = new ArrayList<>();
    Store store = open();
    try {
      for (int step = 0; step < 30; step++) {
        switch (random.nextInt(8)) {
          case 0 -> store.flush();
          case 1 -> {
            clock.advance(Duration.ofHours(random.nextInt(30)));
            store.upkeep().runAll();
          }
          case 2 -> {
            store.close();
            store = open();
          }
          case 3 -> {
            if (requests.size() < 3) {
              TimeRange range = batches.range();
              if (!range.isEmpty()) {
                DeleteRequest request =
                    new DeleteRequest("abc", batches.matchers(), random.nextBoolean(), range.start(), range.end() - 1);
                store.delete(TENANT, request);
                requests.add(request);
                // Later entries are not the same question.
                clock.advance(Duration.ofHours(25));
                store.upkeep().runAll();
                oracle = without(oracle, request);
              }
            }
          }
          default -> {
            EntryBatch batch = batches.next();
            store.append(TENANT, batch).join();
            oracle.append(batch);
          }
        }
        assertThat(Reading.all(store, TENANT)).isEqualTo(oracle.select(List.of(), TimeRange.ALL));
      }
      assertThat(store.damages()).isEmpty();
    } finally {
      store.close();
    }
  }

  private static Oracle without(Oracle oracle, DeleteRequest request) {
    Oracle left = new Oracle();
    oracle
        .select(List.of(), TimeRange.ALL)
        .forEach(
            (labels, entries) -> {
              boolean meant = LabelMatcher.all(request.matchers(), labels);
              for (Oracle.Entry entry : entries) {
                boolean gone =
                    meant
                        && entry.ts() >= request.first()
                        && entry.ts() <= request.last()
                        && (!request.filtered() || entry.line().contains(request.query()));
                if (!gone) {
                  byte[] line = entry.line().getBytes(StandardCharsets.ISO_8859_1);
                  left.append(
                      EntryBatch.builder(line).stream(labels).entry(entry.ts(), 0, line.length, entry.metadata()).build());
                }
              }
            });
    return left;
  }

  @Test
  void neverBringsBackWhatItHidWhicheverCallIsTheLast() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    files.rule = (call, path) -> calls.incrementAndGet();
    assertThat(work(temp.resolve("whole"), files)).isTrue();
    int all = calls.get();
    for (int last = 0; last < all; last++) {
      FaultyFiles dying = new FaultyFiles();
      AtomicInteger made = new AtomicInteger();
      int until = last;
      dying.rule =
          (call, path) -> {
            if (made.incrementAndGet() > until) {
              throw new IOException("power off");
            }
          };
      Path root = temp.resolve("cut-" + last);
      boolean deleted = work(root, dying);
      try (Store store = Store.open(root, OPTIONS, clock, metrics, new FaultyFiles(), TUNING, deleting())) {
        List<String> lines = lines(store);
        if (deleted) {
          assertThat(lines).as("cut after call " + last).containsExactly("one", "four");
        } else {
          assertThat(lines).as("cut after call " + last).isSubsetOf("one", "secret two", "secret three", "four");
        }
        store.upkeep().runAll();
        assertThat(lines(store)).as("cut after call " + last).isEqualTo(lines);
      }
    }
  }

  /** Returns whether the delete request was taken. */
  private boolean work(Path root, FaultyFiles on) {
    boolean deleted = false;
    try (Store store = Store.open(root, OPTIONS, clock, metrics, on, TUNING, deleting())) {
      store.append(TENANT, StoreTest.batch(WEB, T0, "one", "secret two")).join();
      store.flush();
      store.append(TENANT, StoreTest.batch(WEB, T0 + 1, "secret three", "four")).join();
      store.delete(TENANT, request("secret", WEB, true, T0, T0 + 1));
      deleted = true;
      store.upkeep().runAll();
      store.flush();
      store.upkeep().runAll();
    } catch (LokiException | CompletionException e) {
      // The power is off.
    }
    return deleted;
  }

  private static UpkeepOptions deleting() {
    return UpkeepOptions.ON_DEMAND.withDeletes(tenant -> DeletionMode.FILTER_AND_DELETE, CONTAINS, Duration.ZERO);
  }

  private static DeleteRequest request(String query, Labels stream, boolean filtered, long first, long last) {
    List<LabelMatcher> matchers = List.of(new LabelMatcher.Equal("app", stream.get("app")));
    return new DeleteRequest(query, matchers, filtered, first, last);
  }

  private boolean onDisk(String text) throws IOException {
    try (Stream<Path> all = Files.walk(temp.resolve("store/t"))) {
      for (Path path : all.filter(p -> p.toString().endsWith(".lseg")).toList()) {
        if (new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1).contains(text)) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<String> lines(Store store) {
    Map<Labels, List<Oracle.Entry>> all = Reading.all(store, TENANT);
    return all.values().stream().flatMap(List::stream).map(Oracle.Entry::line).collect(Collectors.toList());
  }

  private Store open() {
    return open(
        UpkeepOptions.ON_DEMAND.withDeletes(tenant -> DeletionMode.FILTER_AND_DELETE, CONTAINS, Duration.ofDays(1)));
  }

  private Store open(UpkeepOptions options) {
    return Store.open(temp.resolve("store"), OPTIONS, clock, metrics, files, TUNING, options);
  }
}
