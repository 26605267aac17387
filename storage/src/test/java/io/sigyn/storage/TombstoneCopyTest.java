package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.LokiException;
import io.sigyn.model.Direction;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of the two files of a delete request is gone or damaged, then the store is started: nothing that was deleted is seen again. */
class TombstoneCopyTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final Labels WEB = Labels.of("app", "web");
  private static final Labels DB = Labels.of("app", "db");
  private static final long T0 = RandomBatches.NOON;
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.OS, 256 << 20, Duration.ofDays(1000), 16 << 20, 0);

  @TempDir(factory = InMemory.class) Path temp;
  private final FaultyFiles files = new FaultyFiles();
  private final FakeClock clock = new FakeClock(T0);
  private DeletionMode mode = DeletionMode.FILTER_AND_DELETE;

  private Store open() {
    UpkeepOptions upkeep =
        UpkeepOptions.ON_DEMAND.withDeletes(tenant -> mode, RowFilter.Compiler.NONE, Duration.ofDays(1));
    return Store.open(temp.resolve("store"), OPTIONS, clock, new SimpleMeterRegistry(), files, Tuning.DEFAULT, upkeep);
  }

  private Path firsts() {
    return new Layout(temp.resolve("store")).tombstones(TENANT);
  }

  private Path copies() {
    return new Layout(temp.resolve("store")).tombstoneCopies(TENANT);
  }

  private Path quarantine() {
    return new Layout(temp.resolve("store")).quarantine();
  }

  private static List<Path> in(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(directory)) {
      return all.sorted().toList();
    }
  }

  private Path copyOf(Path first) {
    return copies().resolve(first.getFileName());
  }

  /** A stream that stays and one that is deleted. Returns the file of the request. */
  private Path fill() throws IOException {
    try (Store store = open()) {
      store.append(TENANT, StoreTest.batch(WEB, T0, "kept")).join();
      store.append(TENANT, StoreTest.batch(DB, T0, "deleted")).join();
      delete(store, DB);
      assertKept(store);
    }
    Path first = in(firsts()).getFirst();
    assertBoth(first);
    return first;
  }

  private static void delete(Store store, Labels stream) {
    LabelMatcher matcher = new LabelMatcher.Equal("app", stream.get("app"));
    store.delete(TENANT, new DeleteRequest("{app=\"" + stream.get("app") + "\"}", List.of(matcher), false, T0, T0));
  }

  private static void assertKept(Store store) {
    assertThat(lines(store)).containsExactly("kept");
  }

  private static List<String> lines(Store store) {
    return Reading.all(store, TENANT).values().stream().flatMap(List::stream).map(Oracle.Entry::line).sorted().toList();
  }

  /** Both files are there and say the same. */
  private void assertBoth(Path first) throws IOException {
    assertThat(copyOf(first)).hasSameBinaryContentAs(first);
    assertThat(in(firsts())).hasSameSizeAs(in(copies()));
  }

  private static List<String> told(Store store) {
    ScanStats stats = new ScanStats();
    Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.FORWARD, stats);
    return stats.damages();
  }

  /** A start that says something of a file, and nothing to answers; the next one finds nothing to say. */
  private void assertReported(Path first, Path file, String what) throws IOException {
    try (Store store = open()) {
      assertKept(store);
      assertThat(store.damages()).singleElement().asString().startsWith("tombstone " + file + ": ").contains(what);
      assertThat(told(store)).isEmpty();
      assertThat(store.deletes(TENANT)).hasSize(1);
    }
    assertBoth(first);
    assertSilent(first);
  }

  private void assertSilent(Path first) throws IOException {
    try (Store store = open()) {
      assertKept(store);
      assertThat(store.damages()).isEmpty();
    }
    assertBoth(first);
  }

  @Test
  void theFilesComeChangeAndGoTogether() throws IOException {
    Path first = fill();
    try (Store store = open()) {
      delete(store, WEB);
      assertThat(in(copies())).hasSize(2);
      store.cancelDelete(TENANT, store.deletes(TENANT).getLast().id());
      assertThat(in(copies())).containsExactly(copyOf(first));
      assertThat(in(firsts())).containsExactly(first);
      clock.advance(Duration.ofDays(2));
      store.upkeep().runAll();
      assertThat(store.deletes(TENANT)).extracting(Tombstone::state).containsExactly(Tombstone.State.PROCESSED);
      assertBoth(first);
      assertThat(decoded(first).state()).isEqualTo(Tombstone.State.PROCESSED);
      clock.advance(Duration.ofDays(29));
      store.upkeep().runAll();
      assertThat(store.deletes(TENANT)).isEmpty();
      assertThat(in(firsts())).isEmpty();
      assertThat(in(copies())).isEmpty();
    }
    try (Store store = open()) {
      assertThat(store.damages()).isEmpty();
      assertThat(store.deletes(TENANT)).isEmpty();
    }
  }

  private static Tombstone decoded(Path file) throws IOException {
    return Tombstone.decode(Files.readAllBytes(file), TENANT);
  }

  @Test
  void aFileThatIsGoneIsMadeAgainAndReported() throws IOException {
    Path first = fill();
    Files.delete(first);
    assertReported(first, first, "is missing; it is made again from its copy");
  }

  @Test
  void aDirectoryThatIsGoneIsMadeAgain() throws IOException {
    Path first = fill();
    Files.delete(first);
    Files.delete(firsts());
    assertReported(first, first, "is missing");
  }

  /** As after an earlier version, or a crash. */
  @Test
  void aCopyThatIsMissingIsMadeWithoutAWord() throws IOException {
    Path first = fill();
    Files.delete(copyOf(first));
    assertSilent(first);
    Files.delete(copyOf(first));
    Files.delete(copies());
    assertSilent(first);
    // And is as good as any.
    Files.delete(first);
    assertReported(first, first, "is missing");
  }

  @Test
  void aDamagedFileIsMadeAgainWhicheverItsDamage() throws IOException {
    Path first = fill();
    byte[] bytes = Files.readAllBytes(first);
    for (Path file : List.of(first, copyOf(first))) {
      Path aside = quarantine().resolve("t-" + first.getFileName() + (file.equals(first) ? "" : ".copy"));
      for (int at = 0; at < bytes.length; at++) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= 4;
        Files.write(file, flipped);
        assertReported(first, file, "made again");
        assertThat(aside).hasBinaryContent(flipped);
        Files.delete(aside);
        Files.write(file, Arrays.copyOf(bytes, at));
        assertReported(first, file, "made again");
        Files.delete(aside);
      }
      assertThat(in(quarantine())).isEmpty();
    }
  }

  @Test
  void aFileThatCannotBeReadIsReplaced() throws IOException {
    Path first = fill();
    for (Path file : List.of(first, copyOf(first))) {
      files.rule = FaultyFiles.failing(Call.OPEN, file.toString(), "no such sector");
      try (Store store = open()) {
        assertKept(store);
        assertThat(store.damages()).singleElement().asString().startsWith("tombstone " + file + ": no such sector");
      }
      files.rule = (call, path) -> {};
      assertSilent(first);
    }
  }

  @Test
  void whatBothFilesLoseIsToldUntilItIsKnown() throws IOException {
    Path first = fill();
    Path copy = copyOf(first);
    byte[] bytes = Files.readAllBytes(first);
    Path note = quarantine().resolve(first.getFileName() + ".lost");
    for (boolean alone : List.of(false, true)) {
      Files.write(copy, Arrays.copyOf(bytes, 30));
      if (!alone) {
        Files.write(first, Arrays.copyOf(bytes, 20));
      }
      for (int start = 0; start < 2; start++) {
        try (Store store = open()) {
          assertThat(lines(store)).containsExactly("deleted", "kept");
          assertThat(store.damages()).hasSize(1);
          assertThat(told(store)).singleElement().asString().contains("what it hid may be seen again", note.toString());
          assertThat(store.deletes(TENANT)).isEmpty();
        }
        assertThat(in(firsts())).isEmpty();
        assertThat(in(copies())).isEmpty();
      }
      assertThat(quarantine().resolve("t-" + first.getFileName() + ".copy")).hasBinaryContent(Arrays.copyOf(bytes, 30));
      Files.delete(note);
      try (Store store = open()) {
        assertThat(store.damages()).isEmpty();
      }
    }
  }

  @Test
  void theStateThatIsFurtherCounts() throws IOException {
    Path first = fill();
    byte[] received = Files.readAllBytes(first);
    byte[] processed = decoded(first).as(Tombstone.State.PROCESSED).encode(TENANT);
    for (Path behind : List.of(first, copyOf(first))) {
      Files.write(first, processed);
      Files.write(copyOf(first), processed);
      Files.write(behind, received);
      try (Store store = open()) {
        assertThat(store.deletes(TENANT)).extracting(Tombstone::state).containsExactly(Tombstone.State.PROCESSED);
        assertThat(store.damages()).isEmpty();
      }
      assertBoth(first);
      assertThat(first).hasBinaryContent(processed);
    }
  }

  /** An earlier version lets a request that is done go after thirty days and knows nothing of its copy. */
  @Test
  void theCopyOfARequestThatIsForgottenGoesWithoutAWord() throws IOException {
    Path first = fill();
    try (Store store = open()) {
      clock.advance(Duration.ofDays(2));
      store.upkeep().runAll();
    }
    Files.delete(first);
    assertReported(first, first, "is missing");
    Files.delete(first);
    clock.advance(Duration.ofDays(29));
    try (Store store = open()) {
      assertThat(store.damages()).isEmpty();
      assertThat(store.deletes(TENANT)).isEmpty();
    }
    assertThat(in(copies())).isEmpty();
  }

  /** Where entries are only hidden, a request holds for ever. */
  @Test
  void aRequestThatIsNotDoneIsNeverTooOld() throws IOException {
    mode = DeletionMode.FILTER_ONLY;
    Path first = fill();
    Files.delete(first);
    clock.advance(Duration.ofDays(1000));
    assertReported(first, first, "is missing");
  }

  @Test
  void aDiskThatTakesNothingIsNoReasonNotToOpen() throws IOException {
    Path first = fill();
    for (Path gone : List.of(copyOf(first), first)) {
      Files.delete(gone);
      files.rule = FaultyFiles.failing(Call.WRITE, ".tomb.tmp", "disk full");
      for (int start = 0; start < 2; start++) {
        try (Store store = open()) {
          assertKept(store);
          assertThat(store.damages()).hasSize(gone.equals(first) ? 1 : 0);
        }
        assertThat(gone).doesNotExist();
      }
      files.rule = (call, path) -> {};
      if (gone.equals(first)) {
        assertReported(first, first, "is missing");
      } else {
        assertSilent(first);
      }
    }
  }

  /** As an earlier version leaves it, on a disk that is full: there is not even a directory for the copy. */
  @Test
  void aRequestWithoutACopyCanBeWithdrawn() throws IOException {
    Path first = fill();
    Files.delete(copyOf(first));
    Files.delete(copies());
    files.rule = FaultyFiles.failing(Call.CREATE_DIRECTORY, copies().getFileName().toString(), "disk full");
    try (Store store = open()) {
      assertKept(store);
      store.cancelDelete(TENANT, store.deletes(TENANT).getFirst().id());
      assertThat(lines(store)).containsExactly("deleted", "kept");
    }
    try (Store store = open()) {
      assertThat(lines(store)).containsExactly("deleted", "kept");
      assertThat(store.damages()).isEmpty();
    }
  }

  @Test
  void filesThatChangedPlacesAreEachMadeAgain() throws IOException {
    Path first = fill();
    try (Store store = open()) {
      delete(store, Labels.of("app", "none"));
    }
    Path other = in(firsts()).stream().filter(file -> !file.equals(first)).findFirst().orElseThrow();
    byte[] bytes = Files.readAllBytes(first);
    Files.copy(other, first, StandardCopyOption.REPLACE_EXISTING);
    Files.write(other, bytes);
    try (Store store = open()) {
      assertKept(store);
      assertThat(store.damages()).hasSize(2).allMatch(text -> text.contains("is that of request"));
      assertThat(store.deletes(TENANT)).hasSize(2);
    }
    assertThat(first).hasBinaryContent(bytes);
    assertBoth(first);
    assertBoth(other);
    assertSilent(first);
  }

  @Test
  void unfinishedFilesGoInBothDirectories() throws IOException {
    Path first = fill();
    Files.writeString(Path.of(first + ".tmp"), "half");
    Files.writeString(Path.of(copyOf(first) + ".tmp"), "half");
    assertSilent(first);
    assertThat(in(firsts())).hasSize(1);
  }

  @Test
  void aRequestWhoseCopyCannotBeKeptIsRefusedForGood() throws IOException {
    Path first = fill();
    files.rule =
        (call, path) -> {
          if (call == Call.WRITE && path.startsWith(copies())) {
            throw new IOException("disk full");
          }
        };
    try (Store store = open()) {
      assertThatThrownBy(() -> delete(store, WEB)).isInstanceOf(LokiException.class).hasMessageContaining("disk full");
      assertKept(store);
    }
    files.rule = (call, path) -> {};
    assertSilent(first);
  }
}
