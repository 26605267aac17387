package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.life.Clock;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked of the part that takes entries before it is taken away. {@link ShutdownTest} stops a busy server. */
final class IngesterApiTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long NOW = Clock.SYSTEM.epochNanos();
  private static final byte[] NOTHING = {};

  @TempDir Path dir;

  private static String body(String line) {
    return "{\"streams\":[{\"stream\":{\"app\":\"a\"},\"values\":[[\"" + NOW + "\",\"" + line + "\"]]}]}";
  }

  private static String lines(Http http) throws Exception {
    return http.query("{app=\"a\"}", NOW - 60 * SECOND, NOW + 60 * SECOND).body();
  }

  private List<Path> segments() throws IOException {
    List<Path> segments = new ArrayList<>();
    Files.walkFileTree(
        dir.resolve("data/store"),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".lseg")) {
              segments.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            // A server that is stopping removes its log meanwhile.
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    return segments;
  }

  @ParameterizedTest
  @CsvSource({"?delete_ring_tokens=true, true", "?flush=FALSE, false", "?flush=maybe&terminate=t, true"})
  void stopsTheServerAndLeavesWhatWasAcknowledgedInSegmentsOrInTheLog(String parameters, boolean flushed)
      throws Exception {
    try (LokiServer server = Servers.start(dir.resolve("data"), "auth_enabled: true");
        Http http = new Http(server.uri())) {
      assertThat(http.pushJson(body("kept"), "X-Scope-OrgID", "t").statusCode()).isEqualTo(204);
      // Without a tenant, although all clients need one here.
      HttpResponse<String> answer = http.post("/ingester/shutdown" + parameters, NOTHING);
      assertThat(answer.statusCode()).isEqualTo(204);
      assertThat(answer.body()).isEmpty();
      if (flushed) {
        // Whoever takes the machine away at this answer needs no second one.
        assertThat(segments()).isNotEmpty();
      }
      server.awaitEnd();
      assertThat(segments().isEmpty()).isEqualTo(!flushed);
      assertThatThrownBy(() -> new RawHttp(server.port()).close()).isInstanceOf(ConnectException.class);
    }
    try (LokiServer server = Servers.start(dir.resolve("data"), "auth_enabled: true");
        Http http = new Http(server.uri())) {
      String lines = http.query("{app=\"a\"}", NOW - 60 * SECOND, NOW + 60 * SECOND, "X-Scope-OrgID", "t").body();
      assertThat(lines).contains("\"kept\"");
    }
  }

  @Test
  void goesOnWhenWhatIsInMemoryCannotBeFlushed() throws Exception {
    try (LokiServer server = Servers.start(dir.resolve("data"), "");
        Http http = new Http(server.uri())) {
      assertThat(http.pushJson(body("kept")).statusCode()).isEqualTo(204);
      Path inTheWay = dir.resolve("data/store/t/fake");
      Files.createDirectories(inTheWay.getParent());
      Files.writeString(inTheWay, "no directory can be made here");
      HttpResponse<String> failed = http.post("/ingester/shutdown", NOTHING);
      assertThat(failed.statusCode()).isEqualTo(503);
      assertThat(failed.body()).contains(inTheWay.toString());
      assertThat(http.get("/ready").body()).isEqualTo("ready\n");
      assertThat(lines(http)).contains("\"kept\"");
      Files.delete(inTheWay);
      assertThat(http.post("/ingester/shutdown", NOTHING).statusCode()).isEqualTo(204);
      server.awaitEnd();
      assertThat(segments()).isNotEmpty();
    }
  }

  @Test
  void takesNoMoreEntriesAndGoesOnReadingWhenItIsNotToEnd() throws Exception {
    try (LokiServer server = Servers.start(dir.resolve("data"), "");
        Http http = new Http(server.uri())) {
      assertThat(http.pushJson(body("before")).statusCode()).isEqualTo(204);
      assertThat(http.get("/ingester/shutdown?terminate=false").statusCode()).isEqualTo(204);
      assertThat(segments()).isNotEmpty();
      HttpResponse<String> late = http.pushJson(body("after"));
      assertThat(late.statusCode()).isEqualTo(503);
      assertThat(late.body())
          .isEqualTo("the ingester was shut down, nothing is stored until this server is started again\n");
      byte[] otlp =
          "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"after\"}}]}]}]}"
              .getBytes(StandardCharsets.UTF_8);
      assertThat(http.post("/otlp/v1/logs", otlp, "Content-Type", "application/json").statusCode()).isEqualTo(503);
      assertThat(lines(http)).contains("\"before\"").doesNotContain("\"after\"");

      HttpResponse<String> ready = http.get("/ready");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).startsWith("Some services are not Running:\n").contains("Terminated: 1\n");
      assertThat(http.get("/services").body()).contains("ingester => Terminated\n", "store => Running\n");
      HttpResponse<String> again = http.post("/ingester/shutdown", NOTHING);
      assertThat(again.statusCode()).isEqualTo(503);
      assertThat(again.body()).isEqualTo("Ingester is stopping or already stopped.");
      assertThat(again.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
      assertThat(http.post("/ingester/prepare_partition_downscale", NOTHING).statusCode()).isEqualTo(503);
      assertThat(http.post("/flush", NOTHING).statusCode()).isEqualTo(204);
    }
  }

  @Test
  void remembersThatAShutdownIsPreparedUntilAStopInOrder() throws Exception {
    String path = "/ingester/prepare_shutdown";
    Path marker = dir.resolve("data/shutdown-requested.txt");
    byte[] written;
    try (LokiServer server = Servers.start(dir.resolve("data"), "auth_enabled: true");
        Http http = new Http(server.uri())) {
      HttpResponse<String> first = http.get(path);
      assertThat(first.body()).isEqualTo("unset");
      assertThat(first.headers().firstValue("Content-Type")).contains("text/plain");
      assertThat(http.post(path, NOTHING).statusCode()).isEqualTo(204);
      assertThat(http.get(path).body()).isEqualTo("set");
      assertThat(http.get("/metrics").body()).contains("loki_ingester_shutdown_marker 1.0\n");
      assertThat(http.delete(path).statusCode()).isEqualTo(204);
      assertThat(http.get(path).body()).isEqualTo("unset");
      assertThat(http.delete(path).statusCode()).isEqualTo(204);
      assertThat(http.post(path, NOTHING).body()).isEmpty();
      written = Files.readAllBytes(marker);
      assertThat(new String(written, StandardCharsets.UTF_8)).matches("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    }
    assertThat(marker).doesNotExist();
    Files.write(marker, written); // as after a crash
    try (LokiServer server = Servers.start(dir.resolve("data"), "");
        Http http = new Http(server.uri())) {
      assertThat(http.get(path).body()).isEqualTo("set");
      assertThat(http.get("/ingester/shutdown?terminate=0").statusCode()).isEqualTo(204);
      assertThat(http.get(path).body()).isEqualTo("set");
    }
    assertThat(marker).doesNotExist();
  }

  @Test
  void keepsTheMarkerWhereTheConfigurationSays() throws Exception {
    Path other = Files.createDirectory(dir.resolve("other"));
    try (LokiServer server =
            Servers.start(dir.resolve("data"), "ingester: {shutdown_marker_path: \"" + other + "\"}");
        Http http = new Http(server.uri())) {
      assertThat(http.post("/ingester/prepare_shutdown", NOTHING).statusCode()).isEqualTo(204);
      assertThat(other.resolve("shutdown-requested.txt")).exists();
    }
    try (LokiServer server =
            Servers.start(dir.resolve("data"), "ingester: {shutdown_marker_path: \"" + dir.resolve("none") + "\"}");
        Http http = new Http(server.uri())) {
      HttpResponse<String> answer = http.post("/ingester/prepare_shutdown", NOTHING);
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.body()).isEmpty();
      assertThat(http.get("/ingester/prepare_shutdown").body()).isEqualTo("unset");
    }
  }
}
