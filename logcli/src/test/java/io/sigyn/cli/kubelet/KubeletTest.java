package io.sigyn.cli.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.FakeClock;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KubeletTest {
  private static final long NOON = 1_780_000_000_000_000_000L;

  @TempDir private Path root = Path.of("");

  @Seeded(rounds = 5)
  void filesReadBackAsTheLinesReported(RandomGenerator random) throws IOException {
    Path node = root.resolve(Long.toString(random.nextLong(), 36));
    List<GeneratedLine> written = run(node, random.nextLong(), 150);

    assertThat(NodeReader.readAll(node))
        .containsExactlyInAnyOrderElementsOf(written.stream().map(KubeletTest::read).toList());
  }

  @Test
  void everyLineIsDifferent() throws IOException {
    List<GeneratedLine> written = run(root, 7, 100);

    Set<String> texts = new HashSet<>();
    written.forEach(line -> texts.add(line.line()));
    assertThat(texts).hasSameSizeAs(written);
  }

  @Test
  void coversBothFormatsBothStreamsAndLinesInPieces() throws IOException {
    List<GeneratedLine> written = run(root, 7, 150);

    for (LogFormat format : LogFormat.values()) {
      List<GeneratedLine> inFormat =
          written.stream().filter(line -> line.container().format() == format).toList();
      assertThat(inFormat).extracting(GeneratedLine::stream).contains("stdout", "stderr");
      assertThat(inFormat).anyMatch(line -> line.line().length() > 2 * Pieces.MAX_BYTES);
    }
    assertThat(written)
        .extracting(line -> line.container().namespace())
        .containsOnly("shop", "payments", "legacy");
  }

  @Test
  void rotatesByRenamingAndRestartsUnderTheNextNumber() throws IOException {
    run(root, 7, 200);

    List<Path> links = NodeReader.links(root);
    assertThat(links).extracting(link -> link.getFileName().toString()).contains("0.log", "1.log");
    for (Path link : links) {
      if (link.toString().contains("broken_")) {
        continue;
      }
      Path log = Files.readSymbolicLink(link);
      assertThat(log).isAbsolute();
      assertThat(log.toRealPath().startsWith(root.toRealPath().resolve("containers"))).isTrue();
    }
    Path cart =
        links.stream()
            .filter(link -> link.toString().contains("shop_cart"))
            .findFirst()
            .orElseThrow();
    assertThat(NodeReader.generations(Files.readSymbolicLink(cart), false))
        .anyMatch(path -> path.getFileName().toString().matches("0\\.log\\.\\d{8}-\\d{6}"));
    Path web =
        links.stream()
            .filter(link -> link.toString().contains("legacy_web"))
            .findFirst()
            .orElseThrow();
    assertThat(NodeReader.generations(Files.readSymbolicLink(web), true))
        .anyMatch(path -> path.getFileName().toString().endsWith("-json.log.2"));
  }

  @Test
  void aRotationMayComeBetweenTwoPieces() throws IOException {
    run(root, 7, 400);

    boolean endsWithinALine = false;
    for (Path link : NodeReader.links(root)) {
      Path log = Files.readSymbolicLink(link);
      for (Path generation :
          Files.exists(log) ? NodeReader.generations(log, false) : List.<Path>of()) {
        List<String> records =
            Files.readString(generation, StandardCharsets.ISO_8859_1).lines().toList();
        endsWithinALine |=
            !records.isEmpty() && records.get(records.size() - 1).contains(" stdout P ");
      }
    }
    assertThat(endsWithinALine).isTrue();
  }

  @Test
  void theDanglingLinkLeadsIntoADirectoryThatIsNotThere() throws IOException {
    Path missing = Kubelet.addDanglingPod(root);

    List<Path> links = NodeReader.links(root);
    assertThat(links).hasSize(1);
    assertThat(links.get(0)).isSymbolicLink();
    assertThat(Files.exists(links.get(0))).isFalse();
    assertThat(Files.readSymbolicLink(links.get(0))).startsWithRaw(missing);
    assertThat(missing).doesNotExist();
  }

  /** Runs 100 ms steps; enough of them for several rotations and a restart. */
  private static List<GeneratedLine> run(Path node, long seed, int steps) throws IOException {
    FakeClock clock = new FakeClock(NOON);
    List<GeneratedLine> written = new ArrayList<>();
    try (Kubelet kubelet =
        new Kubelet(node, Kubelet.demoPods("t"), 4_000_000_000L, seed, "t", clock, written::add)) {
      Kubelet.addDanglingPod(node);
      for (int i = 0; i < steps; i++) {
        kubelet.doWork(5);
        clock.advance(Duration.ofMillis(100));
      }
    }
    return written;
  }

  private static NodeReader.Read read(GeneratedLine line) {
    return new NodeReader.Read(
        line.container().namespace(),
        line.container().pod(),
        line.container().name(),
        line.stream(),
        line.timestamp(),
        line.line());
  }
}
