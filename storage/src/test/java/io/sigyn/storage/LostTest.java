package io.sigyn.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.model.Direction;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.manifest.DayManifest;
import io.sigyn.storage.segment.SegmentId;
import io.sigyn.storage.segment.SegmentInfo;
import io.sigyn.storage.tombstone.DeleteRequest;
import io.sigyn.testkit.InMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers lack what a store found lost when it opened, and say so: those of its tenant and time, as long as nobody knows. */
class LostTest {
  private static final Tenant MINE = new Tenant("mine");
  private static final Tenant OTHER = new Tenant("other");
  private static final long NOON = RandomBatches.NOON;
  private static final long HOUR = 3_600_000_000_000L;
  private static final int DAY = Layout.dayOf(NOON);
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.OS, 64 << 20, Duration.ofHours(1), 16 << 20, 0);

  @TempDir(factory = InMemory.class) Path temp;
  private final FaultyFiles files = new FaultyFiles();

  /** A path with blanks, since notes have a blank behind the path. */
  private Path root() {
    return temp.resolve("the store");
  }

  private Path quarantine() {
    return root().resolve("quarantine");
  }

  private Store open() {
    return Store.open(root(), OPTIONS, Clock.SYSTEM, new SimpleMeterRegistry(), files, Tuning.DEFAULT);
  }

  /** Three segments of mine (at noon, an hour later, a day later) and one of the other's. */
  private void fill() {
    try (Store store = open()) {
      push(store, MINE, NOON);
      push(store, MINE, NOON + HOUR);
      push(store, MINE, NOON + RandomBatches.DAY);
      push(store, OTHER, NOON);
    }
  }

  private static void push(Store store, Tenant tenant, long time) {
    store.append(tenant, StoreTest.batch(Labels.of("app", "web"), time, "one", "two")).join();
    store.flush();
  }

  private List<Path> all(Tenant tenant, int day, String part) throws IOException {
    try (Stream<Path> paths = Files.list(new Layout(root()).day(tenant, day))) {
      return paths.filter(path -> path.getFileName().toString().contains(part)).sorted().toList();
    }
  }

  /** The segment of mine at noon. */
  private Path atNoon() throws IOException {
    DayManifest manifest =
        DayManifest.load(
            StoreFiles.LOCAL, new Layout(root()).day(MINE, DAY), MINE, DAY, temp.resolve("q"), new DamageLog(damage -> {}));
    for (SegmentInfo segment : manifest.segments()) {
      if (segment.footer().minTs() == NOON) {
        return manifest.directory().resolve(segment.fileName());
      }
    }
    throw new AssertionError("no segment at noon among " + manifest.segments());
  }

  /** What answers of each kind about one nanosecond say they lack. */
  private static Map<String, List<String>> told(Store store, Tenant tenant, long time) {
    TimeRange range = new TimeRange(time, time + 1);
    Map<String, List<String>> told = new TreeMap<>();
    told.put("lines", damages(stats -> Reading.select(store, tenant, List.of(), range, Direction.FORWARD, stats)));
    told.put(
        "counts",
        damages(
            stats ->
                Reading.select(
                    store,
                    tenant,
                    new Selection(List.of(), range, Direction.FORWARD, Selection.Order.STREAM, Selection.TextTest.NONE),
                    stats)));
    told.put("names", damages(stats -> store.labelNames(tenant, List.of(), range, stats)));
    told.put("values", damages(stats -> store.labelValues(tenant, "app", List.of(), range, stats)));
    told.put("series", damages(stats -> store.series(tenant, List.of(), range, stats)));
    told.put("stats", damages(stats -> store.stats(tenant, List.of(), range, stats)));
    told.put(
        "volume",
        damages(stats -> store.volume(tenant, List.of(), range, List.of(), Volume.Grouping.SERIES, 10, stats)));
    return told;
  }

  private interface Question {
    void ask(ScanStats stats);
  }

  private static List<String> damages(Question question) {
    ScanStats stats = new ScanStats();
    question.ask(stats);
    assertThat(stats.notices()).isEmpty();
    return stats.damages();
  }

  /** That every kind of answer names it, once. */
  private static void assertTold(Store store, Tenant tenant, long time, String... parts) {
    told(store, tenant, time)
        .forEach((kind, said) -> assertThat(said).as(kind).singleElement().asString().contains(parts));
  }

  private static void assertNotTold(Store store, Tenant tenant, long time) {
    told(store, tenant, time).forEach((kind, said) -> assertThat(said).as(kind).isEmpty());
  }

  private static void assertOnlyNoonTold(Store store, String... parts) {
    assertTold(store, MINE, NOON, parts);
    assertNotTold(store, MINE, NOON - 1);
    assertNotTold(store, MINE, NOON + 1);
    assertNotTold(store, MINE, NOON + HOUR);
    assertNotTold(store, MINE, NOON + RandomBatches.DAY);
    assertNotTold(store, OTHER, NOON);
  }

  @Test
  void aMissingSegmentIsToldToItsTenantAndTimeUntilTheNoteIsRemoved() throws IOException {
    fill();
    Path segment = atNoon();
    Path note = quarantine().resolve(segment.getFileName() + ".lost");
    try (Store store = open()) {
      assertNotTold(store, MINE, NOON);
    }
    Files.delete(segment);
    try (Store store = open()) {
      assertOnlyNoonTold(store, "segment " + segment, "its 2 entries are lost", "remove " + note + " when you know");
      assertThat(store.damages()).hasSize(1);
    }
    for (int start = 0; start < 2; start++) {
      try (Store store = open()) {
        String said = segment + " is missing; its 2 entries are lost; remove this file when you know";
        assertOnlyNoonTold(store, "loss " + note, said);
        assertThat(store.damages()).hasSize(1);
        if (start == 1) {
          Files.delete(note);
          assertNotTold(store, MINE, NOON);
          assertNotTold(store, MINE, NOON);
        }
      }
    }
    try (Store store = open()) {
      assertNotTold(store, MINE, NOON);
      assertThat(store.damages()).isEmpty();
    }
  }

  @Test
  void aNoteThatIsRemovedInTheProcessThatMadeItSilencesItToo() throws IOException {
    fill();
    Path segment = atNoon();
    Files.delete(segment);
    try (Store store = open()) {
      assertTold(store, MINE, NOON, "is missing");
      Files.delete(quarantine().resolve(segment.getFileName() + ".lost"));
      assertNotTold(store, MINE, NOON);
    }
  }

  @Test
  void aSegmentThatIsBackIsNotToldOf() throws IOException {
    fill();
    Path segment = atNoon();
    Path elsewhere = Files.move(segment, temp.resolve("elsewhere"));
    try (Store store = open()) {
      assertTold(store, MINE, NOON, "is missing");
    }
    Files.move(elsewhere, segment);
    try (Store store = open()) {
      assertNotTold(store, MINE, NOON);
      assertThat(store.series(MINE, List.of(), new TimeRange(NOON, NOON + 1))).hasSize(1);
    }
  }

  /** The manifest names it still, so it is missed once more; and there is the note. */
  @Test
  void isToldOnceWhenTheManifestCouldNotBeMadeAnew() throws IOException {
    fill();
    Path segment = atNoon();
    Path elsewhere = Files.move(segment, temp.resolve("elsewhere"));
    files.rule =
        (call, path) -> {
          if (call == FaultyFiles.Call.CREATE && path.toString().contains("MANIFEST")) {
            throw new IOException("no");
          }
        };
    for (int start = 0; start < 3; start++) {
      try (Store store = Store.open(root(), OPTIONS, Clock.SYSTEM, new SimpleMeterRegistry(), files, Tuning.DEFAULT)) {
        assertOnlyNoonTold(store, "is missing");
        store.close(false);
      }
    }
    Files.move(elsewhere, segment);
    try (Store store = open()) {
      assertNotTold(store, MINE, NOON);
    }
    try (Store store = open()) {
      assertThat(store.damages()).isEmpty();
      assertThat(store.series(MINE, List.of(), new TimeRange(NOON, NOON + 1))).hasSize(1);
    }
  }

  /** Then nothing can be removed: it is told until the process ends. */
  @Test
  void isToldWhenTheNoteCouldNotBeMade() throws IOException {
    fill();
    Files.delete(atNoon());
    files.rule = FaultyFiles.failing(FaultyFiles.Call.CREATE, ".lost.tmp", "no");
    try (Store store = open()) {
      assertOnlyNoonTold(store, "is missing; its 2 entries are lost");
      assertThat(store.damages()).singleElement().asString().doesNotContain("remove");
    }
  }

  private static void assertOnlyThatDayTold(Store store, String part) {
    for (long time : List.of(Layout.firstOf(DAY), NOON, NOON + HOUR, Layout.lastOf(DAY))) {
      assertTold(store, MINE, time, part);
    }
    assertNotTold(store, MINE, Layout.firstOf(DAY) - 1);
    assertNotTold(store, MINE, Layout.lastOf(DAY) + 1);
    assertNotTold(store, OTHER, NOON);
  }

  @Test
  void aDamagedManifestIsToldToItsDay() throws IOException {
    fill();
    Path manifest = all(MINE, DAY, "MANIFEST").getFirst();
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[bytes.length / 2] ^= 1;
    Files.write(manifest, bytes);
    try (Store store = open()) {
      assertOnlyThatDayTold(store, "bytes are no record");
    }
    try (Store store = open()) {
      assertNotTold(store, MINE, NOON);
    }
  }

  @Test
  void aManifestThatCannotBeReadIsToldToItsDay() throws IOException {
    fill();
    String manifest = all(MINE, DAY, "MANIFEST").getFirst().toString();
    files.rule = FaultyFiles.failing(FaultyFiles.Call.OPEN, manifest, "no");
    try (Store store = open()) {
      assertOnlyThatDayTold(store, "cannot be read: no");
    }
  }

  /** Two losses: of the segment the manifest forgot nobody knows what was in it. */
  @Test
  void anUnusableSegmentIsToldToItsDay() throws IOException {
    fill();
    Path segment = atNoon();
    Files.write(segment, new byte[100]);
    Files.delete(all(MINE, DAY, "MANIFEST").getFirst());
    try (Store store = open()) {
      assertOnlyThatDayTold(store, "unusable");
    }
    try (Store store = open()) {
      assertOnlyThatDayTold(store, "was unusable, and no manifest says what was in it");
      Files.delete(quarantine().resolve(segment.getFileName() + ".lost"));
      assertNotTold(store, MINE, NOON);
    }
  }

  @Test
  void aSegmentThatCannotBeReadIsToldToItsDay() throws IOException {
    fill();
    Path segment = atNoon();
    Files.delete(all(MINE, DAY, "MANIFEST").getFirst());
    files.rule = FaultyFiles.failing(FaultyFiles.Call.OPEN, segment.toString(), "no");
    try (Store store = open()) {
      assertOnlyThatDayTold(store, "not named by the manifest and cannot be read: no");
    }
  }

  @Test
  void aDeleteRequestOfWhichBothFilesAreDamagedIsToldToAllAnswersOfItsTenant() throws IOException {
    try (Store store = open()) {
      push(store, MINE, NOON);
      push(store, OTHER, NOON);
      store.delete(MINE, new DeleteRequest("{app=\"web\"}", List.of(), false, NOON, NOON));
    }
    Path request;
    try (Stream<Path> paths = Files.list(new Layout(root()).tombstones(MINE))) {
      request = paths.findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(request);
    bytes[bytes.length / 2] ^= 1;
    Files.write(request, bytes);
    Files.write(new Layout(root()).tombstoneCopies(MINE).resolve(request.getFileName()), bytes);
    Path note = quarantine().resolve(request.getFileName() + ".lost");
    for (int start = 0; start < 2; start++) {
      try (Store store = open()) {
        assertTold(store, MINE, NOON, "what it hid may be seen again", note.toString());
        assertTold(store, MINE, 0, "what it hid may be seen again", note.toString());
        assertNotTold(store, OTHER, NOON);
        assertNotTold(store, OTHER, 0);
        if (start == 1) {
          Files.delete(note);
          assertNotTold(store, MINE, NOON);
        }
      }
    }
  }

  @Test
  void whatTouchesNoAnswerIsNotTold() throws IOException {
    fill();
    Files.createDirectories(root().resolve("t").resolve("no tenant"));
    Files.write(root().resolve("IDENTITY"), new byte[28]);
    try (Store store = open()) {
      assertThat(store.damages()).hasSize(2);
      assertNotTold(store, MINE, NOON);
      assertThat(store.suspicions()).isEmpty();
    }
  }

  @Test
  void suspicionsAreCountedByKind() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    StoreMetrics metrics = new StoreMetrics(registry);
    DamageLog damages = new DamageLog(metrics::damaged, metrics::suspected);
    damages.suspect(new Damage("wal", temp, "cut off"));
    damages.suspect(new Damage("wal", temp, "cut off, too"));
    assertThat(registry.get("sigyn.storage.unfinished.writes").tag("kind", "wal").counter().count()).isEqualTo(2);
    assertThat(registry.find("sigyn.storage.damaged.regions").counter()).isNull();
  }

  private Path note(String name, String text) throws IOException {
    Files.createDirectories(quarantine());
    return Files.writeString(quarantine().resolve(name + ".lost"), text, UTF_8);
  }

  /** Where a file should be says whose it was, if the note does not. */
  @Test
  void notesOfEarlierVersionsReachWhatTheirPathsTell() throws IOException {
    fill();
    String segment = "L0-00000000000000000000000001.lseg";
    Path note = note(segment, new Layout(root()).day(MINE, DAY).resolve(segment) + " is missing; its 7 entries are lost");
    try (Store store = open()) {
      assertOnlyThatDayTold(store, "its 7 entries are lost");
    }
    Files.delete(note);
    String request = "17979cfe362a0000-00000001.tomb";
    note = note(request, "t/mine/tombstones/" + request + " was damaged; what it hid may be seen again");
    try (Store store = open()) {
      assertTold(store, MINE, NOON, "what it hid");
      assertTold(store, MINE, 0, "what it hid");
      assertNotTold(store, OTHER, NOON);
    }
    Files.delete(note);
    String log = "0000000000000001.wal";
    note(log, root().resolve("wal/0").resolve(log) + " could not be read; the pushes in it are missing until it can be");
    try (Store store = open()) {
      assertTold(store, MINE, NOON, "could not be read");
      assertTold(store, OTHER, 0, "could not be read");
    }
  }

  @Test
  void whatANoteSaysCountsMoreThanItsPath() throws IOException {
    fill();
    String segment = "L0-00000000000000000000000001.lseg";
    Path file = new Layout(root()).day(OTHER, DAY).resolve(segment);
    note(segment, file + " is gone\nof interest to people\ntenant mine\r\nentries " + NOON + " " + NOON + "\n");
    try (Store store = open()) {
      assertOnlyNoonTold(store, file + " is gone; remove this file when you know");
    }
  }

  /** Nobody knows what they meant, so they may mean anything; and one must not hide another. */
  @Test
  void notesThatMakeNoSenseReachEverything() throws IOException {
    fill();
    List<String> senseless =
        List.of(
            "",
            "\n",
            "something is lost",
            "/t/mine/x.lseg is lost\ntenant ../..\nentries 1 2",
            "x is lost\nentries 2 1",
            "x is lost\nentries",
            "x is lost\nentries ",
            "x is lost\nentries 1",
            "x is lost\nentries one two",
            "x is lost\nentries 99999999999999999999 99999999999999999999",
            "x is lost\nentries 1 2 3",
            "\0/x.lseg is lost");
    for (String text : senseless) {
      Path note = note("x.lseg", text);
      try (Store store = open()) {
        assertTold(store, OTHER, 1, "loss " + note);
        boolean times = text.contains("entries 1 2") && !text.contains("1 2 3");
        if (!times) {
          assertTold(store, MINE, NOON, "loss " + note);
        }
      }
      Files.delete(note);
    }
    Path directory = Files.createDirectories(quarantine().resolve("a.lseg.lost"));
    Path note = note("b.lseg", "b.lseg is lost\ntenant mine\n");
    try (Store store = open()) {
      assertTold(store, OTHER, NOON, "loss " + directory, "this note of what is lost cannot be read");
      assertThat(told(store, MINE, NOON).get("lines")).hasSize(2).last().asString().contains("loss " + note);
    }
  }

  /** Three thousand are told of as ten and a number, and forgotten when their notes are gone. */
  @Test
  void manyLossesAreNamedInPartAndCounted() throws IOException {
    fill();
    Path day = new Layout(root()).day(MINE, DAY);
    DayManifest manifest =
        DayManifest.load(StoreFiles.LOCAL, day, MINE, DAY, temp.resolve("q"), new DamageLog(damage -> {}));
    SegmentInfo known = manifest.segments().getFirst();
    List<SegmentInfo> never = new ArrayList<>();
    Random random = new Random(1);
    for (int n = 0; n < 3000; n++) {
      SegmentId id = SegmentId.create(random, n);
      never.add(new SegmentInfo(id, 0, known.labelNames(), known.pairs(), known.footer()));
    }
    manifest.replace(List.of(), never);
    long time = known.footer().minTs();
    for (int start = 0; start < 2; start++) {
      try (Store store = open()) {
        told(store, MINE, time)
            .forEach(
                (kind, said) -> {
                  assertThat(said).as(kind).hasSize(11).doesNotHaveDuplicates();
                  assertThat(said.subList(0, 10)).as(kind).allMatch(text -> text.contains("is missing"));
                  assertThat(said.getLast()).as(kind).startsWith("at most 2990 more of what is lost or damaged;");
                });
        assertNotTold(store, MINE, time - 1);
        assertNotTold(store, OTHER, time);
        assertThat(store.damages()).hasSize(100);
        if (start == 1) {
          forget(store, time);
        }
      }
    }
    try (Store store = open()) {
      assertNotTold(store, MINE, time);
    }
  }

  private void forget(Store store, long time) throws IOException {
    List<Path> notes;
    try (Stream<Path> all = Files.list(quarantine())) {
      notes = new ArrayList<>(all.sorted().toList());
    }
    assertThat(notes).hasSize(3000);
    for (Path note : notes.subList(0, 995)) {
      Files.delete(note);
    }
    List<String> said = told(store, MINE, time).getOrDefault("lines", List.of());
    assertThat(said).hasSize(6);
    assertThat(said.getFirst()).contains(notes.get(995).toString());
    assertThat(said.getLast()).startsWith("at most 2000 more");
    for (Path note : notes.subList(995, 2999)) {
      Files.delete(note);
    }
    assertThat(told(store, MINE, time).get("lines")).singleElement().asString().startsWith("at most 1 more");
    Files.delete(notes.getLast());
    assertNotTold(store, MINE, time);
  }
}
