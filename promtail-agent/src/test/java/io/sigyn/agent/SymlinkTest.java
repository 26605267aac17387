package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.diagnosis.Diagnosis;
import io.sigyn.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SymlinkTest {
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

  private Path link(String name, Path target) throws IOException {
    Path link = rig.log(name);
    Files.createDirectories(link.getParent());
    return Files.createSymbolicLink(link, target);
  }

  /** Points an existing link elsewhere in one step. */
  private void retarget(String name, Path target) throws IOException {
    Path fresh = rig.dir.resolve("fresh-link");
    Files.createSymbolicLink(fresh, target);
    Files.move(fresh, rig.log(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private List<String> codes() {
    return rig.agent().diagnosis().shown().stream().map(shown -> shown.message().code()).toList();
  }

  private void awaitCodes(String... codes) {
    Await.until("diagnosis " + List.of(codes), Rig.PATIENCE, () -> codes().equals(List.of(codes)), () -> codes().toString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + rig.agent().port() + path);
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void linksToADirectoryThatIsNotMountedAreExplainedOnceAndReadWhenItAppears() throws Exception {
    rig.glob("*/*/*.log");
    Path root = rig.dir.resolve("data/docker/containers");
    for (int i = 0; i < 37; i++) {
      link("shop_cart-" + i + "_u" + i + "/cart/0.log", root.resolve("id" + i).resolve("id" + i + "-json.log"));
    }
    rig.start();
    awaitCodes("PTA-LINK-01");
    Await.until("all links to be looked at", Rig.PATIENCE,
        () -> rig.agent().diagnosis().shown().getFirst().message().fields().containsValue("37"));
    Diagnosis.Shown shown = rig.agent().diagnosis().shown().getFirst();
    assertThat(shown.message().fields())
        .containsEntry("missing_dir", root.toString())
        .containsEntry("first_missing", rig.dir + "/data")
        .containsEntry("pods", "37");
    HttpResponse<String> ready = get("/ready");
    assertThat(ready.statusCode()).isEqualTo(500);
    assertThat(ready.body())
        .isEqualTo(
            "not ready: 37 of 37 log files of job job unreadable: PTA-LINK-01 " + root + " is not mounted\n");
    assertThat(get("/metrics").body()).contains("promtail_agent_links_total 37\n");
    assertThat(get("/agent/diagnosis").body()).contains("PTA-LINK-01").contains("fix: mount host path " + root);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 37; i++) {
      Rig.append(root.resolve("id" + i).resolve("id" + i + "-json.log"), "line of " + i + "\n");
      expected.add("line of " + i);
    }
    rig.awaitExactly(expected);
    awaitCodes();
    assertThat(get("/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void aChainIsFollowedAndItsLastHopIsExplained() throws IOException {
    rig.glob("containers/*.log");
    Path real = rig.dir.resolve("data/docker/containers/id/id-json.log");
    Path pod = rig.dir.resolve("pods/shop_cart_u/cart/0.log");
    Files.createDirectories(pod.getParent());
    Files.createSymbolicLink(pod, real);
    link("containers/cart.log", pod);
    rig.start();
    awaitCodes("PTA-LINK-01");
    assertThat(rig.agent().diagnosis().shown().getFirst().message().fields())
        .containsEntry("missing_dir", rig.dir + "/data/docker/containers")
        .containsEntry("via", pod.toString());
    Rig.append(real, "at last\n");
    rig.awaitInOrder("at last");
    assertThat(rig.server.received().getFirst().labels().get("filename")).isEqualTo(rig.log("containers/cart.log").toString());
  }

  @Test
  void oneBadFileStopsNothingElse() throws Exception {
    link("a.log", rig.log("b.log"));
    link("b.log", rig.log("a.log"));
    link("zero.log", Path.of("/dev/zero"));
    link("dir.log", rig.dir);
    Process fifo = new ProcessBuilder("mkfifo", rig.log("fifo.log").toString()).start();
    assertThat(fifo.waitFor()).isZero();
    rig.append("good.log", "one");
    rig.start().awaitInOrder("one");
    Await.until("every problem to be named", Rig.PATIENCE, () -> codes().stream().distinct().sorted().toList()
        .equals(List.of("PTA-LINK-05", "PTA-LINK-10")));
    rig.append("good.log", "two");
    rig.awaitInOrder("one", "two");
    assertThat(get("/ready").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1ms", "0s"})
  void aLinkThatIsPointedElsewhereIsReadOnThere(String watchAfter) throws IOException {
    rig.tail("watch_after", watchAfter);
    Path first = rig.dir.resolve("c1/x.log");
    Path second = rig.dir.resolve("c2/x.log");
    Rig.append(first, String.join("\n", Rig.numbered("first", 0, 50)) + "\n");
    link("0.log", first);
    rig.start().awaitReceived(50);
    Rig.append(first, "last words\n");
    Rig.append(second, "new\n");
    retarget("0.log", second);
    List<String> expected = new ArrayList<>(Rig.numbered("first", 0, 50));
    expected.add("last words");
    expected.add("new");
    rig.awaitInOrder(expected);
    assertThat(rig.server.received()).extracting(r -> r.labels().get("filename")).containsOnly(rig.log("0.log").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1ms", "0s"})
  void aTargetThatIsDeletedAndMadeAgainIsReadFromItsBeginning(String watchAfter) throws IOException {
    rig.tail("watch_after", watchAfter);
    Path target = rig.dir.resolve("c/x.log");
    Rig.append(target, "one\ntwo\n");
    link("0.log", target);
    rig.start().awaitInOrder("one", "two");
    Files.delete(target);
    Rig.append(target, "three\n");
    rig.awaitInOrder("one", "two", "three");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1ms", "0s"})
  void aLinkThatDanglesForAWhileGoesOnWhereItWas(String watchAfter) throws IOException {
    rig.tail("watch_after", watchAfter);
    Path target = rig.dir.resolve("c/x.log");
    Rig.append(target, "one\ntwo\n");
    link("0.log", target);
    rig.start().awaitInOrder("one", "two");
    Path away = rig.dir.resolve("c/unmounted");
    Files.move(target, away);
    Await.until(
        "the file to be let go", Rig.PATIENCE,
        () -> rig.agent().files().stream().allMatch(view -> view.state().equals("waiting")));
    Files.move(away, target);
    Rig.append(target, "three\n");
    rig.awaitInOrder("one", "two", "three");
  }

  @Test
  void aMissingDirectoryIsNamedAndReadWhenItAppears() throws IOException {
    rig.glob(rig.dir + "/late/*/x.log").start();
    awaitCodes("PTA-LINK-07");
    assertThat(rig.agent().diagnosis().shown().getFirst().message().fields())
        .containsEntry("missing_dir", rig.dir + "/late");
    Rig.append(rig.dir.resolve("late/a/x.log"), "here\n");
    rig.awaitInOrder("here");
    awaitCodes();
  }

  @Test
  void aLiteralPathThatIsMissingIsNamedAndReadWhenItAppears() {
    rig.glob("only.log").start();
    awaitCodes("PTA-LINK-07");
    rig.append("only.log", "here");
    rig.awaitInOrder("here");
    awaitCodes();
  }

  @Test
  void aDirectoryOnTheWayThatIsADanglingLinkIsNamed() throws IOException {
    rig.glob("*/x.log");
    link("pod", rig.dir.resolve("elsewhere/pod"));
    rig.start();
    awaitCodes("PTA-LINK-01");
    Rig.append(rig.dir.resolve("elsewhere/pod/x.log"), "here\n");
    rig.awaitInOrder("here");
  }

  @Test
  void theRootItselfMayBeALink() throws IOException {
    Rig.append(rig.dir.resolve("real/pods/p/x.log"), "here\n");
    Files.createSymbolicLink(rig.dir.resolve("linked"), rig.dir.resolve("real"));
    rig.glob(rig.dir + "/linked/pods/*/x.log").start().awaitInOrder("here");
    assertThat(rig.server.received().getFirst().labels().get("filename")).isEqualTo(rig.dir + "/linked/pods/p/x.log");
  }

  @Test
  void oneFileUnderTwoPathsIsReadOnce() throws IOException {
    rig.append("a.log", "one");
    Files.createLink(rig.log("b.log"), rig.log("a.log"));
    link("c.log", rig.log("a.log"));
    rig.start().awaitReceived(1);
    rig.append("a.log", "two");
    rig.awaitInOrder("one", "two");
    assertThat(rig.server.received()).extracting(r -> r.labels().get("filename")).containsOnly(rig.log("a.log").toString());
    // Another thread looks at the other paths.
    Await.until(
        "the others to be seen", Rig.PATIENCE,
        () -> rig.agent().files().stream().map(view -> view.state()).sorted().toList().equals(List.of("duplicate", "duplicate", "reading")),
        () -> rig.agent().files().toString());
  }
}
