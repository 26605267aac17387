package io.sigyn.server.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Clock;
import io.sigyn.server.LokiServer;
import io.sigyn.server.RawHttp;
import io.sigyn.server.RawHttp.Answer;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every recorded exchange gives the recorded answer, but for those that are listed with a reason. */
final class RecordedCasesTest {
  private static final Pattern RELATIVE = Pattern.compile("<<T([+-]\\d+)(?:ns([+-]\\d+))?>>");
  private static final String COMMON =
      """
      pattern_ingester: {enabled: true}
      ingester: {max_chunk_age: 8h}
      sigyn: {wal_sync: os}
      limits_config:
        reject_old_samples: false
        ingestion_rate_mb: 512
        ingestion_burst_size_mb: 1024
        per_stream_rate_limit: 512MB
        per_stream_rate_limit_burst: 1024MB
        max_global_streams_per_user: 0
      """;

  @TempDir Path dir;

  private static Object resource(String name) {
    try (InputStream in = RecordedCasesTest.class.getResourceAsStream("/recorded/" + name + ".json.gz")) {
      assertThat(in).as(name).isNotNull();
      return Json.parse(new GZIPInputStream(in).readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException(name, e);
    }
  }

  private static Set<String> differences() throws IOException {
    try (InputStream in = RecordedCasesTest.class.getResourceAsStream("/recorded/differences.txt")) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .collect(Collectors.toSet());
    }
  }

  /** In this order: areas behind the first of a group push, too. */
  @ParameterizedTest
  @CsvSource({
    "main, detected_labels labels series index detected patterns status legacy stats push otlp live",
    "tenants, tenants_detected tenants",
    "overrides, overrides"
  })
  void answersAsRecorded(String group, String areas) throws Exception {
    Set<String> known = differences();
    List<String> unexpected = new ArrayList<>();
    List<String> fixed = new ArrayList<>();
    try (LokiServer server = start(group);
        Connection connection = new Connection(server.port())) {
      for (Object push : Json.list(resource("data-" + group))) {
        assertThat(connection.send(Json.map(push)).status()).isBetween(200, 299);
      }
      long base = (Clock.SYSTEM.epochMillis() / 1_000 - 60) / 600 * 600;
      boolean flushed = false;
      for (String area : areas.split(" ")) {
        if (!flushed && !area.contains("detected_labels") && !area.equals("tenants_detected")) {
          flush(connection);
          flushed = true;
        }
        for (Object one : Json.list(resource(area))) {
          Map<String, Object> c = Json.map(one);
          String id = Json.text(c, "id");
          String difference = difference(connection, c, base);
          if (difference.isEmpty() && known.contains(id)) {
            fixed.add(id);
          } else if (!difference.isEmpty() && !known.contains(id)) {
            unexpected.add(id + " " + c.get("request") + ": " + difference);
          }
        }
      }
    }
    assertThat(unexpected).isEmpty();
    assertThat(fixed).as("listed as different, but equal now").isEmpty();
  }

  private LokiServer start(String group) throws IOException {
    String yaml = "auth_enabled: " + !group.equals("main") + "\n" + COMMON;
    if (group.equals("tenants")) {
      yaml += "querier: {multi_tenant_queries_enabled: true}\n";
    } else if (group.equals("overrides")) {
      Path limits = dir.resolve("limits.yaml");
      try (InputStream in = RecordedCasesTest.class.getResourceAsStream("/recorded/overrides-limits.yaml")) {
        assertThat(in).isNotNull();
        Files.write(limits, in.readAllBytes());
      }
      yaml += "runtime_config: {file: " + limits + "}\n";
    }
    return LokiServer.start(
        ServerConfig.parse(yaml).withDataDir(dir.resolve("data")).withAddress("127.0.0.1").withPort(0));
  }

  /** Estimates were recorded of what is on disk. */
  private static void flush(Connection connection) throws IOException {
    assertThat(connection.send(Map.of("method", "POST", "path", "/flush")).status()).isEqualTo(204);
    Await.until(
        "segments",
        Duration.ofSeconds(20),
        () -> !connection.sendUnchecked(Map.of("path", "/metrics")).body().contains("sigyn_storage_segments 0.0"));
  }

