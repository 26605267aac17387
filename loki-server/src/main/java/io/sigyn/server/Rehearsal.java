package io.sigyn.server;

import io.sigyn.config.ConfigException;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.server.logging.Logging;
import io.sigyn.wire.push.PushWriter;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Does a server's usual work once, so that a JVM started with {@code -XX:AOTCacheOutput} remembers which classes
 * that takes and how they are linked: a server on a loopback port with its data in the given directory gets pushes in both formats and the
 * queries people run most, flushes, and stops. The launcher runs it after a build.
 */
public final class Rehearsal {
  private static final int PUSHES = 24;
  private static final int LINES = 500;
  private static final int STREAMS = 20;
  private static final long SPAN = Duration.ofMinutes(40).toNanos();

  private static final List<String> QUERIES =
      List.of(
          "{job=\"rehearsal\"}",
          "{job=\"rehearsal\"} |= \"timeout\"",
          "{job=\"rehearsal\"} |~ \"(?i)status[=: \\\"]+50[0-9]\" != \"healthz\"",
          "{job=\"rehearsal\",set=\"json\"} | json | status >= 500 | line_format \"{{.path}} {{.status}}\"",
          "{job=\"rehearsal\",set=\"logfmt\"} | logfmt | duration > 1s",
          "sum by (level, detected_level) (count_over_time({job=\"rehearsal\"} | drop __error__ [1m]))",
          "sum by (set) (rate({job=\"rehearsal\"} |= \"error\" [5m]))",
          "sum by (set) (bytes_over_time({job=\"rehearsal\"}[1m]))",
          "topk(3, sum by (path) (count_over_time({job=\"rehearsal\",set=\"json\"} | json [5m])))",
          "quantile_over_time(0.99, {job=\"rehearsal\",set=\"logfmt\"} | logfmt | unwrap duration(duration) [5m]) by (set)");

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI server;
  private final long newest;
  private final Random random = new Random(1);

  private Rehearsal(URI server, long newest) {
    this.server = server;
    this.newest = newest;
  }

  /**
   * The argument is an empty or missing directory.
   *
   * @throws ConfigException when the server cannot be started
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path directory = Files.createDirectories(Path.of(args[0]));
    Path file = directory.resolve("rehearsal.yaml");
    Files.writeString(
        file,
        """
        auth_enabled: false
        server: {http_listen_address: 127.0.0.1, http_listen_port: 0, log_level: warn}
        common: {path_prefix: %s}
        limits_config: {ingestion_rate_mb: 10000, ingestion_burst_size_mb: 10000, per_stream_rate_limit: 10GB, per_stream_rate_limit_burst: 10GB}
        """
            .formatted(directory.resolve("data")));
    ServerConfig config = CommandLineFlags.parse(List.of("-config.file=" + file)).config().value();
    Logging.configure(config.server().logLevel(), config.server().logFormat());
    try (LokiServer running = LokiServer.start(config)) {
      new Rehearsal(running.uri(), Clock.SYSTEM.epochNanos()).perform();
    }
  }

  private void perform() throws IOException, InterruptedException {
    for (int push = 0; push < PUSHES; push++) {
      EntryBatch batch = batch(newest - SPAN + SPAN / PUSHES * push);
      if (push % 4 == 3) {
        post("/loki/api/v1/push", "application/json", PushWriter.json(batch));
      } else {
        post("/loki/api/v1/push", "application/x-protobuf", PushWriter.snappyProtobuf(batch));
      }
      if (push % (PUSHES / 3) == PUSHES / 3 - 1) {
        ask();
        post("/flush", "text/plain", new byte[0]);
      }
    }
    ask();
  }

  private void ask() throws IOException, InterruptedException {
    String range = "start=" + (newest - SPAN) + "&end=" + newest;
    for (String query : QUERIES) {
      String encoded = URLEncoder.encode(query, StandardCharsets.UTF_8);
      get("/loki/api/v1/query_range?limit=1000&step=60&" + range + "&query=" + encoded);
    }
    get("/loki/api/v1/labels?" + range);
    get("/loki/api/v1/label/set/values?" + range);
    get("/loki/api/v1/series?" + range + "&match[]=" + URLEncoder.encode("{job=\"rehearsal\"}", StandardCharsets.UTF_8));
    get("/loki/api/v1/index/volume?" + range + "&query=" + URLEncoder.encode("{job=~\".+\"}", StandardCharsets.UTF_8));
    get("/metrics");
    get("/ready");
  }

  private void post(String path, String type, byte[] body) throws IOException, InterruptedException {
    send(HttpRequest.newBuilder(server.resolve(path)).header("Content-Type", type).POST(BodyPublishers.ofByteArray(body)));
  }

  private void get(String path) throws IOException, InterruptedException {
    send(HttpRequest.newBuilder(server.resolve(path.replace("[]", "%5B%5D"))));
  }

  private void send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpRequest built = request.build();
    var response = client.send(built, BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(built.uri() + " was answered " + response.statusCode() + ": " + response.body());
    }
  }

  private EntryBatch batch(long first) {
    StringBuilder text = new StringBuilder(LINES * 160);
    int[] ends = new int[LINES];
    for (int i = 0; i < LINES; i++) {
      line(i % STREAMS, text);
      ends[i] = text.length();
    }
    EntryBatch.Builder batch = EntryBatch.builder(text.toString().getBytes(StandardCharsets.US_ASCII), LINES);
    for (int stream = 0; stream < STREAMS; stream++) {
      batch.stream(
          Labels.builder().set("job", "rehearsal").set("set", set(stream)).set("pod", "web-" + stream).build());
      for (int i = stream; i < LINES; i += STREAMS) {
        Labels metadata =
            stream % 5 == 0 ? Labels.builder().set("trace_id", Long.toHexString(random.nextLong())).build() : Labels.EMPTY;
        batch.entry(first + SPAN / PUSHES / LINES * i, i == 0 ? 0 : ends[i - 1], ends[i], metadata);
      }
    }
    return batch.build();
  }

  private static String set(int stream) {
    return List.of("json", "logfmt", "text").get(stream % 3);
  }

  private void line(int stream, StringBuilder out) {
    String level = List.of("info", "info", "warn", "error").get(random.nextInt(4));
    int status = random.nextInt(20) == 0 ? 503 : 200;
    String path = "/api/v1/" + List.of("cart", "orders", "users").get(random.nextInt(3));
    String duration = random.nextInt(2_000) + "ms";
    String trace = String.format(Locale.ROOT, "%016x%016x", random.nextLong(), random.nextLong());
    switch (set(stream)) {
      case "json" ->
          out.append("{\"level\":\"").append(level).append("\",\"msg\":\"request done\",\"path\":\"").append(path)
              .append("\",\"status\":").append(status).append(",\"duration\":\"").append(duration)
              .append("\",\"trace_id\":\"").append(trace).append("\"}");
      case "logfmt" ->
          out.append("level=").append(level).append(" msg=\"request done\" path=").append(path).append(" status=")
              .append(status).append(" duration=").append(duration).append(" trace_id=").append(trace);
      default ->
          out.append(level.toUpperCase(Locale.ROOT)).append(" [worker-").append(random.nextInt(9)).append("] ")
              .append(path).append(" timeout after ").append(duration).append(" (status: ").append(status).append(')');
    }
  }
}
