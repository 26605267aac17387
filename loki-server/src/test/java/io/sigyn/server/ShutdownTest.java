package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Threads;
import io.sigyn.server.RawHttp.Answer;
import io.sigyn.testkit.Await;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGTERM, or a request to shut down, while pushes and queries are running. */
final class ShutdownTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PUSHERS = 6;

  @TempDir Path dir;

  private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
  private final Set<String> refused = new ConcurrentSkipListSet<>();
  private final Set<String> unanswered = new ConcurrentSkipListSet<>();

  private static String body(String line) {
    return "{\"streams\":[{\"stream\":{\"app\":\"x\"},\"values\":[[\"" + System.currentTimeMillis() + "000000\",\"" + line
        + "\"]]}]}";
  }

  private static String head(String body) {
    return "POST /loki/api/v1/push HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n";
  }

  /** Pushes one line after the other until it is told that this was the last one, or nobody listens any more. */
  private void push(int port, String name) {
    int count = 0;
    while (true) {
      try (RawHttp http = new RawHttp(port)) {
        boolean last = false;
        while (!last) {
          String line = name + "-" + count++;
          unanswered.add(line);
          String body = body(line);
          Answer answer = http.send(head(body) + body).answer();
          unanswered.remove(line);
          (answer.status() == 204 ? acknowledged : refused).add(line);
          last = answer.header("connection").equals("close");
        }
      } catch (ConnectException e) {
        return;
      } catch (IOException e) {
        // Cut; what was not answered must not be there.
      }
    }
  }

  /** Asks until nobody listens any more; what is answered must be whole. */
  private static void query(int port) {
    while (true) {
      try (RawHttp http = new RawHttp(port)) {
        String target = "/loki/api/v1/query_range?limit=5000&query=%7Bapp%3D%22x%22%7D";
        Answer answer =
            http.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").answer();
        if (answer.status() == 200) {
          assertThat(answer.body()).startsWith("{\"status\":\"success\"").endsWith("}\n");
        }
      } catch (ConnectException e) {
        return;
      } catch (IOException e) {
        // Cut before the answer began.
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void pushesAreAcknowledgedAndStoredOrNeither(boolean signal) throws Exception {
    Path config =
        Files.writeString(
            dir.resolve("loki.yaml"),
            // Whoever is in the middle of a request waits for all others here, which may take a while.
            "auth_enabled: false\nserver: {http_listen_address: 127.0.0.1, http_listen_port: 0,"
                + " http_server_read_header_timeout: 5m, http_server_read_timeout: 5m, graceful_shutdown_timeout: 5m}\n"
                + "limits_config: {max_line_size: 1KB}\ncommon: {path_prefix: "
                + dir.resolve("data")
                + "}\n");
    try (ExecutorService pool = Threads.virtual("test");
        ServerProcess process = new ServerProcess(dir, "-config.file=" + config)) {
      URI uri = process.awaitReady();
      int port = uri.getPort();
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < PUSHERS; i++) {
        String name = "pusher" + i;
        clients.add(pool.submit(() -> push(port, name)));
      }
      clients.add(pool.submit(() -> query(port)));
      Await.until("some pushes", PATIENCE, () -> acknowledged.size() > 100);

      String half = body("half-a-body");
      String late = body("half-a-head");
      try (RawHttp inBody = new RawHttp(port);
          RawHttp inHead = new RawHttp(port)) {
        inBody.send(head(half) + half.substring(0, 20));
        inHead.send(head(late).substring(0, 30));
        // Answers prove that the server has read what was sent before on other connections.
        int before = acknowledged.size();
        Await.until("more pushes", PATIENCE, () -> acknowledged.size() > before + 20);
        if (signal) {
          process.terminate();
        } else {
          try (Http http = new Http(uri)) {
            assertThat(http.post("/ingester/shutdown", new byte[0]).statusCode()).isEqualTo(204);
          }
        }
        Await.until(
            "the server to stop listening",
            PATIENCE,
            () -> clients.stream().allMatch(Future::isDone));
        Answer body = inBody.send(half.substring(20)).answer();
        assertThat(body.status()).isEqualTo(204);
        assertThat(body.header("connection")).isEqualTo("close");
        Answer head = inHead.send(head(late).substring(30) + late).answer();
        assertThat(head.status()).isEqualTo(204);
        acknowledged.add("half-a-body");
        acknowledged.add("half-a-head");
      }
      for (Future<?> client : clients) {
        client.get();
      }
      assertThat(process.awaitEnd()).isZero();
    }
    assertThat(refused).isEmpty();
    assertThat(stored()).as("never answered: %s", unanswered).isEqualTo(new TreeSet<>(acknowledged));
  }

  private Set<String> stored() throws Exception {
    Set<String> lines = new TreeSet<>();
    try (LokiServer server = Servers.start(dir.resolve("data"), "limits_config: {max_entries_limit_per_query: 1000000}");
        Http http = new Http(server.uri())) {
      String answer =
          http.get("/loki/api/v1/query_range?since=1h&limit=1000000&query=" + Http.encode("{app=\"x\"}")).body();
      Pattern.compile("\"((?:pusher|half)[-a-z0-9]+)\"").matcher(answer).results().map(r -> r.group(1)).forEach(lines::add);
    }
    return lines;
  }
}
