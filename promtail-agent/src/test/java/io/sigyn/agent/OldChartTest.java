package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.config.AgentConfig;
import io.sigyn.agent.config.ClientConfig;
import io.sigyn.agent.config.Flags;
import io.sigyn.agent.kubernetes.FakeKubernetes;
import io.sigyn.agent.kubernetes.FakePod;
import io.sigyn.config.Bound;
import io.sigyn.testkit.Await;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The five jobs of promtail's old chart, their client on the command line, and pods of every kind. */
final class OldChartTest {
  @TempDir Path given;
  private final FakeKubernetes api = new FakeKubernetes();
  private Rig rig = new Rig(Path.of("/tmp"));

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

  private static String chart() throws IOException {
    try (InputStream in = Objects.requireNonNull(OldChartTest.class.getResourceAsStream("five-jobs.yaml"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Bound<AgentConfig> load(String yaml, String url) {
    Flags flags = Flags.parse(List.of("-client.url=" + url));
    return AgentConfig.load("promtail.yaml", yaml, Map.of(), false, flags.overlay(), false);
  }

  @Test
  void theFileLoadsWithTheAddressFromTheCommandLine() throws IOException {
    Bound<AgentConfig> bound = load(chart().replace("batchwait: 1s", "batchwait: 7s"), "http://joe:hush@loki:3100/loki/api/v1/push");
    assertThat(bound.warnings()).isEmpty();
    ClientConfig client = bound.value().clients().getFirst();
    assertThat(bound.value().clients()).as("one client of both halves").hasSize(1);
    assertThat(client.url()).isEqualTo("http://joe:hush@loki:3100/loki/api/v1/push");
    assertThat(client.batchwait()).hasSeconds(7);
    assertThat(bound.value().scrapeConfigs()).hasSize(5);
  }

  private void start(String more) throws IOException {
    String yaml =
        chart()
            .replace("3101", "0\n  http_listen_address: 127.0.0.1")
            .replace("/var/log/pods", rig.dir + "/pods")
            .replace("/run/promtail", rig.dir.resolve("state").toString())
            .replace("batchwait: 1s", "batchwait: 20ms")
            .replace("min_period: 500ms", "min_period: 10ms")
            .replace("sync_period: 10s", "sync_period: 200ms")
            .replace("role: pod", "role: pod\n    api_server: " + api.url());
    yaml += "global: {file_watch_config: {min_poll_frequency: 10ms, max_poll_frequency: 20ms}}\n";
    rig.start(load(yaml + more, rig.server.url()).value());
  }

  private static FakePod pod(String name, String uid) {
    return new FakePod("shop", name, uid).node(Host.name()).container("main");
  }

  private void write(String directory, String line) {
    String json = "{\"log\":\"%s\\n\",\"stream\":\"stdout\",\"time\":\"2024-05-01T09:00:00.%09dZ\"}\n";
    Path real = rig.dir.resolve("data/containers/" + directory + ".log");
    Rig.append(real, json.formatted(line, Math.floorMod(line.hashCode(), 1_000_000_000)));
    Path link = rig.dir.resolve("pods/" + directory + "/main/0.log");
    try {
      Files.createDirectories(link.getParent());
      if (!Files.isSymbolicLink(link)) {
        Files.createSymbolicLink(link, real);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Map<String, String> labelsOf(String line) {
    Map<String, String> labels = new TreeMap<>();
    rig.server.received().stream().filter(r -> r.line().equals(line)).findFirst().orElseThrow().labels().forEach(labels::put);
    labels.remove("filename");
    return labels;
  }

  @Test
  void fiveJobsDivideThePodsAndLabelThem() throws IOException {
    api.put(pod("named", "u1").label("name", "front").label("app", "ignored").label("tier", "gold"));
    api.put(pod("apped", "u2").label("app", "cart"));
    api.put(pod("agent-x9k2p", "u3").owner("DaemonSet", "agent"));
    api.put(pod("web-5d8f9c7b6d-x2x4z", "u4").owner("ReplicaSet", "web-5d8f9c7b6d"));
    api.put(pod("etcd-n1", "mirror").owner("Node", "n1").annotation("kubernetes.io/config.mirror", "h4sh").label("component", "etcd"));
    api.put(pod("bare", "u6"));
    api.put(pod("elsewhere", "u7").label("app", "cart").node("another-node"));
    List<String> lines = List.of("named", "apped", "daemon", "deployed", "static");
    write("shop_named_u1", "named");
    write("shop_apped_u2", "apped");
    write("shop_agent-x9k2p_u3", "daemon");
    write("shop_web-5d8f9c7b6d-x2x4z_u4", "deployed");
    write("shop_etcd-n1_h4sh", "static");
    write("shop_bare_u6", "nobody asks for this");
    write("shop_elsewhere_u7", "not of this node");
    start("");
    rig.awaitExactly(lines);
    assertThat(labelsOf("named"))
        .isEqualTo(Map.of("name", "front", "app", "ignored", "tier", "gold", "job", "shop/front", "namespace", "shop",
            "pod", "named", "container", "main", "stream", "stdout"));
    assertThat(labelsOf("apped"))
        .isEqualTo(Map.of("app", "cart", "job", "shop/cart", "namespace", "shop", "pod", "apped", "container", "main",
            "stream", "stdout"));
    assertThat(labelsOf("daemon"))
        .isEqualTo(Map.of("job", "shop/agent", "namespace", "shop", "pod", "agent-x9k2p", "container", "main",
            "stream", "stdout"));
    assertThat(labelsOf("deployed").get("job")).isEqualTo("shop/web");
    assertThat(labelsOf("static"))
        .isEqualTo(Map.of("component", "etcd", "job", "shop/etcd", "namespace", "shop", "pod", "etcd-n1", "container",
            "main", "stream", "stdout"));
  }

  @Test
  void aFileThatPassesToAnotherJobGoesOnWhereItWas() throws IOException {
    api.down();
    write("shop_web-5d8f9c7b6d-x2x4z_u1", "by its path");
    start("agent: {discovery: {metadata_wait: 100ms}, tail: {rotate_drain: 500ms}}\n");
    rig.awaitInOrder("by its path");
    assertThat(labelsOf("by its path").get("job")).isEqualTo("shop/web");
    api.up();
    api.put(pod("web-5d8f9c7b6d-x2x4z", "u1").owner("ReplicaSet", "web-5d8f9c7b6d").label("app", "shop-front"));
    AtomicInteger written = new AtomicInteger(1);
    Await.until(
        "the API's word on new lines", Rig.PATIENCE,
        () -> {
          write("shop_web-5d8f9c7b6d-x2x4z_u1", "line " + written.getAndIncrement());
          return rig.server.received().getLast().labels().get("job").equals("shop/shop-front");
        });
    rig.awaitReceived(written.get());
    assertThat(rig.server.lines()).hasSize(written.get()).doesNotHaveDuplicates();
    assertThat(rig.server.received().getLast().labels().get("app")).isEqualTo("shop-front");
  }
}
