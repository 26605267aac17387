package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.config.AgentConfig;
import io.sigyn.config.Bound;
import io.sigyn.testkit.Await;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

final class ReloadTest {
  @TempDir Path given;
  private Rig rig = new Rig(Path.of("/tmp"));
  private volatile String file = "";
  private @Nullable Reloading running;

  @BeforeEach
  void makeRig() {
    rig.close();
    rig = new Rig(given);
    file = rig.yaml().replace("http_listen_port: 0", "http_listen_port: 0, enable_runtime_reload: true");
  }

  @AfterEach
  void close() {
    if (running != null) {
      running.close();
    }
    rig.close();
  }

  private Reloading start() {
    Reloading started =
        new Reloading(
            AgentConfig.parse(file), () -> new Bound<>(AgentConfig.parse(file), List.of()), Optional.empty(), Optional.empty());
    running = started;
    return started;
  }

  private static HttpResponse<String> get(Reloading at, String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + at.port() + path);
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void anotherFileTakesOverAndABrokenOneDoesNot() throws Exception {
    rig.append("a.log", "one");
    Reloading agent = start();
    rig.awaitReceived(1);
    assertThat(get(agent, "/reload").body()).isEqualTo("config unchanged\n");
    String before = file;
    file = before.replace("job: test", "job: changed");
    HttpResponse<String> done = get(agent, "/reload");
    assertThat(done.statusCode()).isEqualTo(200);
    assertThat(done.body()).isEmpty();
    rig.append("a.log", "two");
    rig.awaitInOrder("one", "two");
    assertThat(rig.server.received().getLast().labels().get("job")).isEqualTo("changed");
    file = before.replace("pipeline_stages: []", "pipeline_stages: [{jsn: {}}]");
    HttpResponse<String> refused = get(agent, "/reload");
    assertThat(refused.statusCode()).isEqualTo(500);
    assertThat(refused.body()).contains("the configuration before stays in use: ").contains("stage \"jsn\" unknown");
    rig.append("a.log", "three");
    rig.awaitInOrder("one", "two", "three");
    assertThat(rig.server.received().getLast().labels().get("job")).isEqualTo("changed");
    file = before;
    assertThat(get(agent, "/reload").statusCode()).isEqualTo(200);
    rig.append("a.log", "four");
    rig.awaitInOrder("one", "two", "three", "four");
    assertThat(rig.server.received().getLast().labels().get("job")).isEqualTo("test");
    assertThat(get(agent, "/metrics").body())
        .contains("promtail_config_reload_success_total 3\n")
        .contains("promtail_config_reload_fail_total 1\n");
  }

  @Test
  void reloadingWhileLinesComeLosesAndRepeatsNone() {
    Reloading agent = start();
    String[] files = {file, file.replace("job: test", "job: other"), file.replace("batchwait: 20ms", "batchwait: nonsense")};
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      List<String> lines = Rig.numbered("round " + i, 0, 50);
      all.addAll(lines);
      rig.append("a.log", lines);
      file = files[i % 3];
      assertThat(agent.reload().code()).isEqualTo(i % 3 == 2 ? 500 : 200);
    }
    rig.awaitReceived(all.size());
    assertThat(rig.server.lines()).containsExactlyElementsOf(all);
  }

  @Test
  void whatStagesCountedStaysIfItIsDefinedAsBefore() throws Exception {
    String counter = "{type: Counter, config: {match_all: true, action: inc}}";
    file = file.replace("pipeline_stages: []", "pipeline_stages: [{metrics: {kept: " + counter + ", changed: " + counter + "}}]");
    rig.append("a.log", "one", "two");
    Reloading agent = start();
    rig.awaitReceived(2);
    file =
        file.replace("changed: {type: Counter,", "changed: {type: Counter, description: other,")
            .replace("batchwait: 20ms", "batchwait: 30ms");
    assertThat(agent.reload().code()).isEqualTo(200);
    assertThat(get(agent, "/metrics").body()).as("before another line came").containsPattern("promtail_custom_kept\\{[^}]*} 2");
    rig.append("a.log", "three");
    rig.awaitReceived(3);
    assertThat(get(agent, "/metrics").body())
        .containsPattern("promtail_custom_kept\\{[^}]*} 3")
        .containsPattern("promtail_custom_changed\\{[^}]*} 1");
  }

  @Test
  void aPortThatChangesIsListenedOn() throws Exception {
    Reloading agent = start();
    file = file.replace("http_listen_port: 0", "http_listen_port: 0, http_path_prefix: /other");
    assertThat(agent.reload().code()).isEqualTo(200);
    Await.until("readiness", Rig.PATIENCE, () -> new AgentStatus(agent.agent(), "t").notReady().isEmpty());
    assertThat(get(agent, "/other/ready").body()).isEqualTo("Ready\n");
  }
}
