package io.sigyn.benchmarks.macro;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.server.LokiServer;
import io.sigyn.server.config.ServerConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchTest {
  private final StringWriter printed = new StringWriter();

  private int run(String... arguments) {
    return Main.run(new PrintWriter(printed), arguments);
  }

  @Test
  void measuresARealServerAndChecksItsAnswers(@TempDir Path directory) {
    try (LokiServer server =
        LokiServer.start(
            ServerConfig.defaults()
                .withDataDir(directory)
                .withAddress("127.0.0.1")
                .withPort(0)
                .withAuthEnabled(false))) {
      String url = "http://127.0.0.1:" + server.port();
      int code =
          run(
              "--url=a=" + url, "--url=b=" + url, "--data=" + directory, "--mb=1", "--streams=8", "--rounds=1", "--seconds=0", "--writers=2", "--idle-streams=1500");
      assertThat(code).as("%s", printed).isZero();
    }
    assertThat(printed.toString())
        .contains("| on disk / raw | 0.")
        .contains("| acknowledged pushes/s |")
        .contains("| RSS with 1,500 idle streams, MB |")
        .containsPattern("\\| newest 100 \\|.*\\| equal \\|")
        .containsPattern("\\| json filter by path \\|.*\\| equal \\|")
        // The second run pushes the same entries; they count once.
        .doesNotContain("differ");
  }

  @Test
  void measuresPushes(@TempDir Path directory) {
    int code = run("pushes", "--dir=" + directory, "--clients=2", "--streams=8", "--mb=40", "--warmup=1", "--laps=1", "--sync=os");
    assertThat(code).as("%s", printed).isZero();
    // Large enough that the system's clock of processor time has ticked.
    assertThat(printed.toString())
        .startsWith("2 clients, 8 streams, 1000 kB a push, os, 1 laps of 40 MB")
        .containsPattern("\n\\| push, from body to acknowledgement \\|( [0-9]+ \\|){3}")
        .containsPattern("\n\\| flush \\|( [0-9]+ \\|){3}");
    assertThat(run("pushes", "--laps=0")).isEqualTo(1);
  }

  @Test
  void measuresAcknowledgements(@TempDir Path directory) {
    int code =
        run("commits", "--dir=" + directory, "--clients=3", "--rate=300", "--warmup=0", "--seconds=1", "--sync=none");
    assertThat(code).as("%s", printed).isZero();
    assertThat(printed.toString())
        .startsWith("3 clients, 300 a second, lines of 200 bytes, none, 1 s")
        // Whoever is late has all his turns, so that there are as many as were asked for.
        .containsPattern("\n\\| 300 \\|( [0-9.]+ \\|){5}");
    assertThat(run("commits", "--clients=0")).isEqualTo(1);
  }

  @Test
  void refusesToLoadAnotherMachine() {
    assertThat(run("--url", "http://192.0.2.1:3100", "--mb", "1")).isEqualTo(1);
  }

  @Test
  void everyCommandTakesTheOptionsOfItsOwnServer() {
    assertThat(run("--help")).isZero();
    assertThat(run("connections", "--help")).isZero();
    assertThat(printed.toString().split("--heap=SIZE", -1)).hasSize(5);
    assertThat(printed.toString().split("--config-line=YAML", -1)).hasSize(5);
  }

  @Test
  void findsTheProcessBehindAPort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Optional<ServerProcess> found = ServerProcess.listeningOn(socket.getLocalPort());
      assertThat(found).contains(new ServerProcess(ProcessHandle.current().pid()));
      assertThat(found.orElseThrow().cpuSeconds()).isPositive();
      assertThat(found.orElseThrow().residentBytes()).isGreaterThan(1 << 20);
    }
  }
}
