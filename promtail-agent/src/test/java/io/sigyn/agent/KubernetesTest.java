package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.config.AgentConfig;
import io.sigyn.agent.kubernetes.FakeKubernetes;
import io.sigyn.agent.kubernetes.FakePod;
import io.sigyn.model.Labels;
import io.sigyn.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped file for Kubernetes, but for its places, against an API and a tree of links to log files. */
final class KubernetesTest {
  @TempDir Path given;
  private final FakeKubernetes api = new FakeKubernetes();
  private Rig rig = new Rig(Path.of("/tmp"));
  private String discovery = "{}";
  private int nano;

  @BeforeEach
  void makeRig() {
    rig.close();
    rig = new Rig(given);
  }

  @AfterEach
  void close() {
    rig.close();
    api.close();
  }

  private void start() throws IOException {
    String shipped =
        Files.readString(Path.of("../config/promtail-kubernetes.yaml"))
            .replace("3101", "0\n  http_listen_address: 127.0.0.1") // before paths, whose names may contain it
            .replace("/var/log/pods", rig.dir + "/pods")
            .replace("/run/promtail", rig.dir.resolve("state").toString())
            .replace("http://loki:3100/loki/api/v1/push", rig.server.url() + "\n    batchwait: 20ms\n    backoff_config: {min_period: 10ms, max_period: 100ms}")
            .replace("role: pod", "role: pod\n        api_server: " + api.url());
    rig.start(
        AgentConfig.parse(
            shipped
                + """
                target_config: {sync_period: 200ms}
                global: {file_watch_config: {min_poll_frequency: 10ms, max_poll_frequency: 20ms}}
                agent: {tail: {rotate_drain: 500ms, deleted_hold: 500ms}, shutdown: {timeout: 3s},
                  buffer: {memory: 256KB}, discovery: %s}
                """
                    .formatted(discovery)));
  }

  private static FakePod pod(String namespace, String name, String uid) {
    return new FakePod(namespace, name, uid).node(Host.name());
  }

  /** Writes CRI lines where the runtime writes them, with the kubelet's link to it. */
  private void write(String podDirectory, String container, String... lines) throws IOException {
    Path target = rig.dir.resolve("data/containers/" + podDirectory + "-" + container + ".log");
    Rig.append(target, String.join("\n", Rig.cri(List.of(lines), nano)) + "\n");
    nano += lines.length;
    Path link = rig.dir.resolve("pods/" + podDirectory + "/" + container + "/0.log");
    Files.createDirectories(link.getParent());
    if (!Files.isSymbolicLink(link)) {
      Files.createSymbolicLink(link, target);
    }
  }

  private Labels labelsOf(String line) {
    return rig.server.received().stream().filter(r -> r.line().equals(line)).findFirst().orElseThrow().labels();
  }

  private Labels expected(String podDirectory, String... more) {
    Labels.Builder labels = Labels.of(more).toBuilder();
    String path = rig.dir + "/pods/" + podDirectory + "/" + Labels.of(more).get("container") + "/0.log";
    return labels.set("filename", path).set("node_name", Host.name()).set("stream", "stdout").build();
  }

