package io.sigyn.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.cli.CliRun;
import io.sigyn.cli.FollowedRun;
import io.sigyn.life.Clock;
import io.sigyn.server.LokiServer;
import io.sigyn.server.config.ServerConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code query --tail} against a server on a loopback port. */
final class FollowIT {
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path dir;

  private final HttpClient http = HttpClient.newHttpClient();
  private final long begun = Clock.SYSTEM.epochNanos() - 60 * SECOND;
  private LokiServer server;

  @BeforeEach
  void start() {
    server = start(0);
  }

  @AfterEach
  void stop() {
    http.close();
    server.close();
  }

  private LokiServer start(int port) {
    return LokiServer.start(
        ServerConfig.defaults()
            .withDataDir(dir)
            .withAddress("127.0.0.1")
            .withPort(port)
            .withAuthEnabled(false));
  }

  private void push(long time, String line) throws IOException, InterruptedException {
    String body =
        "{\"streams\":[{\"stream\":{\"app\":\"a\"},\"values\":[[\"%d\",\"%s\",{\"n\":\"%s\"}]]}]}"
            .formatted(begun + time, line, line);
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(server.uri() + "/loki/api/v1/push"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
  }

  @Test
  void showsTheLastLinesAndThoseThatArriveAlsoAfterARestartOfTheServer() throws Exception {
    for (int i = 0; i < 4; i++) {
      push(i, "old" + i);
    }
    try (FollowedRun run =
        FollowedRun.of("query", "{app=\"a\"} |~ \"old|new\"", "--tail", "--limit=2", "-o", "raw", "--addr=" + server.uri())) {
      run.awaitOut("old2\nold3\n");
      push(10, "new0");
      push(11, "other");
      // Late, and of the nanosecond of another one.
      push(5, "new1");
      push(10, "new2");
      run.awaitOut("old2\nold3\nnew0\nnew1\nnew2\n");
      int port = server.port();
      server.close();
      run.awaitErr("connecting again");
      server = start(port);
      push(10, "new3");
      push(12, "new4");
      run.awaitOut("old2\nold3\nnew0\nnew1\nnew2\nnew3\nnew4\n");
    }
  }

  @Test
  void everyLineSaysAllOfItsLabels() throws Exception {
    push(0, "x");
    try (FollowedRun run =
        FollowedRun.of("query", "{app=\"a\"}", "-f", "--exclude-label=detected_level", "--addr=" + server.uri())) {
      run.awaitOut("{app=\"a\", n=\"x\", service_name=\"a\"} x\n");
      push(1, "y");
      run.awaitOut("{app=\"a\", n=\"y\", service_name=\"a\"} y\n");
      assertThat(run.err()).isEmpty();
    }
  }

  @Test
  void showsNothingOfThePastWhenAskedTo() throws Exception {
    push(0, "past");
    try (FollowedRun run =
        FollowedRun.of("query", "{app=\"a\"}", "--tail", "--since=0s", "-o", "raw", "--addr=" + server.uri())) {
      long ahead = Clock.SYSTEM.epochNanos() - begun + SECOND;
      // Again and again, until the tail is there.
      for (int i = 0; !run.out().contains("now"); i++) {
        push(ahead + i, "now");
        Thread.sleep(20);
      }
      assertThat(run.out()).doesNotContain("past");
    }
  }

  @Test
  void whatTheServerRefusesIsSaidInItsWords() {
    String address = "--addr=" + server.uri();

    CliRun broken = CliRun.today("query", "{app=", "--tail", address);
    CliRun metric = CliRun.today("query", "rate({app=\"a\"}[1m])", "--tail", address);
    CliRun nobody = CliRun.today("query", "{app=\"a\"}", "--tail", "--addr=127.0.0.1:1");

    assertThat(broken.err()).startsWith("server error (400): parse error at line 1, col 6");
    assertThat(broken.code()).isEqualTo(1);
    assertThat(metric.err()).isEqualTo("the server ended the tail (1011): only log selector is supported\n");
    assertThat(metric.code()).isEqualTo(1);
    assertThat(nobody.err()).contains("cannot reach http://127.0.0.1:1");
    assertThat(nobody.code()).isEqualTo(1);
    for (String wrong : new String[] {"--to=2026-01-01", "--limit=0", "--delay-for=6"}) {
      assertThat(CliRun.today("query", "{app=\"a\"}", "--tail", wrong, address).code()).as(wrong).isEqualTo(2);
    }
  }
}
