package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.agent.FakeServer.Reply;
import io.sigyn.agent.config.AgentConfig;
import io.sigyn.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotated files that are compressed before they were read, and files that are compressed from the beginning. */
final class CompressedTest {
  private static final String GZ = "decompression: {enabled: true, format: gz}";

  @TempDir Path given;
  private Rig rig = new Rig(Path.of("/tmp"));

  @BeforeEach
  void openRig() {
    rig.close();
    rig = new Rig(given);
  }

  @AfterEach
  void closeRig() {
    rig.close();
  }

  private static byte[] gz(List<String> lines) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** What a kubelet does with a rotated file: compresses into another name, renames that, removes the file. */
  private void compress(String name) throws IOException {
    List<String> lines = Files.readAllLines(rig.log(name));
    Files.write(rig.log(name + ".tmp"), gz(lines));
    Files.move(rig.log(name + ".tmp"), rig.log(name + ".gz"));
    Files.delete(rig.log(name));
  }

  private static List<String> join(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  @Test
  void generationsThatCameWentAndWereCompressedWhileNobodyLookedAreReadOldestFirst() throws IOException {
    List<String> delivered = Rig.numbered("one", 0, 50);
    rig.append("0.log", delivered);
    rig.start().awaitReceived(50);
    rig.rename("0.log", "0.log.20240501-100000");
    rig.append("0.log", Rig.numbered("two", 0, 30));
    rig.awaitReceived(80);
    rig.awaitPosition("0.log", Files.size(rig.log("0.log")));
    rig.stop();
    rig.append("0.log", Rig.numbered("two", 30, 400));
    rig.rename("0.log", "0.log.20240501-110000");
    rig.append("0.log", Rig.numbered("three", 0, 40));
    rig.rename("0.log", "0.log.20240501-120000");
    rig.append("0.log", Rig.numbered("four", 0, 20));
    compress("0.log.20240501-120000");
    compress("0.log.20240501-110000");
    compress("0.log.20240501-100000");
    rig.start()
        .awaitInOrder(
            join(
                join(delivered, Rig.numbered("two", 0, 400)),
                join(Rig.numbered("three", 0, 40), Rig.numbered("four", 0, 20))));
    rig.stop();
    rig.append("0.log", "five");
    rig.start();
    rig.awaitReceived(511);
    assertThat(rig.server.delivered()).as("nothing is read again").hasSize(511).endsWith("five");
  }

  @Test
  void aCompressedGenerationGoesOnAfterAnotherRestart() throws IOException {
    rig.agentBlock("buffer: {memory: 64KB}");
    List<String> lines = Rig.numbered("x".repeat(300), 0, 3000);
    rig.append("0.log", lines.subList(0, 10));
    rig.start().awaitReceived(10);
    rig.stop();
    rig.append("0.log", lines.subList(10, 3000));
    rig.rename("0.log", "0.log.1");
    compress("0.log.1");
    rig.append("0.log", "new");
    AtomicInteger requests = new AtomicInteger();
    rig.shutdown("300ms");
    rig.server.script((batch, exchange) -> Reply.of(requests.incrementAndGet() > 3 ? 503 : 204));
    rig.start();
    Await.until("the server to refuse", Rig.PATIENCE, () -> requests.get() > 5);
    rig.stop();
    rig.rename("0.log.1.gz", "0.log.2.gz");
    rig.shutdown("30s").server.script((batch, exchange) -> Reply.of(204));
    rig.start();
    // A request that was cut off in the middle of what was read together comes again, with the same times.
    Await.until("the rest", Rig.PATIENCE, () -> rig.server.storedLines().size() > lines.size());
    assertThat(rig.server.storedLines()).isEqualTo(join(lines, List.of("new")));
  }

  @Test
  void generationsThatWereOpenedEmptyAndNeverReadAreFoundWhenTheyWereCompressed() throws IOException {
    rig.agentBlock("buffer: {memory: 64KB}");
    rig.shutdown("300ms");
    List<String> one = Rig.numbered("x".repeat(200), 0, 2000);
    rig.append("0.log", one);
    rig.server.down();
    rig.start();
    Await.until("the queue to fill", Rig.PATIENCE, () -> rig.agent().linesRead() > 100);
    rig.rename("0.log", "0.log.20240501-100000");
    Files.createFile(rig.log("0.log"));
    Await.until("the empty file to be opened", Rig.PATIENCE, () -> rig.agent().files().getFirst().size() == 0);
    rig.append("0.log", Rig.numbered("two", 0, 50));
    rig.rename("0.log", "0.log.20240501-110000");
    rig.append("0.log", Rig.numbered("three", 0, 30));
    Await.until("the third to be opened", Rig.PATIENCE, () -> rig.agent().files().getFirst().size() == 30 * 8 + 20);
    rig.stop();
    compress("0.log.20240501-100000");
    compress("0.log.20240501-110000");
    rig.server.up();
    rig.start().awaitInOrder(join(join(one, Rig.numbered("two", 0, 50)), Rig.numbered("three", 0, 30)));
  }

  @Test
  void aFileWhoseDescriptorWasGivenUpIsReadFromItsCompressedForm() throws IOException {
    rig.agentBlock("buffer: {memory: 64KB}");
    rig.patientTail().tail("idle_close", "0s");
    rig.append("0.log", Rig.numbered("one", 0, 50));
    rig.start().awaitReceived(50);
    Await.until("the descriptor to be given up", Rig.PATIENCE, () -> rig.agent().lanes().getFirst().tailer().openFiles() == 0);
    List<String> rest = Rig.numbered("one", 50, 4000);
    byte[] all = gz(join(Rig.numbered("one", 0, 50), rest));
    Files.write(rig.log("tmp"), all);
    Files.move(rig.log("tmp"), rig.log("0.log.20240501-100000.gz"));
    Files.delete(rig.log("0.log"));
    rig.append("0.log", "two");
    rig.awaitInOrder(join(join(Rig.numbered("one", 0, 50), rest), List.of("two")));
  }

  @Test
  void compressedFilesAreReadAlsoAfterARestartAndWhenMembersAreAppended() throws IOException {
    rig.glob("*.gz").job(GZ);
    List<String> first = Rig.numbered("a line that is long enough to fill some chunks", 0, 30_000);
    Files.write(rig.log("a.gz"), gz(first));
    rig.start().awaitInOrder(first);
    long length = String.join("\n", first).length() + 1L;
    rig.awaitPosition("a.gz", length);
    Files.write(rig.log("a.gz"), gz(List.of("second")), StandardOpenOption.APPEND);
    rig.awaitInOrder(join(first, List.of("second")));
    rig.awaitPosition("a.gz", length + 7);
    rig.stop();
    Files.write(rig.log("a.gz"), gz(List.of("third")), StandardOpenOption.APPEND);
    rig.start().awaitInOrder(join(first, List.of("second", "third")));
    rig.stop();
    Files.write(rig.log("b.gz"), gz(List.of("other")));
    Files.move(rig.log("b.gz"), rig.log("a.gz"), StandardCopyOption.REPLACE_EXISTING);
    rig.start().awaitInOrder(join(first, List.of("second", "third", "other")));
  }

  @Test
  void aFileThatIsCutShortIsReadSoFarAndFurtherWhenTheRestArrives() throws IOException {
    rig.glob("*.gz").job(GZ).patientTail();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      lines.add("line " + i + " " + Integer.toHexString(i * 0x9E3779B9));
    }
    byte[] whole = gz(lines);
    Files.write(rig.log("a.gz"), Arrays.copyOf(whole, whole.length / 2));
    rig.start();
    rig.awaitReceived(5000);
    Files.write(
        rig.log("a.gz"), Arrays.copyOfRange(whole, whole.length / 2, whole.length), StandardOpenOption.APPEND);
    rig.awaitInOrder(lines);
  }

