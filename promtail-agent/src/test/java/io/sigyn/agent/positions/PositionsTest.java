package io.sigyn.agent.positions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.config.ConfigException;
import io.sigyn.config.ConfigNode;
import io.sigyn.config.YamlReader;
import io.sigyn.testkit.FakeClock;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PositionsTest {
  @TempDir Path dir;
  private final FakeClock clock = new FakeClock(1_700_000_000_000_000_000L);
  private Path file = Path.of("/");
  private Path log = Path.of("/");

  @BeforeEach
  void paths() throws IOException {
    file = dir.resolve("new/dir/positions.yaml");
    log = Files.writeString(dir.resolve("a.log"), "x");
  }

  private Positions open() {
    return Positions.open(file, false, false, clock);
  }

  private FileRecord record(long key, String path, long committed, Stamp... stamps) {
    return new FileRecord(
        key, "client", "job", path, path, new FileId(1, key), Fingerprint.of(new byte[] {1, 2}, 0, 2), committed,
        committed + 5, Fingerprint.NONE, 7, false, 0, List.of(stamps));
  }

  private void save(FileRecord... records) {
    try (Positions positions = open()) {
      positions.sync(List.of(records));
    }
  }

  @Test
  void writesPromtailsFileAndReadsItself() throws IOException {
    FileRecord record = record(5, log.toString(), 123, new Stamp(100, 200, 1000));
    save(record);
    assertThat(Files.readString(file)).isEqualTo("positions:\n  \"" + log + "\": \"123\"\n");
    assertThat(Files.getPosixFilePermissions(file)).hasToString("[OWNER_READ, OWNER_WRITE]");
    try (Positions again = open()) {
      assertThat(again.ofPath("client", log.toString())).containsExactly(record.seenAt(clock.epochMillis()));
      assertThat(again.newKey()).isGreaterThan(5);
    }
  }

  @Test
  void readsWhatPromtailWroteAndKeepsWhatIsNotOurs() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(
        file, "positions:\n  " + log + ": \"17\"\n  cursor-journal: \"s=abc;i=1\"\n  '/gone.log': \"5\"\n");
    try (Positions positions = open()) {
      assertThat(positions.ofYaml(log.toString())).hasValue(17);
      positions.opened(record(9, log.toString(), 20));
      positions.sync(List.of(record(9, log.toString(), 20)));
    }
    assertThat(Files.readString(file))
        .isEqualTo(
            "positions:\n  \"/gone.log\": \"5\"\n  \"" + log
                + "\": \"20\"\n  \"cursor-journal\": \"s=abc;i=1\"\n");
  }

  @Test
  void theYamlFileWinsWhenAnotherProgramWroteIt() throws IOException {
    save(record(5, log.toString(), 123));
    Files.writeString(file, "positions:\n  " + log + ": \"150\"\n");
    try (Positions positions = open()) {
      FileRecord moved = positions.ofPath("client", log.toString()).getFirst();
      assertThat(moved.committed()).isEqualTo(150);
      assertThat(moved.read()).isEqualTo(150);
    }
  }

  @Test
  void theJournalWinsWhenOnlyItWasReplacedBeforeACrash() throws IOException {
    save(record(5, log.toString(), 123));
    String yaml = Files.readString(file);
    save(record(5, log.toString(), 200));
    Files.writeString(file, yaml);
    try (Positions positions = open()) {
      assertThat(positions.ofPath("client", log.toString()).getFirst().committed()).isEqualTo(200);
    }
  }

  @Test
  void removingTheFileStartsOver() throws IOException {
    save(record(5, log.toString(), 123));
    save(record(5, log.toString(), 124));
    Files.delete(file);
    try (Positions positions = open()) {
      assertThat(positions.ofPath("client", log.toString())).isEmpty();
    }
  }

  @Test
  void whatIsAppendedIsThereWithoutASync() {
    FileRecord record = record(5, log.toString(), 0);
    try (Positions positions = open()) {
      positions.sync(List.of());
      positions.opened(record);
      positions.stamp(5, new Stamp(0, 10, 77));
      positions.force();
    }
    try (Positions again = open()) {
      FileRecord found = again.ofFile("client", new FileId(1, 5)).getFirst();
      assertThat(found.stamps()).containsExactly(new Stamp(0, 10, 77));
    }
  }

  @Test
  void whatWasToldAfterARecordWasTakenIsKept() {
    FileRecord taken = record(5, log.toString(), 0, new Stamp(0, 10, 77));
    FileRecord finished = record(6, "/old.log", 3);
    try (Positions positions = open()) {
      positions.sync(List.of());
      positions.opened(taken);
      positions.opened(finished);
      positions.stamp(5, new Stamp(10, 20, 99));
      positions.opened(finished.finished());
      positions.sync(List.of(taken, finished));
    }
    try (Positions again = open()) {
      assertThat(again.ofPath("client", log.toString()).getFirst().stamps())
          .containsExactly(new Stamp(0, 10, 77), new Stamp(10, 20, 99));
      assertThat(again.ofPath("client", "/old.log").getFirst().done()).isTrue();
      assertThat(again.unfinished("client")).containsExactly(log.toString());
    }
  }

  @Test
  void aTornLineCostsOnlyItself() throws IOException {
    save(record(5, log.toString(), 123));
    Path journal = file.resolveSibling("positions.yaml.agent");
    Files.writeString(journal, "deadbeef stamp 5 0 1", StandardOpenOption.APPEND);
    try (Positions positions = open()) {
      assertThat(positions.ofPath("client", log.toString()).getFirst().committed()).isEqualTo(123);
      assertThat(positions.ofPath("client", log.toString()).getFirst().stamps()).isEmpty();
    }
  }

  @Seeded(rounds = 100)
  void aDamagedJournalNeverBreaksTheStart(RandomGenerator random) throws IOException {
    save(record(5, log.toString(), 123), record(6, "/b c%\n.log", 4, new Stamp(1, 2, 3)));
    Path journal = file.resolveSibling("positions.yaml.agent");
    byte[] bytes = Files.readAllBytes(journal);
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    Files.write(journal, bytes);
    try (Positions positions = open()) {
      List<FileRecord> records = positions.ofPath("client", log.toString());
      assertThat(records.isEmpty() ? 123 : records.getFirst().committed()).isEqualTo(123);
    }
  }

  @Test
  void aDamagedFileIsRecoveredFromTheJournalOrTheCopy() throws IOException {
    save(record(5, log.toString(), 100));
    save(record(5, log.toString(), 123));
    Files.write(file, new byte[64]);
    try (Positions positions = open()) {
      assertThat(positions.ofPath("client", log.toString()).getFirst().committed()).isEqualTo(123);
    }
    try (var names = Files.list(file.getParent())) {
      assertThat(names.map(name -> name.getFileName().toString())).anyMatch(n -> n.startsWith("positions.yaml.corrupt-"));
    }
    save(record(5, log.toString(), 123));
    save(record(5, log.toString(), 150));
    Files.delete(file.resolveSibling("positions.yaml.agent"));
    Files.writeString(file, "positions: [broken");
    try (Positions positions = open()) {
      assertThat(positions.ofYaml(log.toString())).as("the copy is one version older").hasValue(123);
    }
  }

  @Test
  void aDamagedFileWithoutAnythingElseIsFatalUnlessIgnored() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "positions:\n  a: \"1\"\n  a: \"2\"\n");
    assertThatThrownBy(this::open)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(":3:")
        .hasMessageContaining("appears twice")
        .hasMessageContaining("-positions.ignore-invalid-yaml");
    try (Positions positions = Positions.open(file, true, false, clock)) {
      assertThat(positions.ofYaml("a")).isEmpty();
    }
  }

  @Test
  void aFileOfManyMegabytesIsRead() throws IOException {
    StringBuilder text = new StringBuilder("positions:\n");
    for (int i = 0; i < 150_000; i++) {
      text.append("  /var/log/pods/shop_cart-").append(i).append("_0123456789abcdef0123/main/0.log: \"").append(i).append("\"\n");
    }
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(Files.size(file)).as("more than YAML may have").isGreaterThan(YamlReader.MAX_CHARS);
    try (Positions positions = open()) {
      assertThat(positions.ofYaml("/var/log/pods/shop_cart-149999_0123456789abcdef0123/main/0.log")).hasValue(149_999);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "positions:\n  /a.log: \"1\"\n", "positions:\n  \"/a \\\"b\\\\ \\u000a.log\": \"1\"\n", "positions:\n  /a b.log: \"1\"\n",
        "positions:\n  '/a.log': \"1\"\n", "positions:\n  /a.log: 1\n", "positions: {}\n", "positions:\n    /a.log: \"1\"\n",
        "# c\npositions:\n  /a: \"1\" # d\n", "positions:\n  /a: \"1\"", "positions:\n  cursor-j: \"s=1;i=2\"\n",
        "positions:\n  \"/t\\tab\": \"1\"\n", "positions:\n  /a%20: \"1\"\n",
      })
  void everyFormMeansWhatYamlSays(String text) {
    ConfigNode.Mapping root = (ConfigNode.Mapping) YamlReader.read("f", text);
    Map<String, String> expected = new TreeMap<>();
    ((ConfigNode.Mapping) root.get("positions").orElseThrow())
        .entries()
        .forEach(entry -> expected.put(entry.key(), ((ConfigNode.Scalar) entry.value()).text()));
    assertThat(PositionsFile.parse("f", text)).isEqualTo(expected);
  }

  @Test
  void anEmptyFileIsNoDamage() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
    try (Positions positions = open()) {
      assertThat(positions.ofYaml(log.toString())).isEmpty();
    }
  }

  @Test
  void aDirectoryInPlaceOfTheFileIsFatal() throws IOException {
    Files.createDirectories(file);
    assertThatThrownBy(this::open).isInstanceOf(ConfigException.class).hasMessageContaining("is a directory");
  }

  @Test
  void aSecondUserIsRefusedWithThePid() {
    try (Positions first = open()) {
      assertThat(first.problem()).isEmpty();
      assertThatThrownBy(this::open)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("is in use by another process (pid " + ProcessHandle.current().pid() + ")");
    }
    open().close();
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsAProblemThatEnds() throws IOException {
    Path blocked = Files.writeString(dir.resolve("blocked"), "a file where a directory should be");
    try (Positions positions = Positions.open(blocked.resolve("positions.yaml"), false, false, clock)) {
      positions.sync(List.of(record(5, log.toString(), 1)));
      assertThat(positions.problem().orElseThrow()).contains("cannot write the positions file");
      assertThat(positions.writeErrors()).isEqualTo(2);
      Files.delete(blocked);
      positions.sync(List.of(record(5, log.toString(), 2)));
      assertThat(positions.problem()).isEmpty();
      assertThat(Files.readString(blocked.resolve("positions.yaml"))).contains("\"2\"");
    }
  }

  @Test
  void aFullDiskIsAProblemThatEnds() throws IOException {
    Files.createDirectories(file.getParent());
    try (Positions positions = open()) {
      positions.sync(List.of(record(5, log.toString(), 1)));
      Path journal = file.resolveSibling("positions.yaml.agent");
      Files.delete(journal);
      // A directory that is not empty cannot be renamed over: every replacement fails, as on a full disk.
      Files.createDirectories(journal.resolve("in-the-way"));
      positions.sync(List.of(record(5, log.toString(), 2)));
      assertThat(positions.problem()).isPresent();
      assertThat(Files.readString(file)).as("the last good version stays").contains("\"1\"");
      Files.delete(journal.resolve("in-the-way"));
      Files.delete(journal);
      positions.sync(List.of(record(5, log.toString(), 2)));
      assertThat(positions.problem()).isEmpty();
      assertThat(Files.readString(file)).contains("\"2\"");
    }
    try (var names = Files.list(file.getParent())) {
      assertThat(names.map(name -> name.getFileName().toString()))
          .as("no temporary file is left")
          .noneMatch(name -> name.startsWith(".positions"));
    }
  }

  @Test
  void theSmallestOffsetOfAllClientsIsWritten() throws IOException {
    FileRecord slow = record(5, log.toString(), 100);
    FileRecord fast =
        new FileRecord(
            6, "other", "job", log.toString(), log.toString(), new FileId(1, 5), Fingerprint.NONE, 900, 900,
            Fingerprint.NONE, 0, false, 0, List.of());
    save(slow, fast);
    assertThat(Files.readString(file)).contains("\"100\"");
  }

  @Test
  void aClientWithAnotherNameGoesOnWhereItWas() {
    save(record(5, log.toString(), 100));
    try (Positions positions = open()) {
      positions.adopt(List.of("renamed"));
      assertThat(positions.ofPath("renamed", log.toString()).getFirst().committed()).isEqualTo(100);
    }
  }

  @Test
  void recordsAreForgottenADayAfterTheyWereTrueLast() throws IOException {
    try (Positions positions = open()) {
      positions.sync(List.of(record(5, log.toString(), 100)));
      clock.advance(Duration.ofHours(23));
      positions.sync(List.of());
      assertThat(positions.ofPath("client", log.toString())).hasSize(1);
      clock.advance(Duration.ofHours(2));
      positions.sync(List.of());
      assertThat(positions.ofPath("client", log.toString())).isEmpty();
    }
  }

  @Test
  void aFileThatIsSilentForDaysIsKnownAfterARestart() throws IOException {
    FileRecord silent = record(5, log.toString(), 100);
    try (Positions positions = open()) {
      for (int hour = 0; hour < 60; hour++) {
        positions.sync(List.of(silent));
        clock.advance(Duration.ofHours(1));
      }
    }
    try (Positions again = open()) {
      again.sync(List.of());
      assertThat(again.ofPath("client", log.toString())).hasSize(1);
    }
  }

  @Test
  void readOnlyChangesNothing() throws IOException {
    save(record(5, log.toString(), 100));
    byte[] before = Files.readAllBytes(file);
    try (Positions positions = Positions.open(file, false, true, clock)) {
      positions.opened(record(5, log.toString(), 200));
      positions.sync(List.of(record(5, log.toString(), 200)));
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Seeded(rounds = 50)
  void anyPathSurvivesBothFormats(RandomGenerator random) {
    StringBuilder path = new StringBuilder("/");
    for (int i = random.nextInt(20); i >= 0; i--) {
      path.appendCodePoint(random.nextInt(4) == 0 ? random.nextInt(1, 0x30) : random.nextInt(0x30, 0x24ff));
    }
    FileRecord record = record(5, path.toString(), 42);
    save(record);
    try (Positions positions = open()) {
      assertThat(positions.ofPath("client", path.toString())).extracting(FileRecord::committed).containsExactly(42L);
    }
    byte[] utf8 = path.toString().getBytes(StandardCharsets.UTF_8);
    assertThat(PositionsFile.parse("f", PositionsFile.print(Map.of(path.toString(), "42"))))
        .as("bytes %s", HexFormat.of().formatHex(utf8))
        .containsEntry(path.toString(), "42");
  }
}
