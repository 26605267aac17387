package io.sigyn.agent.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.sigyn.agent.config.AgentConfig;
import io.sigyn.agent.config.HttpAuth;
import io.sigyn.agent.config.KubernetesSd;
import io.sigyn.agent.config.Proxy;
import io.sigyn.agent.config.TlsConfig;
import io.sigyn.agent.http.ExtraHeaders;
import io.sigyn.agent.http.FakeProxy;
import io.sigyn.agent.http.Way;
import io.sigyn.agent.kubernetes.ApiCollection.Pace;
import io.sigyn.config.ConfigException;
import io.sigyn.config.Secret;
import io.sigyn.life.Clock;
import io.sigyn.model.Labels;
import io.sigyn.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

final class PodTargetsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pace FAST =
      new Pace(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMinutes(5), Duration.ofSeconds(30));

  @TempDir Path dir;
  private final FakeKubernetes api = new FakeKubernetes();
  private @Nullable PodTargets running;

  @AfterEach
  void close() {
    if (running != null) {
      running.close();
    }
    api.close();
  }

  private KubernetesSd config(String more) {
    String yaml =
        "clients: [{url: 'http://a/b'}]\nscrape_configs: [{job_name: j, kubernetes_sd_configs: [{role: pod, api_server: '"
            + api.url() + "'" + more + "}]}]";
    return AgentConfig.parse(yaml).scrapeConfigs().getFirst().kubernetesSdConfigs().getFirst();
  }

  private PodTargets start(String more, Duration keepDeleted, Pace pace) {
    KubernetesSd config = config(more);
    PodTargets targets =
        PodTargets.start(config, ApiAccess.of(config, Map.of()), "node-1", memory(keepDeleted), pace, Clock.SYSTEM);
    running = targets;
    return targets;
  }

  private static PodTargets.Memory memory(Duration keepDeleted) {
    return new PodTargets.Memory(keepDeleted, Duration.ZERO, Optional.empty());
  }

  private PodTargets start(String more) {
    return start(more, Duration.ZERO, FAST);
  }

  private static Set<String> names(PodTargets targets) {
    targets.version();
    Set<String> names = new TreeSet<>();
    targets.discovered().forEach(labels -> names.add(labels.get("__meta_kubernetes_pod_name")));
    return names;
  }

  private static void awaitNames(PodTargets targets, String... names) {
    Await.until("pods " + List.of(names), PATIENCE, () -> names(targets).equals(Set.of(names)),
        () -> names(targets) + " " + targets.problem());
  }

  private static FakePod pod(String name) {
    return new FakePod("shop", name, "uid-" + name).container("main");
  }

  @Test
  void everyLabelOfAPodIsThere() {
    api.put(
        new FakePod("shop", "cart-1", "u1")
            .label("app.kubernetes.io/name", "cart")
            .annotation("kubernetes.io/config.hash", "h4sh")
            .owner("ReplicaSet", "cart-5d8f")
            .init("setup")
            .container("web", "http:8080/TCP", "admin:9090/UDP")
            .ephemeral("debugger"));
    PodTargets targets = start("");
    awaitNames(targets, "cart-1");
    assertThat(targets.isKnown()).isTrue();
    assertThat(targets.problem()).isEmpty();
    List<Labels> all = targets.discovered();
    assertThat(all).extracting(labels -> labels.get("__meta_kubernetes_pod_container_name"))
        .containsExactly("setup", "web", "web", "debugger");
    String pod = "__meta_kubernetes_pod_";
    assertThat(all.get(2).toMap())
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("__address__", "10.1.2.3:9090"),
                Map.entry("__meta_kubernetes_namespace", "shop"),
                Map.entry(pod + "name", "cart-1"),
                Map.entry(pod + "uid", "u1"),
                Map.entry(pod + "ip", "10.1.2.3"),
                Map.entry(pod + "host_ip", "192.168.0.1"),
                Map.entry(pod + "node_name", "node-1"),
                Map.entry(pod + "phase", "Running"),
                Map.entry(pod + "ready", "true"),
                Map.entry(pod + "controller_kind", "ReplicaSet"),
                Map.entry(pod + "controller_name", "cart-5d8f"),
                Map.entry(pod + "label_app_kubernetes_io_name", "cart"),
                Map.entry(pod + "labelpresent_app_kubernetes_io_name", "true"),
                Map.entry(pod + "annotation_kubernetes_io_config_hash", "h4sh"),
                Map.entry(pod + "annotationpresent_kubernetes_io_config_hash", "true"),
                Map.entry(pod + "container_name", "web"),
                Map.entry(pod + "container_image", "reg/web:1"),
                Map.entry(pod + "container_id", "containerd://u1-web"),
                Map.entry(pod + "container_init", "false"),
                Map.entry(pod + "container_port_name", "admin"),
                Map.entry(pod + "container_port_number", "9090"),
                Map.entry(pod + "container_port_protocol", "UDP")));
    assertThat(all.getFirst().get("__address__")).isEqualTo("10.1.2.3");
    assertThat(all.getFirst().get(pod + "container_init")).isEqualTo("true");
    assertThat(api.requests().getFirst())
        .isEqualTo("/api/v1/pods?limit=500&resourceVersion=0&fieldSelector=spec.nodeName=node-1");
  }

  @Test
  void podsComeAndGoAndChange() {
    api.put(pod("a"));
    PodTargets targets = start("");
    awaitNames(targets, "a");
    api.put(pod("b"));
    api.put(pod("elsewhere").node("node-2"));
    awaitNames(targets, "a", "b");
    api.put(pod("b").label("tier", "gold"));
    Await.until(
        "the label", PATIENCE,
        () -> {
          targets.version();
          return targets.discovered().getLast().get("__meta_kubernetes_pod_label_tier").equals("gold");
        });
    api.delete("shop", "a");
    awaitNames(targets, "b");
  }

  @Test
  void aPodWithoutAddressIsATargetToo() {
    api.put(pod("evicted").ip("").phase("Failed", "False"));
    PodTargets targets = start("");
    awaitNames(targets, "evicted");
    Labels labels = targets.discovered().getFirst();
    assertThat(labels.get("__meta_kubernetes_pod_phase")).isEqualTo("Failed");
    assertThat(labels.get("__meta_kubernetes_pod_ready")).isEqualTo("false");
    assertThat(labels.has("__meta_kubernetes_pod_ip")).isFalse();
  }

  @Test
  void aDeletedPodStaysWhileItsFilesMayBeRead() {
    api.put(pod("a"));
    PodTargets targets = start("", Duration.ofMinutes(10), FAST);
    awaitNames(targets, "a");
    api.delete("shop", "a");
    api.put(new FakePod("shop", "a", "another-uid").container("main"));
    Await.until("both", PATIENCE, () -> {
      targets.version();
      return targets.discovered().size() == 2;
    });
    assertThat(targets.discovered()).extracting(labels -> labels.get("__meta_kubernetes_pod_uid"))
        .containsExactlyInAnyOrder("uid-a", "another-uid");
  }

  @Test
  void aWatchThatIsTooFarBehindStartsOver() {
    api.put(pod("a"));
    PodTargets targets = start("");
    awaitNames(targets, "a");
    Await.until("a watch", PATIENCE, () -> api.watches() == 1);
    api.forget();
    api.put(pod("b"));
    awaitNames(targets, "a", "b");
    // The other way round: the watch ends, and what it would go on from is gone.
    api.down();
    api.delete("shop", "a");
    api.forget();
    api.up();
    awaitNames(targets, "b");
    assertThat(targets.problem()).isEmpty();
  }

  @Test
  void aWatchThatEndsGoesOnWhereItWas() {
    api.put(pod("a"));
    PodTargets targets = start("");
    awaitNames(targets, "a");
    Await.until("a watch", PATIENCE, () -> api.watches() == 1);
    api.endWatches();
    api.put(pod("b"));
    awaitNames(targets, "a", "b");
    assertThat(api.requests().stream().filter(request -> request.contains("limit=")))
        .as("listed once").hasSize(1);
  }

  @Test
  void anApiThatIsAwayKeepsWhatIsKnownAndIsFoundAgain() {
    api.put(pod("a"));
    PodTargets targets = start("");
    awaitNames(targets, "a");
    api.down();
    Await.until("a problem", PATIENCE, () -> targets.problem().contains("GET " + api.url() + "/api/v1/pods: "));
    assertThat(names(targets)).containsExactly("a");
    api.up();
    api.put(pod("b"));
    awaitNames(targets, "a", "b");
    assertThat(targets.problem()).isEmpty();
  }

  @Test
  void aTokenIsReadAgainForEachRequest() throws IOException {
    Path token = Files.writeString(dir.resolve("token"), "old\n");
    api.requireToken("new");
    api.put(pod("a"));
    PodTargets targets = start(", bearer_token_file: '" + token + "'");
    Await.until("refusal", PATIENCE, () -> targets.problem().contains("status 401: Unauthorized; the token is refused"));
    assertThat(targets.isKnown()).isFalse();
    Files.writeString(token, "new\n");
    awaitNames(targets, "a");
    assertThat(targets.problem()).isEmpty();
  }

  @Test
  void aConnectionThatSaysNothingIsGivenUp() {
    api.put(pod("a"));
    Pace impatient =
        new Pace(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofSeconds(1), Duration.ofMillis(100));
    PodTargets targets = start("", Duration.ZERO, impatient);
    awaitNames(targets, "a");
    api.silent(true);
    api.put(pod("b"));
    long before = api.requests().size();
    Await.until("another watch", PATIENCE, () -> api.requests().size() > before);
    api.silent(false);
    awaitNames(targets, "a", "b");
  }

  @Test
  void selectorsAndNamespacesAreAskedFor() {
    api.pages(1);
    api.put(pod("a").label("tier", "gold"));
    api.put(pod("b").label("tier", "tin"));
    api.put(new FakePod("bank", "c", "uc").container("x").label("tier", "gold"));
    api.put(new FakePod("bank", "d", "ud").container("x").label("tier", "gold"));
    api.put(new FakePod("other", "e", "ue").container("x").label("tier", "gold"));
    PodTargets targets =
        start(
            ", namespaces: {names: [shop, bank]}, selectors: [{role: pod, label: 'tier=gold', field: 'status.phase=Running'}]");
    awaitNames(targets, "a", "c", "d");
    assertThat(api.requests())
        .contains(
            "/api/v1/namespaces/bank/pods?limit=500&resourceVersion=0&fieldSelector=status.phase=Running,spec.nodeName=node-1"
                + "&labelSelector=tier=gold",
            "/api/v1/namespaces/bank/pods?limit=500&continue=1&fieldSelector=status.phase=Running,spec.nodeName=node-1"
                + "&labelSelector=tier=gold");
    api.delete("bank", "c");
    awaitNames(targets, "a", "d");
  }

  @Test
  void labelsOfNodeAndNamespaceAreAttachedWhenAskedFor() {
    api.put(pod("a"));
    api.hold("/api/v1/nodes");
    PodTargets targets = start(", attach_metadata: {node: true, namespace: true}");
    Await.until("a watch of pods and one of namespaces", PATIENCE, () -> api.watches() == 2);
    assertThat(names(targets)).as("without the labels of their node").isEmpty();
    assertThat(targets.isKnown()).isFalse();
    api.hold("");
    awaitNames(targets, "a");
    assertThat(targets.isKnown()).isTrue();
    Labels labels = targets.discovered().getFirst();
    assertThat(labels.get("__meta_kubernetes_node_name")).isEqualTo("node-1");
    assertThat(labels.get("__meta_kubernetes_node_label_zone_name")).isEqualTo("node-1-zone");
    assertThat(labels.get("__meta_kubernetes_namespace_labelpresent_zone_name")).isEqualTo("true");
    assertThat(labels.get("__meta_kubernetes_namespace_annotation_a")).isEqualTo("b");
  }

  @Test
  void podsAreReadAlthoughTheirNodeMayNotBeSeen() {
    api.put(pod("a"));
    api.failWith(403, "/api/v1/nodes");
    PodTargets targets = start(", attach_metadata: {node: true}");
    awaitNames(targets, "a");
    assertThat(targets.problem()).contains("/api/v1/nodes: status 403");
    assertThat(targets.isKnown()).isTrue();
  }

  @Test
  void thePodsAreKnownWhenEachNamespaceWasListed() {
    api.put(pod("a"));
    api.put(new FakePod("bank", "b", "uid-b").container("main"));
    api.hold("/api/v1/namespaces/shop/pods");
    PodTargets targets = start(", namespaces: {names: [shop, bank]}");
    awaitNames(targets, "b");
    assertThat(targets.isKnown()).isFalse();
    api.hold("");
    awaitNames(targets, "a", "b");
    assertThat(targets.isKnown()).isTrue();
  }

  @Test
  void theApiIsReachedThroughAProxyButForExceptions() {
    api.put(pod("a"));
    try (FakeProxy proxy = new FakeProxy()) {
      proxy.require("Basic am9lOmh1c2g=");
      PodTargets targets = start(", proxy_url: '" + proxy.url("joe:hush") + "'");
      awaitNames(targets, "a");
      api.put(pod("b"));
      awaitNames(targets, "a", "b");
      assertThat(proxy.heads())
          .anySatisfy(head -> assertThat(head).startsWith("GET " + api.url() + "/api/v1/pods?watch=true"));
      targets.close();
      int asked = proxy.heads().size();
      awaitNames(start(", proxy_url: '" + proxy.url("joe:hush") + "', no_proxy: 127.0.0.1"), "a", "b");
      assertThat(proxy.heads()).hasSize(asked);
      targets = start(", proxy_url: '" + proxy.url("joe:wrong") + "'");
      PodTargets refused = targets;
      Await.until(
          "the refusal", PATIENCE,
          () -> refused.problem().contains("proxy http://127.0.0.1:" + proxy.port() + " says 407 Who Are You"));
      assertThat(refused.problem()).doesNotContain("wrong");
    }
  }

  @Test
  void headersAreSentAndATokenIsAskedForAgainWhenTheApiRefusesIt() throws IOException {
    AtomicInteger issued = new AtomicInteger();
    HttpServer issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    issuer.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] answer = ("{\"access_token\":\"t" + issued.incrementAndGet() + "\"}").getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    issuer.start();
    api.put(pod("a"));
    api.requireToken("t1");
    try (FakeProxy proxy = new FakeProxy()) {
      String token = "{client_id: me, client_secret: x, token_url: 'http://127.0.0.1:" + issuer.getAddress().getPort() + "/'}";
      PodTargets targets =
          start(
              ", proxy_url: '" + proxy.url("") + "', http_headers: {X-Team: {values: [blue], secrets: [hush]}}, oauth2: " + token);
      awaitNames(targets, "a");
      assertThat(proxy.heads())
          .allSatisfy(
              head -> assertThat(head).contains("\r\nX-Team: blue\r\nX-Team: hush\r\n", "\r\nAuthorization: Bearer t1\r\n"));
      // A watch goes on with the token it began with: none may be left when the pod comes that only the next one may tell of.
      Await.until("a watch with the first token", PATIENCE, () -> api.watches() == 1);
      api.requireToken("t2");
      api.endWatches();
      Await.until("another token", PATIENCE, () -> issued.get() == 2);
      api.put(pod("b"));
      awaitNames(targets, "a", "b");
      assertThat(issued).hasValue(2);
    } finally {
      issuer.stop(0);
    }
  }

  @Test
  void aNodeWithoutPodsNamesTheNodeItAskedFor() {
    PodTargets targets = start("");
    Await.until("the list", PATIENCE, targets::isKnown);
    Await.until("the hint", PATIENCE, () -> targets.problem().contains("knows no pod of node \"node-1\""));
    assertThat(targets.problem()).contains("HOSTNAME from spec.nodeName");
  }

  @Test
  void theServiceAccountIsUsedInAPod() throws IOException {
    assertThatThrownBy(() -> ApiAccess.inCluster(Map.of(), dir))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set");
    Map<String, String> environment = Map.of("KUBERNETES_SERVICE_HOST", "fd00::1", "KUBERNETES_SERVICE_PORT", "443");
    assertThatThrownBy(() -> ApiAccess.inCluster(environment, dir))
        .hasMessageContaining(dir.resolve("token") + " cannot be read");
    Files.writeString(dir.resolve("token"), "t");
    Files.writeString(dir.resolve("namespace"), "logging\n");
    ApiAccess access = ApiAccess.inCluster(environment, dir);
    assertThat(access)
        .isEqualTo(
            new ApiAccess(
                "https://[fd00::1]:443", HttpAuth.tokenFile(dir.resolve("token").toString()),
                Optional.empty(), ExtraHeaders.NONE,
                new Way(Optional.of(TlsConfig.trusting(dir.resolve("ca.crt").toString())), Proxy.NONE, environment),
                true, "logging"));
  }

  @Test
  void aKubeconfigFileIsReadToItsCurrentContext() throws IOException {
    String text =
        """
        apiVersion: v1
        kind: Config
        current-context: here
        contexts:
        - {name: there, context: {cluster: x, user: y}}
        - {name: here, context: {cluster: c, user: u, namespace: n}}
        clusters:
        - {name: c, cluster: {server: '%s/', insecure-skip-tls-verify: true, tls-server-name: api.example}}
        users:
        - {name: u, user: {tokenFile: token}}
        """
            .formatted(api.url());
    Path file = Files.writeString(dir.resolve("kubeconfig"), text);
    Files.writeString(dir.resolve("token"), "tok");
    api.requireToken("tok");
    api.put(pod("a"));
    String yaml =
        "clients: [{url: 'http://a/b'}]\nscrape_configs: [{job_name: j, kubernetes_sd_configs: [{role: pod, kubeconfig_file: '"
            + file + "'}]}]";
    KubernetesSd config = AgentConfig.parse(yaml).scrapeConfigs().getFirst().kubernetesSdConfigs().getFirst();
    ApiAccess access = ApiAccess.of(config, Map.of());
    assertThat(access.namespace()).isEqualTo("n");
    assertThat(access.way().tls().orElseThrow().insecureSkipVerify()).isTrue();
    assertThat(access.way().tls().orElseThrow().serverName()).isEqualTo("api.example");
    assertThat(access.way().proxy()).as("as the environment says").isEqualTo(new Proxy(Secret.NONE, "", true, Map.of()));
    PodTargets targets = PodTargets.start(config, access, "node-1", memory(Duration.ZERO), FAST, Clock.SYSTEM);
    running = targets;
    awaitNames(targets, "a");
    Files.writeString(file, text.replace("tls-server-name: api.example", "proxy-url: 'http://p:1'"));
    assertThat(ApiAccess.of(config, Map.of()).way().proxy())
        .isEqualTo(new Proxy(new Secret("http://p:1"), "", false, Map.of()));
    Files.writeString(file, text.replace("tls-server-name: api.example", "proxy-url: 'ftp://u:hush@p'"));
    assertThatThrownBy(() -> ApiAccess.of(config, Map.of()))
        .hasMessageContaining(file + ": proxy-url: expected http://HOST:PORT")
        .message()
        .doesNotContain("hush");
    Files.writeString(file, text.replace("tokenFile: token", "exec: {command: aws}"));
    assertThatThrownBy(() -> ApiAccess.of(config, Map.of()))
        .hasMessageContaining("user u uses exec, which the agent does not run");
    Files.writeString(file, text.replace("current-context: here", "current-context: nowhere"));
    assertThatThrownBy(() -> ApiAccess.of(config, Map.of()))
        .hasMessageContaining("contexts has none called \"nowhere\"");
  }
}
