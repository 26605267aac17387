package io.sigyn.agent.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.diagnosis.LinkWalk.Irregular;
import io.sigyn.agent.diagnosis.LinkWalk.Loop;
import io.sigyn.agent.diagnosis.LinkWalk.Missing;
import io.sigyn.agent.diagnosis.LinkWalk.NotDirectory;
import io.sigyn.agent.diagnosis.LinkWalk.ReadableFile;
import io.sigyn.agent.diagnosis.LinkWalk.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinkWalkTest {
  @TempDir Path given;
  private Path dir = Path.of("/");

  @BeforeEach
  void resolveTheDirectoryItself() throws IOException {
    dir = given.toRealPath();
  }

  private Path link(String name, String target) throws IOException {
    Path link = dir.resolve(name);
    Files.createDirectories(link.getParent());
    return Files.createSymbolicLink(link, Path.of(target));
  }

  private static Way explain(Path path) {
    return LinkWalk.explain(path.toString());
  }

  @Test
  void namesWhatIsMissingBehindADanglingLink() throws IOException {
    Path link = link("pods/0.log", dir + "/data/docker/containers/id/id-json.log");
    Way way = explain(link);
    assertThat(way.hops())
        .containsExactly(new Hop(link.toString(), dir + "/data/docker/containers/id/id-json.log"));
    assertThat(way.end())
        .isEqualTo(
            new Missing(dir + "/data", dir.toString(), dir + "/data/docker/containers/id/id-json.log"));
  }

  @Test
  void followsChainsAndDirectoryLinks() throws IOException {
    Files.createDirectories(dir.resolve("data/log/pods/p/c"));
    Files.writeString(dir.resolve("data/log/pods/p/c/0.log"), "x");
    link("var/log/pods", "../../data/log/pods");
    link("var/log/containers/p.log", dir + "/var/log/pods/p/c/0.log");
    Way way = explain(dir.resolve("var/log/containers/p.log"));
    assertThat(way.hops()).extracting(Hop::link).containsExactly(
        dir + "/var/log/containers/p.log", dir + "/var/log/pods");
    assertThat(way.end()).isEqualTo(new ReadableFile(dir + "/data/log/pods/p/c/0.log"));
  }

  @Test
  void resolvesDotsPhysically() throws IOException {
    Files.createDirectories(dir.resolve("real/deep"));
    Files.writeString(dir.resolve("real/y.log"), "x");
    Files.createDirectories(dir.resolve("a"));
    link("a/into", dir + "/real/deep");
    Path link = link("a/x.log", "into/../y.log");
    assertThat(explain(link).end()).isEqualTo(new ReadableFile(dir + "/real/y.log"));
  }

  @Test
  void findsLoopsAndChainsThatAreTooLong() throws IOException {
    link("a", dir + "/b");
    link("b", dir + "/a");
    assertThat(explain(dir.resolve("a")).end()).isEqualTo(new Loop());
    Files.writeString(dir.resolve("c0"), "x");
    for (int i = 1; i <= 41; i++) {
      link("c" + i, "c" + (i - 1));
    }
    assertThat(explain(dir.resolve("c40")).end()).isEqualTo(new ReadableFile(dir + "/c0"));
    assertThat(explain(dir.resolve("c41")).end()).isEqualTo(new Loop());
  }

  @Test
  void theSameLinkMayBePassedTwice() throws IOException {
    Files.createDirectories(dir.resolve("d/e"));
    Files.writeString(dir.resolve("d/x.log"), "x");
    link("s", "d");
    assertThat(LinkWalk.explain(dir + "/s/../s/x.log").end()).isEqualTo(new ReadableFile(dir + "/d/x.log"));
  }

  @Test
  void tellsWhatIsNoFile() throws IOException {
    Files.createDirectories(dir.resolve("d"));
    Files.writeString(dir.resolve("f"), "x");
    assertThat(explain(link("tod", "d")).end()).isEqualTo(new Irregular(dir + "/d", "directory"));
    assertThat(explain(link("zero", "/dev/zero")).end()).isEqualTo(new Irregular("/dev/zero", "no regular file"));
    assertThat(LinkWalk.explain(dir + "/f/x.log").end()).isEqualTo(new NotDirectory(dir + "/f"));
  }
}
