package io.sigyn.agent.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.logging.Logfmt;
import io.sigyn.testkit.FakeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiagnosisTest {
  private static final Duration SETTLE = Duration.ofSeconds(5);

  @TempDir Path given;
  private Path dir = Path.of("/");
  private final FakeClock clock = new FakeClock(0);
  private final List<String> said = new ArrayList<>();
  private MountTable mounts = new MountTable(List.of());
  private final Diagnosis diagnosis =
      new Diagnosis(
          new Diagnosis.Pace(SETTLE, Duration.ofMinutes(10), Duration.ofMinutes(10)),
          clock,
          () -> mounts,
          message -> said.add(line(message)));

  @BeforeEach
  void resolveTheDirectoryItself() throws IOException {
    dir = given.toRealPath();
  }

  private static String line(DiagnosisMessage message) {
    StringBuilder out = new StringBuilder();
    Logfmt.append(out, "level", message.level().toString().toLowerCase(Locale.ROOT));
    Logfmt.append(out, "code", message.code());
    Logfmt.append(out, "msg", message.message());
    message.fields().forEach((key, value) -> Logfmt.append(out, key, value));
    return out.toString();
  }

  private Path link(String name, String target) throws IOException {
    Path link = dir.resolve(name);
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of(target));
    diagnosis.failed(link.toString());
    return link;
  }

  private void pass(Duration time) {
    clock.advance(time);
    diagnosis.tick();
  }

  /** Ticks once before and once after the time a new problem may last. */
  private void settle() {
    diagnosis.tick();
    pass(SETTLE);
  }

  @Test
  void oneMessageForManyLinksToADirectoryThatIsNotMounted() throws IOException {
    String root = dir + "/data/docker/containers";
    for (int i = 10; i < 47; i++) {
      link("pods/shop_cart-" + i / 3 + "_u" + i / 3 + "/c" + i + "/0.log", root + "/id" + i + "/id" + i + "-json.log");
    }
    diagnosis.tick();
    assertThat(said).as("a new problem may be a race at start").isEmpty();
    pass(SETTLE);
    assertThat(said)
        .containsExactly(
            "level=error code=PTA-LINK-01 msg=\"log files are symbolic links to a directory that is not mounted in this"
                + " container; no logs are collected from them\" missing_dir=" + root + " first_missing=" + dir
                + "/data nearest_existing=" + dir + " links=37 pods=13 example_link=" + dir
                + "/pods/shop_cart-10_u10/c30/0.log example_target=" + root + "/id30/id30-json.log fix=\"mount host path "
                + root + " at the SAME path, read-only: volumes: [{name: docker-data, hostPath: {path: " + root
                + "}}] and volumeMounts: [{name: docker-data, mountPath: " + root
                + ", readOnly: true}]; Helm: containerLogDirs: [" + root
                + "], or extraVolumes plus extraVolumeMounts\"");
    pass(Duration.ofMinutes(9));
    assertThat(said).hasSize(1);
    pass(Duration.ofMinutes(2));
    assertThat(said).as("it is repeated rarely").hasSize(2);
  }

  @Test
  void saysWhenTheFilesAreReadableAgain() throws IOException {
    String root = dir + "/data/docker/containers";
    Path one = link("pods/a_b_c/x/0.log", root + "/id/id-json.log");
    settle();
    Files.createDirectories(Path.of(root, "id"));
    Files.writeString(Path.of(root, "id/id-json.log"), "");
    diagnosis.readable(one.toString());
    pass(Duration.ofSeconds(1));
    assertThat(said.getLast())
        .isEqualTo("level=info code=PTA-LINK-00 msg=\"log files are readable again\" missing_dir=" + root + " links=1");
    assertThat(diagnosis.shown()).isEmpty();
  }

  @Test
  void linksThatAreRemovedAreNotCalledReadable() throws IOException {
    Path one = link("pods/a_b_c/x/0.log", dir + "/data/docker/containers/id/id-json.log");
    settle();
    diagnosis.forget(one.toString());
    pass(Duration.ofSeconds(1));
    assertThat(said).hasSize(1);
    assertThat(diagnosis.unreadable()).isZero();
  }

  @Test
  void namesTheLinkInTheMiddleOfAChain() throws IOException {
    Files.createDirectories(dir.resolve("var/log/pods/a_b_c/x"));
    Files.createSymbolicLink(
        dir.resolve("var/log/pods/a_b_c/x/0.log"), Path.of(dir + "/data/docker/containers/id/id-json.log"));
    link("var/log/containers/b.log", dir + "/var/log/pods/a_b_c/x/0.log");
    settle();
    assertThat(said.getFirst())
        .contains("code=PTA-LINK-01")
        .contains(" missing_dir=" + dir + "/data/docker/containers ")
        .contains(" via=" + dir + "/var/log/pods/a_b_c/x/0.log ");
  }

  @Test
  void namesTheDirectoryBehindALinkedDirectory() throws IOException {
    Files.createSymbolicLink(dir.resolve("logs"), Path.of(dir + "/elsewhere/logs"));
    diagnosis.missing(Map.of(dir + "/logs/*.log", dir + "/logs"), Set.of(dir + "/logs", dir + "/not/there"));
    settle();
    assertThat(said.getFirst())
        .contains("code=PTA-LINK-01")
        .contains("first_missing=" + dir + "/elsewhere ")
        .contains("example_target=" + dir + "/elsewhere/logs");
  }

  @Test
  void differentRootsBelowOneMissingDirectoryAreOneMessage() throws IOException {
    link("pods/a_b_c/x/0.log", dir + "/data/docker/a/x.log");
    link("pods/a_b_c/y/0.log", dir + "/data/docker/b/y.log");
    settle();
    assertThat(said).hasSize(1);
    assertThat(said.getFirst()).contains(" missing_dir=" + dir + "/data/docker ").contains(" links=2 ");
  }

  @Test
  void recognisesADirectoryThatIsMountedElsewhere() throws IOException {
    Path mount = Files.createDirectories(dir.resolve("var/lib/docker/containers"));
    Files.createDirectories(mount.resolve("id"));
    Files.writeString(mount.resolve("id/id-json.log"), "");
    mounts = new MountTable(List.of(new MountTable.Mount(mount.toString(), "/docker/containers")));
    link("pods/a_b_c/x/0.log", dir + "/data/docker/containers/id/id-json.log");
    settle();
    assertThat(said)
        .containsExactly(
            "level=error code=PTA-LINK-02 msg=\"the directory that log links point to is mounted at a different path\""
                + " missing_dir=" + dir + "/data/docker/containers mounted_at=" + mount
                + " mount_source=/docker/containers links=1 fix=\"change mountPath to " + dir
                + "/data/docker/containers (it must equal the host path)\"");
  }

  @Test
  void recognisesAnEmptyMount() throws IOException {
    Path mount = Files.createDirectories(dir.resolve("data/docker/containers"));
    mounts = new MountTable(List.of(new MountTable.Mount(mount.toString(), "/x")));
    for (int i = 0; i < 3; i++) {
      link("pods/a_b_c/x" + i + "/0.log", mount + "/id" + i + "/id" + i + "-json.log");
    }
    settle();
    assertThat(said).hasSize(1);
    assertThat(said.getFirst())
        .startsWith(
            "level=error code=PTA-LINK-03 msg=\"the directory that log links point to is mounted but empty\" dir=" + mount
                + " links=3 fix=");
  }

  @Test
  void aLinkToARemovedContainerIsMentionedLate() throws IOException {
    Files.createDirectories(dir.resolve("data/docker/containers/other"));
    link("pods/a_b_c/x/0.log", dir + "/data/docker/containers/id/id-json.log");
    settle();
    assertThat(said).isEmpty();
    pass(Duration.ofMinutes(12));
    assertThat(said)
        .containsExactly(
            "level=warn code=PTA-LINK-04 msg=\"log link points to a removed container\" link=" + dir
                + "/pods/a_b_c/x/0.log target=" + dir + "/data/docker/containers/id/id-json.log age=12m links=1");
  }

  @Test
  void loopsAndDirectoriesAreNamed() throws IOException {
    link("a.log", dir + "/b.log");
    link("b.log", dir + "/a.log");
    Files.createDirectories(dir.resolve("d"));
    link("d.log", "d");
    settle();
    assertThat(said)
        .contains(
            "level=error code=PTA-LINK-05 msg=\"log link is part of a loop\" link=" + dir + "/a.log chain=\"" + dir
                + "/a.log -> " + dir + "/b.log -> " + dir + "/a.log\"",
            "level=warn code=PTA-LINK-10 msg=\"not a regular file, ignored\" path=" + dir + "/d.log resolved=" + dir
                + "/d type=directory");
  }

  @Test
  void patternsWhoseDirectoryIsMissingAreNamed() {
    diagnosis.missing(
        Map.of(dir + "/pods/*/0.log", dir + "/pods", dir + "/x.log", dir + "/x.log"), Set.of());
    settle();
    assertThat(said)
        .containsExactlyInAnyOrder(
            "level=error code=PTA-LINK-07 msg=\"log directory does not exist in this container\" path=" + dir
                + "/pods/*/0.log missing_dir=" + dir + "/pods fix=\"mount host path " + dir + "/pods at " + dir
                + "/pods in volumes and volumeMounts\"",
            "level=error code=PTA-LINK-07 msg=\"log file does not exist\" path=" + dir + "/x.log missing_file=" + dir
                + "/x.log fix=\"create the file or correct __path__; it is read as soon as it appears\"");
    diagnosis.missing(Map.of(), Set.of());
    pass(Duration.ofSeconds(1));
    assertThat(said.subList(2, said.size())).allMatch(line -> line.contains("PTA-LINK-00")).hasSize(2);
  }

  @Test
  void thousandsOfLinksCostOneLineAndABoundedAmountOfWorkATick() throws IOException {
    for (int i = 0; i < 1000; i++) {
      link("pods/n_p" + i + "_u/c/0.log", dir + "/data/docker/containers/id" + i + "/id" + i + "-json.log");
    }
    for (int i = 0; i < 30; i++) {
      pass(Duration.ofSeconds(1));
    }
    assertThat(said).hasSize(1);
    assertThat(diagnosis.shown().getFirst().message().fields()).containsEntry("links", "1000");
  }

  @Test
  void readsMountinfo() {
    MountTable table =
        MountTable.parse(
            """
            22 1 8:1 / / rw - ext4 /dev/sda1 rw
            30 22 8:17 /docker/containers /var/lib/docker\\040x/containers ro,relatime shared:1 - ext4 /dev/sdb1 rw
            31 22 0:5 / /proc rw - proc proc rw
            garbage
            """);
    assertThat(table.mounts())
        .containsExactly(new MountTable.Mount("/var/lib/docker x/containers", "/docker/containers"));
  }
}