  private static String difference(Connection connection, Map<String, Object> c, long base) throws IOException {
    boolean relative = Json.get(c, "relative").equals(true);
    Map<String, Object> request = Json.map(Json.get(c, "request"));
    if (!relative) {
      return Comparison.of(c, connection.send(request), 0);
    }
    Map<String, Object> now = Json.map(at(request, base));
    String[] difference = {Comparison.of(c, connection.send(now), base)};
    if (!difference[0].isEmpty() && Json.text(request, "path").endsWith("/patterns")) {
      // Patterns are found behind the back of pushes.
      Await.until(
          Json.text(c, "id"),
          Duration.ofSeconds(20),
          () -> {
            difference[0] = Comparison.of(c, connection.sendUnchecked(now), base);
            return difference[0].isEmpty();
          });
    }
    return difference[0];
  }

  /** Replaces times relative to {@code base}: seconds, or nanoseconds with an addition. */
  private static Object at(Object json, long base) {
    return switch (json) {
      case String text ->
          RELATIVE
              .matcher(text)
              .replaceAll(
                  m -> {
                    long seconds = base + Long.parseLong(m.group(1));
                    String nanos = m.group(2);
                    return nanos == null
                        ? Long.toString(seconds)
                        : Long.toString(seconds * 1_000_000_000L + Long.parseLong(nanos));
                  });
      case List<?> items -> items.stream().map(item -> at(item, base)).toList();
      case Map<?, ?> members -> {
        Map<String, Object> replaced = new LinkedHashMap<>();
        members.forEach((name, value) -> replaced.put(String.valueOf(name), at(value, base)));
        yield replaced;
      }
      default -> json;
    };
  }

  /** Sends what a recording says, to the letter, and keeps the connection as long as the server does. */
  private static final class Connection implements AutoCloseable {
    private final int port;
    private RawHttp raw;

    Connection(int port) throws IOException {
      this.port = port;
      this.raw = new RawHttp(port);
    }

    Answer sendUnchecked(Map<String, Object> request) {
      try {
        return send(request);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    Answer send(Map<String, Object> request) throws IOException {
      String parameters = parameters(request);
      boolean form = Json.get(request, "form").equals(true);
      String method = request.containsKey("method") ? Json.text(request, "method") : "GET";
      StringBuilder target = new StringBuilder(Json.text(request, "path"));
      if (!form && !parameters.isEmpty()) {
        target.append('?').append(parameters);
      }
      if (request.containsKey("raw_query")) {
        target.append(target.indexOf("?") < 0 ? '?' : '&').append(Json.text(request, "raw_query"));
      }
      byte[] body = form ? parameters.getBytes(StandardCharsets.US_ASCII) : body(request);
      StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
      if (form) {
        head.append("Content-Type: application/x-www-form-urlencoded\r\n");
      }
      if (Json.get(request, "headers") instanceof Map<?, ?> headers) {
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
      }
      head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
      bytes.writeBytes(body);
      Answer answer = raw.send(bytes.toByteArray()).answer();
      if (answer.header("connection").equals("close")) {
        raw.close();
        raw = new RawHttp(port);
      }
      return answer;
    }

    private static byte[] body(Map<String, Object> request) {
      return request.containsKey("body_b64")
          ? Base64.getDecoder().decode(Json.text(request, "body_b64"))
          : Json.text(request, "body").getBytes(StandardCharsets.UTF_8);
    }

    private static String parameters(Map<String, Object> request) {
      List<String> pairs = new ArrayList<>();
      if (Json.get(request, "params") instanceof Map<?, ?> params) {
        params.forEach(
            (name, value) -> {
              List<?> all = value instanceof List<?> several ? several : List.of(value);
              all.forEach(one -> pairs.add(encode(String.valueOf(name)) + "=" + encode(String.valueOf(one))));
            });
      }
      return String.join("&", pairs);
    }

    private static String encode(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
      raw.close();
    }
  }
}