  @Test
  void podsOfEveryKindHaveTheLabelsOfPromtailsChart() throws IOException {
    api.put(pod("shop", "cart-5d8f9c7b6d-x2x4z", "u1").owner("ReplicaSet", "cart-5d8f9c7b6d").container("web", "a:1/TCP", "b:2/TCP", "c:3/TCP"));
    api.put(pod("shop", "db-0", "u2").owner("StatefulSet", "db").label("app.kubernetes.io/name", "mysql")
        .label("app.kubernetes.io/instance", "main").label("app.kubernetes.io/component", "store").init("setup").container("mysql"));
    api.put(pod("kube-system", "etcd-n1", "mirror-uid").annotation("kubernetes.io/config.hash", "h4sh").owner("Node", "n1")
        .label("component", "etcd").container("etcd"));
    api.put(pod("default", "bare", "u4").label("app", "by-hand").ip("").container("main"));
    api.put(pod("default", "elsewhere", "u5").node("another-node").container("main"));
    write("shop_cart-5d8f9c7b6d-x2x4z_u1", "web", "from cart");
    write("shop_db-0_u2", "setup", "from setup");
    write("shop_db-0_u2", "mysql", "from mysql");
    write("kube-system_etcd-n1_h4sh", "etcd", "from etcd");
    write("default_bare_u4", "main", "from bare");
    write("default_elsewhere_u5", "main", "from elsewhere");
    start();
    rig.awaitExactly(List.of("from cart", "from setup", "from mysql", "from etcd", "from bare"));
    assertThat(labelsOf("from cart"))
        .isEqualTo(
            expected("shop_cart-5d8f9c7b6d-x2x4z_u1", "namespace", "shop", "app", "cart", "job", "shop/cart",
                "pod", "cart-5d8f9c7b6d-x2x4z", "container", "web"));
    assertThat(labelsOf("from mysql"))
        .isEqualTo(
            expected("shop_db-0_u2", "namespace", "shop", "app", "mysql", "job", "shop/mysql", "pod", "db-0", "container",
                "mysql", "instance", "main", "component", "store"));
    assertThat(labelsOf("from setup").get("container")).isEqualTo("setup");
    assertThat(labelsOf("from etcd"))
        .isEqualTo(
            expected("kube-system_etcd-n1_h4sh", "namespace", "kube-system", "app", "n1", "job", "kube-system/n1",
                "pod", "etcd-n1", "container", "etcd", "component", "etcd"));
    assertThat(labelsOf("from bare"))
        .isEqualTo(
            expected("default_bare_u4", "namespace", "default", "app", "by-hand", "job", "default/by-hand", "pod", "bare",
                "container", "main"));
    assertThat(rig.agent().targets().current().refused()).as("three ports, one file").containsEntry("exists", 2);
  }