  @Test
  void bzip2IsReadAlsoWhenItIsCutShortOrAppendedToAndDamageEndsIt() throws IOException {
    rig.glob("*.bz2").job("decompression: {enabled: true, format: bz2}");
    byte[] first = bz2(Rig.numbered("first", 0, 2000));
    Files.write(rig.log("a.bz2"), Arrays.copyOf(first, first.length / 2));
    byte[] damaged = bz2(List.of("never"));
    damaged[5] ^= 1;
    byte[] good = Arrays.copyOf(bz2(List.of("good")), bz2(List.of("good")).length + damaged.length);
    System.arraycopy(damaged, 0, good, good.length - damaged.length, damaged.length);
    Files.write(rig.log("b.bz2"), good);
    rig.start().awaitInOrder("good");
    Files.write(
        rig.log("a.bz2"), Arrays.copyOfRange(first, first.length / 2, first.length), StandardOpenOption.APPEND);
    rig.awaitInOrder(join(List.of("good"), Rig.numbered("first", 0, 2000)));
    Files.write(rig.log("a.bz2"), bz2(List.of("second")), StandardOpenOption.APPEND);
    rig.awaitInOrder(join(join(List.of("good"), Rig.numbered("first", 0, 2000)), List.of("second")));
  }

  private static byte[] bz2(List<String> lines) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new BZip2CompressorOutputStream(bytes)) {
      out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void zlibIsReadAndOtherNamesAreReadAsTheyAre() throws IOException {
    rig.glob("*").job("decompression: {enabled: true, format: z, initial_delay: 100ms}");
    try (OutputStream out = new DeflaterOutputStream(Files.newOutputStream(rig.log("a.z")))) {
      out.write("packed\n".getBytes(StandardCharsets.UTF_8));
    }
    rig.append("b.log", "plain");
    Files.write(rig.log("c.z"), "no zlib at all\n".getBytes(StandardCharsets.UTF_8));
    rig.start().awaitExactly(List.of("packed", "plain"));
  }

  @Test
  void thePositionOfPromtailIsANumberOfLines() throws IOException {
    rig.glob("*.gz").job(GZ);
    Files.write(rig.log("a.gz"), gz(Rig.numbered("line", 0, 100)));
    Files.createDirectories(rig.positions().getParent());
    Files.writeString(rig.positions(), "positions:\n  " + rig.log("a.gz") + ": \"97\"\n");
    rig.start().awaitInOrder("line 97", "line 98", "line 99");
  }

  @Test
  void formatsAreNamed() {
    for (String bad : List.of("{enabled: true}", "{enabled: true, format: rar}")) {
      rig.job("decompression: " + bad);
      assertThatThrownBy(() -> AgentConfig.parse(rig.yaml()))
          .hasMessageContaining("format: ")
          .hasMessageContaining("use gz, z or bz2");
    }
  }
}
