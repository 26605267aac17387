package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.result.QueryResult.Streams;
import io.sigyn.testkit.Await;
import io.sigyn.testkit.Seeded;
import io.sigyn.wire.query.QueryReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of a real server in the middle of pushes: whatever was answered 204 is there
 * afterwards, once.
 */
final class CrashTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int CLIENTS = 4;

  @TempDir Path dir;

  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean killed = new AtomicBoolean();

  @Seeded(rounds = 2)
  void losesNothingThatWasAcknowledged(RandomGenerator random) throws Exception {
    Path config =
        Files.writeString(
            dir.resolve("loki.yaml"),
            """
            auth_enabled: false
            server: {http_listen_address: 127.0.0.1, http_listen_port: 0}
            common: {path_prefix: %s}
            limits_config: {ingestion_rate_mb: 1000, ingestion_burst_size_mb: 1000}
            """
                .formatted(dir.resolve("data")));
    long now = Clock.SYSTEM.epochNanos();
    int enough = 200 + random.nextInt(600);
    try (ServerProcess process = new ServerProcess(dir, "-config.file=" + config)) {
      URI uri = process.awaitReady();
      CountDownLatch ended = new CountDownLatch(CLIENTS);
      for (int c = 0; c < CLIENTS; c++) {
        int client = c;
        Threads.start(
            "client-" + c,
            () -> {
              pushUntilItDies(uri, client, now);
              ended.countDown();
            });
      }
      Await.until(
          enough + " acknowledged lines",
          Duration.ofSeconds(60),
          () -> acknowledged.size() >= enough,
          () -> acknowledged.size() + " lines, " + process.lines());
      killed.set(true);
      process.kill();
      process.awaitEnd();
      ended.await();
    }
    try (ServerProcess process = new ServerProcess(dir, "-config.file=" + config)) {
      List<String> found = new ArrayList<>();
      try (Http http = new Http(process.awaitReady())) {
        for (int client = 0; client < CLIENTS; client++) {
          byte[] body =
              http.query("{client=\"" + client + "\"}", now - SECOND, now + 3600 * SECOND)
                  .body()
                  .getBytes(StandardCharsets.UTF_8);
          ((Streams) QueryReader.result(body))
              .streams()
              .forEach(s ->
                  s.entries()
                      .forEach(e -> found.add(new String(e.line(), StandardCharsets.UTF_8))));
        }
      }
      assertThat(found).doesNotHaveDuplicates();
      Set<String> lost = new HashSet<>(acknowledged);
      found.forEach(lost::remove);
      assertThat(lost).as("acknowledged and lost, of %d", acknowledged.size()).isEmpty();
    }
  }

  private void pushUntilItDies(URI uri, int client, long now) {
    try (Http http = new Http(uri)) {
      for (int i = 0; i < 4_000; i++) {
        String line = "client " + client + " line " + i + " " + "x".repeat(i % 500);
        String push =
            "{\"streams\":[{\"stream\":{\"client\":\""
                + client
                + "\"},\"values\":[[\""
                + (now + i)
                + "\",\""
                + line
                + "\"]]}]}";
        if (http.pushJson(push).statusCode() == 204) {
          acknowledged.add(line);
        }
      }
    } catch (IOException e) {
      if (!killed.get()) {
        throw new AssertionError("connection lost before the kill", e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
