package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MainTest {
  @TempDir Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    return Main.run(
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private Path config(String yaml) throws java.io.IOException {
    return Files.writeString(dir.resolve("loki.yaml"), yaml);
  }

  private Path working() throws java.io.IOException {
    return config(
        """
        auth_enabled: false
        server: {http_listen_address: 127.0.0.1, http_listen_port: 0}
        common: {path_prefix: %s}
        """
            .formatted(dir.resolve("data")));
  }

  @Test
  void printsVersionAndHelp() {
    assertThat(run("-version")).isZero();
    assertThat(run("--version")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("API of Loki 3.7.6");
    assertThat(run("-help")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("-config.expand-env", "replace ${VAR} and ${VAR:-default}")
        .contains("-server.http-listen-port  a whole number\n        server.http_listen_port (default 3100)\n");
    out.reset();
    assertThat(run("-list-targets")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("all\n");
  }

  @Test
  void takesFlagsInEveryForm() throws Exception {
    Path file = working();
    assertThat(run("-config.file=" + file, "-verify-config")).isZero();
    assertThat(run("-config.file", file.toString(), "--verify-config=true")).isZero();
    assertThat(
            run(
                "--config.file=/nowhere.yaml," + file,
                "-verify-config",
                "-log.level=error",
                "-target=all"))
        .isZero();
    assertThat(err()).isEqualTo("config is valid\n".repeat(3));
  }

  @Test
  void printsTheConfigurationInEffect() throws Exception {
    assertThat(
            run(
                "-config.file=" + working(),
                "-verify-config",
                "-print-config-stderr",
                "-server.http-listen-port=9999"))
        .isZero();
    assertThat(err())
        .contains("http_listen_port: 9999", "auth_enabled: false", "max_line_size: 256KB");
  }

  @Test
  void saysOnOneLineWhatIsWrong() throws Exception {
    assertThat(run("-config.file=" + dir.resolve("none.yaml"))).isEqualTo(1);
    assertThat(err())
        .isEqualTo(
            dir.resolve("none.yaml")
                + ": does not exist; give the configuration with -config.file=FILE\n");
    err.reset();
    Path typo = config("auth_enabled: false\nservr: {}\n");
    assertThat(run("-config.file=" + typo)).isEqualTo(1);
    assertThat(err())
        .isEqualTo(typo + ":2:1: servr: unknown key \"servr\"; did you mean \"server\"?\n");
    err.reset();
    assertThat(run("-config.file=" + dir)).isEqualTo(1);
    assertThat(err()).startsWith(dir + ": cannot be read: ").endsWith("\n").hasLineCount(1);
    err.reset();
    Files.write(dir.resolve("loki.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThat(run("-config.file=" + typo)).isEqualTo(1);
    assertThat(err()).isEqualTo(typo + ": cannot be read: it is not UTF-8 text\n");
    err.reset();
    assertThat(run("-server.http-listen-prot=1")).isEqualTo(1);
    assertThat(err())
        .isEqualTo(
            "-server.http-listen-prot: no such flag; did you mean \"-server.http-listen-port\"?; -help lists the"
                + " flags\n");
    err.reset();
    assertThat(run("-config.file=" + working(), "server.http-listen-port=1")).isEqualTo(1);
    assertThat(err()).startsWith("\"server.http-listen-port=1\" is no flag; flags begin with a dash").hasLineCount(1);
    err.reset();
    assertThat(run("-config.file=" + working(), "-target=read")).isEqualTo(1);
    assertThat(err()).startsWith("-target: \"read\" cannot be run alone: one process ").hasLineCount(1);
    err.reset();
    assertThat(run("-config.file=" + working(), "-server.http-listen-port=70000")).isEqualTo(1);
    assertThat(err()).isEqualTo("-server.http-listen-port: must be 0 to 65535, is 70000\n");
    err.reset();
    assertThat(run("-config.file=" + working(), "-log.level=loud")).isEqualTo(1);
    assertThat(err()).startsWith("-log.level: \"loud\" unknown; use debug, info, warn, error").hasLineCount(1);
  }

  @Test
  void expandsTheEnvironmentOnlyWhenAsked() throws Exception {
    Path file = config("common: {path_prefix: \"${SIGYN_NOT_SET:-/fallback}\"}\n");
    assertThat(
            run(
                "-config.file=" + file,
                "-config.expand-env=true",
                "-verify-config",
                "-print-config-stderr"))
        .isZero();
    assertThat(err()).contains("path_prefix: /fallback");
    err.reset();
    assertThat(
            run(
                "-config.file=" + file,
                "-config.expand-env=false",
                "-verify-config",
                "-print-config-stderr"))
        .isZero();
    assertThat(err()).contains("SIGYN_NOT_SET");
  }

  @Test
  void endsWithStatusZeroWhenAskedToStop() throws Exception {
    try (ServerProcess process = new ServerProcess(dir, "-config.file=" + working())) {
      URI uri = process.awaitReady();
      try (Http http = new Http(uri)) {
        assertThat(http.get("/ready").body()).isEqualTo("ready\n");
      }
      process.terminate();
      assertThat(process.awaitEnd()).isZero();
      assertThat(process.output()).contains("msg=\"server has stopped\"");
    }
  }

  @Test
  void endsWithStatusOneAndOneLineWhenThePortIsTaken() throws Exception {
    try (LokiServer first = Servers.start(dir.resolve("first"), "");
        ServerProcess second =
            new ServerProcess(
                dir, "-config.file=" + working(), "-server.http-listen-port=" + first.port())) {
      assertThat(second.awaitEnd()).isEqualTo(1);
      assertThat(second.output())
          .contains("server could not start: cannot listen on 127.0.0.1:" + first.port() + ": ")
          .hasLineCount(1);
    }
  }

  @Test
  void endsWithStatusOneAndOneLineWhenTheDirectoryCannotBeUsed() throws Exception {
    Files.writeString(dir.resolve("data"), "a file");
    try (ServerProcess process = new ServerProcess(dir, "-config.file=" + working())) {
      assertThat(process.awaitEnd()).isEqualTo(1);
      assertThat(process.output())
          .contains("server could not start: ", dir.resolve("data").toString())
          .hasLineCount(1);
    }
  }
}
