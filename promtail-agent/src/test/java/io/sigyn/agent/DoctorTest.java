package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.config.AgentConfig;
import io.sigyn.agent.kubernetes.FakeKubernetes;
import io.sigyn.agent.kubernetes.FakePod;
import io.sigyn.life.Clock;
import io.sigyn.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DoctorTest {
  private static final Clock AHEAD =
      new Clock() {
        @Override
        public long epochNanos() {
          return SYSTEM.epochNanos() + Duration.ofHours(8).toNanos();
        }

        @Override
        public long ticks() {
          return SYSTEM.ticks();
        }
      };

  @TempDir Path given;
  private Rig rig = new Rig(Path.of("/tmp"));
  private int problems;
  private Clock clock = Clock.SYSTEM;
  private Duration patience = Rig.PATIENCE;

  @BeforeEach
  void makeRig() {
    rig.close();
    rig = new Rig(given);
  }

  @AfterEach
  void closeRig() {
    rig.close();
  }

  private String examine(String yaml) throws InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    problems =
        new Doctor(AgentConfig.parse(yaml), new PrintStream(out, true, StandardCharsets.UTF_8), patience, clock)
            .examine(Map.of());
    return out.toString(StandardCharsets.UTF_8);
  }

  private String examined(String yaml) {
    try {
      return examine(yaml);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void saysThatAllIsWellWhenItIs() throws Exception {
    rig.append("a.log", "one");
    String report = examine(rig.yaml());
    assertThat(report)
        .contains("ok       job job: 1 targets, 1 files\n")
        .contains("ok       positions: " + rig.positions())
        .contains("ok       server " + rig.server.url() + " answers: status 204")
        .endsWith("all is well\n");
    assertThat(problems).isZero();
    assertThat(rig.server.received()).isEmpty();
    assertThat(rig.positions()).doesNotExist();
  }

  @Test
  void linksThatDangleComeWithYamlToPaste() throws Exception {
    Path root = rig.dir.resolve("data/docker/containers");
    for (int i = 0; i < 3; i++) {
      Path link = rig.log("shop_cart-" + i + "_u" + i + "/cart/0.log");
      Files.createDirectories(link.getParent());
      Files.createSymbolicLink(link, root.resolve("id" + i).resolve("id" + i + "-json.log"));
    }
    String report = examine(rig.glob("*/*/*.log").yaml());
    assertThat(report)
        .contains("PROBLEM  PTA-LINK-01 log files are symbolic links to a directory that is not mounted")
        .contains("           missing_dir: " + root)
        .contains("           links: 3\n")
        .contains(
            """
                       | volumes:
                       | - name: docker-data
                       |   hostPath: {path: %s}
            """
                .formatted(root))
        .contains("           |   mountPath: " + root + "\n           |   readOnly: true\n")
        .endsWith("1 problem\n");
    assertThat(problems).isEqualTo(1);
  }

  @Test
  void theRuleThatDropsEverythingIsNamed() throws Exception {
    String yaml =
        rig.yaml()
            .replace(
                "  pipeline_stages:",
                "  relabel_configs:\n  - {source_labels: [job], target_label: x}\n"
                    + "  - {source_labels: [job, x], action: keep, regex: 'other;.*'}\n  pipeline_stages:");
    String report = examine(yaml);
    assertThat(report)
        .contains("PROBLEM  PTA-TARGET-01 relabelling drops every target of the job")
        .contains("           rule: relabel_configs[1]\n           action: keep\n           source_labels: job, x\n"
            + "           regex: other;.*\n           example: {__address__=\"localhost\"");
    assertThat(examine(rig.yaml().replace("job: test,", "job: test, __host__: elsewhere,")))
        .contains("PTA-TARGET-02 every target of the job is for another host").contains("host: " + Host.name());
    assertThat(examine(rig.yaml().replace("__path__: ", "__no_path__: "))).contains("PTA-TARGET-03 no target of the job");
  }

  @Test
  void serversAreAskedAndClocksCompared() throws Exception {
    rig.append("a.log", "one");
    rig.server.script((batch, exchange) -> new FakeServer.Reply(404, "404 page not found", Map.of()));
    assertThat(examine(rig.yaml()))
        .contains("PROBLEM  server " + rig.server.url() + " has nothing at this address; is the path /loki/api/v1/push"
            + " missing? (status 404 404 page not found)");
    rig.server.script((batch, exchange) -> new FakeServer.Reply(401, "no org id", Map.of()));
    assertThat(examine(rig.yaml())).contains("refuses the credentials").contains("(status 401 no org id)");
    rig.server.down();
    assertThat(examine(rig.yaml())).contains("cannot be reached: connection refused");
    rig.server.up();
    rig.server.script(FakeServer.TAKE);
    clock = AHEAD;
    assertThat(examine(rig.yaml())).contains("PROBLEM  the server's clock is 28").contains("s behind this machine's");
  }

  @Test
  void theWrongFormatAndAPodWithoutFilesAreSeen() throws Exception {
    rig.append("a.log", "{\"log\":\"x\\n\",\"stream\":\"stdout\",\"time\":\"2024-05-01T09:00:00Z\"}");
    assertThat(examine(rig.stages("[{cri: {}}]").yaml()))
        .contains("looks like docker's json-file, the job uses the stage cri; use docker: {}");
    try (FakeKubernetes api = new FakeKubernetes()) {
      api.put(new FakePod("shop", "cart", "u1").node(Host.name()).container("web"));
      String yaml =
          rig.yaml()
              .replace(
                  "  static_configs:",
                  "  kubernetes_sd_configs: [{role: pod, api_server: '" + api.url() + "'}]\n  relabel_configs:\n"
                      + "  - {source_labels: [__meta_kubernetes_pod_uid], target_label: __path__, replacement: '" + rig.dir
                      + "/logs/*$1/*.log'}\n  static_configs:");
      assertThat(examine(yaml))
          .contains("PTA-LINK-08 job job: " + rig.dir + "/logs/*u1/*.log matches no file although pod shop/cart is running");
      api.failWith(403);
      patience = Duration.ofSeconds(1);
      // It ends with its patience, which may be too little for an answer.
      AtomicReference<String> report = new AtomicReference<>("");
      Await.until(
          "the refusal", Rig.PATIENCE,
          () -> {
            report.set(examined(yaml));
            return report.get()
                .contains("PROBLEM  targets: job job: kubernetes_sd_configs: GET " + api.url() + "/api/v1/pods: status 403");
          },
          report::get);
      assertThat(report.get()).contains("its ClusterRole needs the verbs get, list, watch on it");
    }
  }

  @Test
  void aDirectoryForPositionsThatCannotBeIsNamed() throws IOException, InterruptedException {
    Files.createDirectories(rig.positions());
    assertThat(examine(rig.yaml())).contains("PROBLEM  positions: " + rig.positions() + " is a directory");
  }
}
