package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Threads;
import io.sigyn.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Encodings, many files, noisy files, and files nobody may read. */
final class ReadingTest {
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

  @ParameterizedTest
  @CsvSource({
    "UTF-16LE, UTF-16LE, false", "UTF-16BE, UTF-16BE, true", "UTF-16, UTF-16LE, true", "UTF-16, UTF-16BE, false",
    "UTF-32, UTF-32LE, true", "UTF-32BE, UTF-32BE, false", "GB18030, GB18030, false", "Shift_JIS, Shift_JIS, false", "GBK, GBK, false",
    "Big5, Big5, false"
  })
  void linesOfEveryEncodingArriveAsTextAlsoAfterARestart(String configured, String written, boolean mark)
      throws IOException {
    Charset charset = Charset.forName(written);
    // The letters hold the byte of a line feed in UTF-16; the last needs two units there.
    String odd = charset.name().contains("UTF") ? " \u010a\u0a0a \ud83d\ude00" : " \u6f22";
    List<String> lines = List.of("one" + odd, "", "two \u65e5\u672c", "three");
    Files.write(rig.log("a.log"), ((mark ? "\ufeff" : "") + String.join("\r\n", lines.subList(0, 3)) + "\r\n").getBytes(charset));
    rig.encoding(configured).tail("strip_cr", "true").start().awaitInOrder(lines.subList(0, 3));
    rig.awaitPosition("a.log", Files.size(rig.log("a.log")));
    rig.stop();
    Files.write(rig.log("a.log"), (lines.get(3) + "\n").getBytes(charset), StandardOpenOption.APPEND);
    rig.start().awaitInOrder(lines);
  }

  @Test
  void fewDescriptorsAreEnoughForManyFiles() throws IOException {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      List<String> lines = Rig.numbered("file " + i, 0, 3);
      all.addAll(lines);
      rig.append(i + ".log", lines);
    }
    rig.tail("max_open_files", "4").start().awaitExactly(all);
    Await.until("few open files", Rig.PATIENCE, () -> open() <= 6, () -> Integer.toString(open()));
    for (int i = 0; i < 60; i++) {
      List<String> lines = Rig.numbered("file " + i, 3, 5);
      all.addAll(lines);
      rig.append(i + ".log", lines);
    }
    rig.awaitExactly(all);
    // Rotation of a file that is not open: the rest of it is found beside it.
    rig.append("7.log", "before the rename");
    rig.rename("7.log", "7.log.1");
    rig.append("7.log", "after the rename");
    all.addAll(List.of("before the rename", "after the rename"));
    rig.awaitExactly(all);
    assertThat(open()).isLessThanOrEqualTo(8);
  }

  private int open() {
    return rig.agent().lanes().getFirst().tailer().openFiles();
  }

  @Test
  void aSilentFileIsClosedAndReadOn() {
    rig.tail("idle_close", "50ms").append("a.log", "one");
    rig.start().awaitInOrder("one");
    Await.until("a closed file", Rig.PATIENCE, () -> open() == 0);
    rig.append("a.log", "two");
    rig.awaitInOrder("one", "two");
  }

  @Test
  void aNoisyFileDoesNotKeepAQuietOneWaiting() {
    String filler = " and some more text so that it fills a megabyte soon enough, and the next one too";
    List<String> noise = Rig.numbered("noise" + filler, 0, 120_000);
    rig.append("a-noisy.log", noise);
    rig.append("b-quiet.log", "quiet");
    rig.start().awaitReceived(noise.size() + 1);
    int quiet = rig.server.lines().indexOf("quiet");
    assertThat(quiet).as("place of the quiet line among %d", noise.size()).isBetween(0, noise.size() / 2);
  }

  @Test
  void linksThatLeadOutsideOfTheRootsAreNotRead() throws IOException {
    Path secret = rig.dir.resolve("secret/shadow");
    Rig.append(secret, "root:hash\n");
    Rig.append(rig.dir.resolve("data/ok.log"), "fine\n");
    Files.createSymbolicLink(rig.log("evil.log"), secret);
    Files.createSymbolicLink(rig.log("good.log"), rig.dir.resolve("data/ok.log"));
    rig.append("plain.log", "plain");
    rig.agentBlock("symlinks: {settle: 100ms, roots: ['" + rig.dir + "/logs', '" + rig.dir + "/data']}").start();
    rig.awaitExactly(List.of("fine", "plain"));
    Await.until(
        "the reason on the page", Rig.PATIENCE,
        () ->
            rig.agent().files().stream()
                .anyMatch(view -> view.path().endsWith("evil.log") && view.error().contains("outside of agent.symlinks.roots")));
    assertThat(rig.server.lines()).doesNotContain("root:hash");
  }

  @Test
  void whoeverExchangesADirectoryForALinkGainsNothing() throws IOException {
    Path pod = rig.log("pod");
    Path kept = rig.dir.resolve("logs/kept");
    Path secret = rig.dir.resolve("secret");
    Rig.append(secret.resolve("x.log"), "root:hash\n");
    Rig.append(pod.resolve("x.log"), "mine\n");
    Path link = rig.dir.resolve("fresh");
    AtomicBoolean stop = new AtomicBoolean();
    AtomicBoolean failed = new AtomicBoolean();
    Thread attacker =
        Threads.start(
            "attacker",
            () -> {
              try {
                while (!stop.get()) {
                  Files.move(pod, kept, StandardCopyOption.ATOMIC_MOVE);
                  Files.createSymbolicLink(link, secret);
                  Files.move(link, pod, StandardCopyOption.ATOMIC_MOVE);
                  Files.delete(pod);
                  Files.move(kept, pod, StandardCopyOption.ATOMIC_MOVE);
                }
              } catch (IOException e) {
                failed.set(true);
                throw new UncheckedIOException(e);
              }
            });
    rig.glob("pod/*.log").agentBlock("symlinks: {settle: 100ms, roots: ['" + rig.dir + "/logs']}");
    for (int round = 0; round < 12; round++) {
      rig.start();
      Await.until("a scan", Rig.PATIENCE, () -> rig.agent().isDiscovered());
      rig.stop();
    }
    stop.set(true);
    Await.until("the attacker's end", Rig.PATIENCE, () -> !attacker.isAlive());
    assertThat(failed).isFalse();
    rig.start();
    rig.awaitReceived(1);
    assertThat(rig.server.lines()).containsOnly("mine");
  }
}
