package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RotationTest {
  /** Longer than a fingerprint. */
  private static final String BANNER = "=".repeat(1200);

  @TempDir Path given;
  private Rig rig = new Rig(Path.of("/tmp"));

  @BeforeEach
  void makeRig() {
    rig.close();
    rig = new Rig(given);
  }

  @AfterEach
  void closeRig() {
    rig.close();
  }

  private static List<String> join(List<String> a, List<String> b) {
    List<String> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"1ms", "0s"})
  void linesWrittenToTheRenamedFileAreNotLost(String watchAfter) throws IOException {
    rig.patientTail().tail("watch_after", watchAfter);
    rig.append("a.log", "one");
    rig.start().awaitInOrder("one");
    try (FileChannel old = FileChannel.open(rig.log("a.log"), StandardOpenOption.APPEND)) {
      rig.rename("a.log", "a.log.1");
      rig.append("a.log", "new 1");
      rig.awaitInOrder("one", "new 1");
      write(old, "late 1\n");
      rig.awaitInOrder("one", "new 1", "late 1");
      write(old, "late 2\n");
      rig.append("a.log", "new 2");
      rig.awaitExactly(List.of("one", "new 1", "late 1", "late 2", "new 2"));
    }
  }

  private static void write(FileChannel channel, String text) throws IOException {
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1ms", "0s"})
  void theRestOfARotatedFileComesBeforeTheNewFile(String watchAfter) {
    rig.tail("watch_after", watchAfter);
    rig.append("a.log", Rig.numbered("old", 0, 10));
    rig.start().awaitReceived(10);
    rig.append("a.log", Rig.numbered("old", 10, 39));
    rig.rename("a.log", "a.log.1");
    rig.append("a.log", Rig.numbered("new", 0, 10));
    rig.awaitInOrder(join(Rig.numbered("old", 0, 39), Rig.numbered("new", 0, 10)));
  }

  @Test
  void generationsThatComeAndGoWhileTheServerIsDownAreAllDelivered() {
    // Little memory, so that reading stops in the middle of the first generation.
    rig.agentBlock("buffer: {memory: 64KB}");
    String wide = "x".repeat(400);
    rig.append("a.log", Rig.numbered(wide + " one", 0, 100));
    rig.start().awaitReceived(100);
    rig.server.down();
    rig.append("a.log", Rig.numbered(wide + " one", 100, 300));
    Await.until("the queue to fill", Rig.PATIENCE, () -> rig.agent().linesRead() > 150);
    rig.rename("a.log", "a.log.1");
    rig.append("a.log", Rig.numbered(wide + " two", 0, 300));
    rig.rename("a.log.1", "a.log.2");
    rig.rename("a.log", "a.log.1");
    rig.append("a.log", Rig.numbered(wide + " three", 0, 300));
    rig.server.up();
    List<String> expected = join(Rig.numbered(wide + " one", 0, 300), Rig.numbered(wide + " two", 0, 300));
    rig.awaitInOrder(join(expected, Rig.numbered(wide + " three", 0, 300)));
  }

  @Test
  void filesHeldOpenAreDeliveredAlthoughTheyWereDeletedWhileTheServerWasDown() throws IOException {
    rig.agentBlock("buffer: {memory: 64KB}").patientTail();
    String wide = "x".repeat(400);
    List<String> expected = new ArrayList<>(Rig.numbered(wide + " g0", 0, 300));
    rig.append("a.log", expected);
    rig.server.down();
    rig.start();
    Await.until("the queue to fill", Rig.PATIENCE, () -> rig.agent().linesRead() > 100);
    for (int generation = 1; generation < 5; generation++) {
      rig.rename("a.log", "a.log.2024050" + generation);
      List<String> lines = Rig.numbered(wide + " g" + generation, 0, 50);
      rig.append("a.log", lines);
      expected.addAll(lines);
      int seen = generation;
      Await.until(
          "generation " + seen + " to be opened", Rig.PATIENCE, () -> openFiles(rig.dir.resolve("logs")) > seen);
    }
    for (int generation = 1; generation < 5; generation++) {
      Files.delete(rig.log("a.log.2024050" + generation));
    }
    rig.server.up();
    rig.awaitInOrder(expected);
  }

  /** Descriptors of this process that lead into a directory. */
  private static long openFiles(Path directory) {
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(fd -> leadsInto(fd, directory)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean leadsInto(Path descriptor, Path directory) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith(directory + "/");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void descriptorsOfRotatedFilesAreClosed() {
    rig.append("a.log", "0");
    rig.start().awaitReceived(1);
    for (int i = 1; i <= 20; i++) {
      rig.rename("a.log", "a.log." + (100 + i));
      rig.append("a.log", Integer.toString(i));
      rig.awaitReceived(i + 1);
    }
    rig.awaitInOrder(IntStream.rangeClosed(0, 20).mapToObj(Integer::toString).toList());
    Await.until("old files to be closed", Rig.PATIENCE, () -> openFiles(rig.dir.resolve("logs")) == 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1ms", "0s"})
  void aTruncatedFileIsReadFromItsBeginning(String watchAfter) throws IOException {
    rig.tail("watch_after", watchAfter);
    rig.append("a.log", Rig.numbered("old", 0, 20));
    rig.start().awaitReceived(20);
    truncate("a.log");
    rig.append("a.log", "new 1", "new 2");
    rig.awaitInOrder(join(Rig.numbered("old", 0, 20), List.of("new 1", "new 2")));
  }

  private void truncate(String name) throws IOException {
    try (FileChannel channel = FileChannel.open(rig.log(name), StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }

  /** Truncates and fills again in one moment, from a distance of no poll. */
  private void replaceInPlace(String name, String text) throws IOException {
    Files.writeString(rig.log(name), text, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
  }

  @Test
  void aFileThatGrewBeyondTheOldOffsetAfterTruncationIsReadFromItsBeginning() throws IOException {
    rig.append("a.log", Rig.numbered("old", 0, 20));
    rig.start().awaitReceived(20);
    List<String> fresh = Rig.numbered("fresh", 0, 200);
    replaceInPlace("a.log", String.join("\n", fresh) + "\n");
    rig.awaitInOrder(join(Rig.numbered("old", 0, 20), fresh));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1ms", "0s"})
  void aFileRewrittenToTheSameSizeIsReadFromItsBeginning(String watchAfter) throws IOException {
    rig.tail("watch_after", watchAfter);
    rig.append("a.log", Rig.numbered("old", 0, 20));
    rig.start().awaitReceived(20);
    replaceInPlace("a.log", String.join("\n", Rig.numbered("new", 0, 20)) + "\n");
    rig.awaitInOrder(join(Rig.numbered("old", 0, 20), Rig.numbered("new", 0, 20)));
  }

  @Test
  void aTruncatedFileWithTheSameBannerIsReadFromItsBeginning() throws IOException {
    rig.append("a.log", join(List.of(BANNER), Rig.numbered("old", 0, 200)));
    rig.start().awaitReceived(201);
    replaceInPlace("a.log", BANNER + "\nnew 1\n");
    rig.awaitInOrder(join(join(List.of(BANNER), Rig.numbered("old", 0, 200)), List.of(BANNER, "new 1")));
  }

  @Test
  void truncationToNothingIsNoError() throws IOException {
    rig.append("a.log", "one");
    rig.start().awaitReceived(1);
    truncate("a.log");
    rig.awaitPosition("a.log", 0);
    rig.append("a.log", "two");
    rig.awaitInOrder("one", "two");
  }

  @Test
  void whatWasNotReadBeforeATruncationComesFromTheCopy() throws IOException {
    rig.agentBlock("buffer: {memory: 64KB}");
    String wide = "x".repeat(400);
    List<String> old = Rig.numbered(wide, 0, 400);
    rig.append("a.log", old.subList(0, 100));
    rig.start().awaitReceived(100);
    rig.server.down();
    rig.append("a.log", old.subList(100, 400));
    Await.until("the queue to fill", Rig.PATIENCE, () -> rig.agent().linesRead() > 150);
    Files.copy(rig.log("a.log"), rig.log("a.log.1"));
    truncate("a.log");
    rig.append("a.log", "new");
    rig.server.up();
    rig.awaitInOrder(join(old, List.of("new")));
  }

  @Test
  void aCopyThatIsShortOfWhatWasReadIsNotReadAgain() throws IOException {
    rig.append("a.log", Rig.numbered("old", 0, 100));
    rig.start().awaitReceived(100);
    Files.copy(rig.log("a.log"), rig.log("a.log.1"));
    rig.append("a.log", Rig.numbered("late", 0, 3));
    rig.awaitReceived(103);
    // Whoever copies may touch the copy when it is done.
    Files.setLastModifiedTime(rig.log("a.log.1"), FileTime.from(Instant.now().plusSeconds(5)));
    replaceInPlace("a.log", String.join("\n", Rig.numbered("new", 0, 10)) + "\n");
    List<String> expected = join(Rig.numbered("old", 0, 100), Rig.numbered("late", 0, 3));
    rig.awaitInOrder(join(expected, Rig.numbered("new", 0, 10)));
  }

  @Test
  void filesWithTheSameBeginningAreReadBoth() {
    rig.append("a.log", BANNER, "a");
    rig.append("b.log", BANNER, "b");
    rig.start();
    rig.awaitExactly(List.of(BANNER, BANNER, "a", "b"));
  }

  @Test
  void aFileReplacedByOneWithTheSameContentAndMoreGoesOn() throws IOException {
    List<String> first = join(List.of(BANNER), Rig.numbered("line", 0, 50));
    rig.append("a.log", first);
    rig.start().awaitReceived(51);
    List<String> added = Rig.numbered("added", 0, 10);
    Rig.append(rig.dir.resolve("elsewhere"), String.join("\n", join(first, added)) + "\n");
    Files.move(rig.dir.resolve("elsewhere"), rig.log("a.log"), StandardCopyOption.ATOMIC_MOVE);
    rig.awaitInOrder(join(first, added));
  }

  @Test
  void rotatedNamesThatMatchTheGlobTooAreNotReadAgain() {
    rig.glob("a.log*").append("a.log", Rig.numbered("one", 0, 20));
    rig.start().awaitReceived(20);
    rig.rename("a.log", "a.log.1");
    rig.append("a.log", Rig.numbered("two", 0, 20));
    rig.awaitReceived(40);
    rig.rename("a.log.1", "a.log.2");
    rig.rename("a.log", "a.log.1");
    rig.append("a.log", Rig.numbered("three", 0, 20));
    rig.awaitReceived(60);
    rig.stop();
    rig.start();
    rig.append("a.log", "four");
    List<String> expected = join(Rig.numbered("one", 0, 20), Rig.numbered("two", 0, 20));
    rig.awaitExactly(join(join(expected, Rig.numbered("three", 0, 20)), List.of("four")));
  }

  @Test
  void rotationWhileTheAgentIsAwayLosesNothing() {
    rig.append("a.log", Rig.numbered("old", 0, 10));
    rig.start().awaitReceived(10);
    rig.stop();
    rig.append("a.log", Rig.numbered("old", 10, 500));
    rig.rename("a.log", "a.log.20240501-000000");
    rig.append("a.log", Rig.numbered("new", 0, 20));
    rig.start().awaitInOrder(join(Rig.numbered("old", 0, 500), Rig.numbered("new", 0, 20)));
  }

  @Test
  void twoRotationsWhileTheAgentIsAwayAreReadOldestFirst() {
    rig.append("a.log", Rig.numbered("one", 0, 10));
    rig.start().awaitReceived(10);
    rig.stop();
    rig.append("a.log", Rig.numbered("one", 10, 20));
    rig.rename("a.log", "a.log.1");
    rig.append("a.log", Rig.numbered("two", 0, 20));
    rig.rename("a.log.1", "a.log.2");
    rig.rename("a.log", "a.log.1");
    rig.append("a.log", Rig.numbered("three", 0, 20));
    rig.start().awaitInOrder(join(join(Rig.numbered("one", 0, 20), Rig.numbered("two", 0, 20)), Rig.numbered("three", 0, 20)));
  }

  @Test
  void aFileRenamedWhileTheAgentIsAwayIsReadAlthoughNothingTookItsPlace() {
    rig.append("a.log", Rig.numbered("old", 0, 10));
    rig.start().awaitReceived(10);
    rig.stop();
    rig.append("a.log", Rig.numbered("old", 10, 20));
    rig.rename("a.log", "a.log.1");
    rig.start().awaitInOrder(Rig.numbered("old", 0, 20));
  }

  @Test
  void aFileCompressedWhileTheAgentIsAwayIsReadToItsEnd() throws IOException {
    rig.append("a.log", Rig.numbered("old", 0, 100));
    rig.start().awaitReceived(100);
    rig.stop();
    rig.append("a.log", Rig.numbered("old", 100, 600));
    byte[] content = Files.readAllBytes(rig.log("a.log"));
    try (OutputStream gz = new GZIPOutputStream(Files.newOutputStream(rig.log("a.log.20240501-000000.gz")))) {
      gz.write(content);
    }
    Files.delete(rig.log("a.log"));
    rig.append("a.log", Rig.numbered("new", 0, 20));
    rig.start().awaitInOrder(join(Rig.numbered("old", 0, 600), Rig.numbered("new", 0, 20)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1ms", "0s"})
  void anInodeThatIsUsedAgainIsAnotherFile(String watchAfter) throws IOException {
    rig.tail("watch_after", watchAfter);
    rig.append("a.log", Rig.numbered("old", 0, 10));
    rig.start().awaitReceived(10);
    rig.stop();
    Object before = Files.getAttribute(rig.log("a.log"), "unix:ino");
    for (int i = 0; i < 50; i++) {
      Files.delete(rig.log("a.log"));
      rig.append("a.log", Rig.numbered("new", 0, 30));
      if (Files.getAttribute(rig.log("a.log"), "unix:ino").equals(before)) {
        break;
      }
    }
    rig.start().awaitInOrder(join(Rig.numbered("old", 0, 10), Rig.numbered("new", 0, 30)));
  }

  @Test
  void aFileDeletedBeforeItWasReadIsReadToItsEnd() throws IOException {
    rig.agentBlock("buffer: {memory: 64KB}");
    List<String> lines = Rig.numbered("x".repeat(400), 0, 2000);
    rig.append("a.log", lines);
    rig.server.down();
    rig.start();
    Await.until("the queue to fill", Rig.PATIENCE, () -> rig.agent().linesRead() > 100);
    Files.delete(rig.log("a.log"));
    rig.server.up();
    rig.awaitInOrder(lines);
    Await.until("the file to be closed", Rig.PATIENCE, () -> openFiles(rig.dir.resolve("logs")) == 0);
  }

  @Test
  void deletedFilesThatKeepTooMuchDiskAreGivenUpAndCounted() throws IOException {
    rig.agentBlock("buffer: {memory: 64KB}").tail("deleted_hold_max_bytes", "100KB").shutdown("300ms");
    rig.append("a.log", Rig.numbered("x".repeat(400), 0, 2000));
    rig.server.down();
    rig.start();
    Await.until("the queue to fill", Rig.PATIENCE, () -> rig.agent().linesRead() > 100);
    Files.delete(rig.log("a.log"));
    Await.until("the file to be closed", Rig.PATIENCE, () -> openFiles(rig.dir.resolve("logs")) == 0);
    assertThat(rig.agent().lanes().getFirst().tailer().counters().abandonedBytes.sum()).isGreaterThan(100_000);
  }

  @Test
  void aLineWaitsForItsEnd() {
    rig.tail("flush_partial_after", "0s");
    rig.append("a.log", "one");
    rig.start().awaitReceived(1);
    Rig.append(rig.log("a.log"), "be");
    Rig.append(rig.log("b.log"), "other\n");
    rig.awaitReceived(2);
    Rig.append(rig.log("a.log"), "gin\n");
    rig.awaitInOrder("one", "other", "begin");
    rig.awaitPosition("a.log", 10);
  }

  @Test
  void aLastLineWithoutEndIsSentAfterAWhileAndWhenItsFileIsGone() throws IOException {
    Rig.append(rig.log("a.log"), "no end");
    rig.start().awaitInOrder("no end");
    Rig.append(rig.log("a.log"), " after all\n");
    rig.awaitInOrder("no end", " after all");
    assertThat(rig.server.received().getLast().metadata().get("continued")).isEqualTo("true");
    rig.stop();
    rig.tail("flush_partial_after", "0s").start();
    Rig.append(rig.log("a.log"), "the last words");
    Await.until(
        "the last words to be read",
        Rig.PATIENCE,
        () -> rig.agent().files().stream().anyMatch(view -> view.size() > 20 && view.read() == view.size()));
    Files.delete(rig.log("a.log"));
    rig.awaitInOrder("no end", " after all", "the last words");
  }

  @Test
  void emptyFilesBlankLinesCarriageReturnsAndByteOrderMarks() {
    Rig.append(rig.log("empty.log"), "");
    Rig.append(rig.log("a.log"), "\ufeffone\r\n\n\ntwo\n");
    rig.start().awaitInOrder("one\r", "", "", "two");
    rig.awaitPosition("a.log", 14);
  }
}
