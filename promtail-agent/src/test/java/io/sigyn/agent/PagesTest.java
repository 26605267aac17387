package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.agent.config.AgentConfig;
import io.sigyn.config.ConfigException;
import io.sigyn.testkit.Await;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PagesTest {
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

  private HttpResponse<String> get(String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + rig.agent().port() + path);
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void showsReadinessTargetsAndMetrics() throws Exception {
    rig.append("<b>&.log", "one");
    rig.start().awaitReceived(1);
    rig.awaitPosition("<b>&.log", 4);
    Await.until("readiness", Rig.PATIENCE, () -> new AgentStatus(rig.agent(), "t").notReady().isEmpty());
    assertThat(get("/ready").body()).isEqualTo("Ready\n");
    assertThat(get("/ready?verbose").body()).isEqualTo("{\"ready\":true,\"reasons\":[],\"degraded\":[]}");
    assertThat(get("/ready?live").statusCode()).isEqualTo(200);
    assertThat(get("/").statusCode()).isEqualTo(303);
    assertThat(get("/").headers().firstValue("Location")).contains("/targets");
    HttpResponse<String> targets = get("/targets");
    assertThat(targets.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(targets.body()).contains("&lt;b&gt;&amp;.log").doesNotContain("<b>&");
    assertThat(get("/targets?format=json").body())
        .contains("\"state\":\"reading\",\"resolved\":\"" + rig.log("<b>&.log") + "\",\"read\":4,\"size\":4,"
            + "\"acknowledged\":4,\"lag\":0,\"lines\":1");
    HttpResponse<String> metrics = get("/metrics");
    assertThat(metrics.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
    String path = rig.log("<b>&.log").toString();
    assertThat(metrics.body())
        .contains("# TYPE promtail_read_bytes_total gauge\npromtail_read_bytes_total{path=\"" + path + "\"} 4\n")
        .contains("promtail_file_bytes_total{path=\"" + path + "\"} 4\n")
        .contains("# TYPE promtail_read_lines_total counter\npromtail_read_lines_total{path=\"" + path + "\"} 1\n")
        .contains("promtail_files_active_total 1\n")
        .contains("promtail_targets_active_total 1\n")
        .contains("promtail_sent_entries_total{host=\"127.0.0.1:")
        .contains("promtail_request_duration_seconds_bucket{host=\"127.0.0.1:")
        .contains("promtail_dropped_entries_total{host=\"127.0.0.1:")
        .contains("promtail_build_info{")
        .contains("jvm_memory_used_bytes{");
    assertThat(get("/nothing").statusCode()).isEqualTo(404);
    assertThat(get("/agent/diagnosis").body()).isEqualTo("nothing is wrong with any log file\n");
    assertThat(get("/agent/diagnosis?format=json").body()).isEqualTo("[]");
  }

  @Test
  void theConfigurationIsShownWithoutSecrets() throws Exception {
    rig.client("basic_auth: {username: u, password: hush}").start();
    assertThat(get("/config").body()).contains("password: \"<secret>\"").doesNotContain("hush");
  }

  @Test
  void aNodeWithoutLogsIsReady() throws Exception {
    rig.start();
    Await.until("readiness", Rig.PATIENCE, () -> new AgentStatus(rig.agent(), "t").notReady().isEmpty());
    assertThat(get("/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String yaml = rig.yaml().replace("http_listen_port: 0", "http_listen_port: " + taken.getLocalPort());
      assertThatThrownBy(() -> Agent.start(AgentConfig.parse(yaml)))
          .isInstanceOf(ConfigException.class)
          .hasMessage("cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": address already in use");
    }
  }

  @Test
  void aPathPrefixStandsBeforeEveryPage() throws Exception {
    String yaml = rig.yaml().replace("http_listen_port: 0", "http_listen_port: 0, http_path_prefix: /agent/");
    try (Agent agent = Agent.start(AgentConfig.parse(yaml));
        HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + agent.port() + "/agent/metrics");
      assertThat(http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }
  }
}