  @Test
  void podsThatComeChangeAndGoAreFollowedWithoutLoss() throws IOException {
    start();
    Await.until("discovery", Rig.PATIENCE, () -> new AgentStatus(rig.agent(), "t").notReady().isEmpty());
    write("shop_late_u1", "main", "one");
    api.put(pod("shop", "late", "u1").label("app", "before").container("main"));
    rig.awaitInOrder("one");
    api.put(pod("shop", "late", "u1").label("app", "after").container("main"));
    Await.until(
        "the label", Rig.PATIENCE,
        () -> rig.agent().targets().current().accepted().getFirst().labels().get("app").equals("after"));
    Await.until(
        "the new label on new lines", Rig.PATIENCE,
        () -> {
          try {
            write("shop_late_u1", "main", "line " + nano);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          return rig.server.received().getLast().labels().get("app").equals("after");
        });
    int written = nano;
    api.delete("shop", "late");
    write("shop_late_u1", "main", "last words");
    rig.awaitReceived(written + 1);
    assertThat(rig.server.lines()).as("nothing is read twice").hasSize(written + 1).last().isEqualTo("last words");
    assertThat(labelsOf("last words").get("app")).isEqualTo("after");
  }

  @Test
  void anApiThatIsAwayIsSaidToBeAndLookedForAgain() throws IOException {
    api.down();
    write("shop_a_u1", "main", "one");
    start();
    Await.until("a scan", Rig.PATIENCE, () -> rig.agent().isDiscovered());
    Await.until(
        "the reason", Rig.PATIENCE,
        () -> String.join("", new AgentStatus(rig.agent(), "t").notReady()).contains("connection refused"),
        () -> new AgentStatus(rig.agent(), "t").notReady().toString());
    api.up();
    api.put(pod("shop", "a", "u1").container("main"));
    rig.awaitInOrder("one");
    Await.until("readiness", Rig.PATIENCE, () -> new AgentStatus(rig.agent(), "t").notReady().isEmpty());
  }

  @Test
  void filesAreReadWithTheLabelsOfTheirPathsWhileTheApiIsAway() throws IOException {
    discovery = "{metadata_wait: 100ms}";
    api.down();
    write("shop_cart-5d8f9c7b6d-x2x4z_u1", "web", "one");
    write("shop_db-0_u2", "mysql", "two");
    write("kube-system_etcd-n1_h4sh", "etcd", "three");
    start();
    rig.awaitExactly(List.of("one", "two", "three"));
    assertThat(labelsOf("one"))
        .as("what the API would say of a pod without labels")
        .isEqualTo(
            expected("shop_cart-5d8f9c7b6d-x2x4z_u1", "namespace", "shop", "app", "cart", "job", "shop/cart",
                "pod", "cart-5d8f9c7b6d-x2x4z", "container", "web"));
    assertThat(labelsOf("two").get("job")).isEqualTo("shop/db");
    assertThat(labelsOf("three").get("job")).isEqualTo("kube-system/etcd-n1");
    api.up();
    api.put(pod("shop", "cart-5d8f9c7b6d-x2x4z", "u1").owner("ReplicaSet", "cart-5d8f9c7b6d").label("app", "basket").container("web"));
    api.put(pod("shop", "db-0", "u2").owner("StatefulSet", "db").container("mysql"));
    api.put(pod("kube-system", "etcd-n1", "mirror").annotation("kubernetes.io/config.hash", "h4sh").container("etcd"));
    Await.until(
        "the API's word", Rig.PATIENCE,
        () -> rig.agent().targets().current().accepted().stream().anyMatch(t -> t.labels().get("app").equals("basket")));
    Await.until(
        "the labels of the API", Rig.PATIENCE,
        () -> {
          try {
            write("shop_cart-5d8f9c7b6d-x2x4z_u1", "web", "line " + nano);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          return rig.server.received().getLast().labels().get("app").equals("basket");
        });
    // It goes away again, and a pod comes that it never tells of; one that it told of keeps its labels.
    api.down();
    int before = nano;
    write("shop_late-abcde_u4", "main", "not a random part");
    write("shop_cart-5d8f9c7b6d-x2x4z_u1", "web", "last");
    rig.awaitReceived(before + 2);
    assertThat(rig.server.lines()).as("nothing is read twice").hasSize(before + 2);
    assertThat(labelsOf("not a random part").get("app")).isEqualTo("late-abcde");
    assertThat(labelsOf("last").get("app")).isEqualTo("basket");
  }

  @Test
  void aPodThatLivedForAMomentIsReadWithItsLabels() throws IOException {
    start();
    Await.until("discovery", Rig.PATIENCE, () -> new AgentStatus(rig.agent(), "t").notReady().isEmpty());
    api.put(pod("jobs", "once-x2x4z", "u1").owner("Job", "once").container("main"));
    write("jobs_once-x2x4z_u1", "main", "1", "2", "3", "4", "5");
    api.delete("jobs", "once-x2x4z");
    rig.awaitInOrder("1", "2", "3", "4", "5");
    assertThat(rig.server.received()).extracting(r -> r.labels().get("job")).containsOnly("jobs/once");
  }

  @Test
  void whatADeletedPodLeftUnreadArrivesWithItsLabels() throws IOException {
    api.put(pod("shop", "big", "u1").label("app", "store").container("main"));
    List<String> lines = Rig.numbered("x".repeat(400), 0, 3000);
    write("shop_big_u1", "main", lines.toArray(String[]::new));
    rig.server.down();
    start();
    Await.until("the queue to fill", Rig.PATIENCE, () -> rig.agent().linesRead() > 100);
    api.delete("shop", "big");
    Files.delete(rig.dir.resolve("pods/shop_big_u1/main/0.log"));
    Files.delete(rig.dir.resolve("data/containers/shop_big_u1-main.log"));
    Files.delete(rig.dir.resolve("pods/shop_big_u1/main"));
    Files.delete(rig.dir.resolve("pods/shop_big_u1"));
    rig.server.up();
    rig.awaitInOrder(lines);
    assertThat(rig.server.received()).extracting(r -> r.labels().get("app")).containsOnly("store");
    assertThat(rig.agent().linesRead()).isEqualTo(3000);
  }

  @Test
  void aPodOfASetThatComesBackUnderItsNameIsReadUnderBothUids() throws IOException {
    api.put(pod("shop", "db-0", "u1").owner("StatefulSet", "db").container("main"));
    write("shop_db-0_u1", "main", "first life");
    start();
    rig.awaitInOrder("first life");
    api.delete("shop", "db-0");
    write("shop_db-0_u1", "main", "last words");
    api.put(pod("shop", "db-0", "u2").owner("StatefulSet", "db").container("main"));
    write("shop_db-0_u2", "main", "second life");
    rig.awaitExactly(List.of("first life", "last words", "second life"));
    assertThat(labelsOf("second life").get("pod")).isEqualTo("db-0");
  }
}
