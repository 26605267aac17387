package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.wire.query.QueryReader;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that lack something because it is damaged say so. */
class PartialAnswerTest {
  private static final long TIME = System.currentTimeMillis() * 1_000_000L;

  @TempDir Path directory;

  /** Pushes three lines in as many streams, and damages the block they end up in. */
  private void damage() throws IOException, InterruptedException {
    // Where the first block begins.
    damage(bytes -> 64 + 70);
  }

  private void damage(ToIntFunction<byte[]> place) throws IOException, InterruptedException {
    try (LokiServer server = Servers.start(directory, "");
        Http http = new Http(server.uri())) {
      for (String app : List.of("a", "b", "c")) {
        String json = "{\"streams\":[{\"stream\":{\"app\":\"%s\"},\"values\":[[\"%d\",\"hello\"]]}]}";
        assertThat(http.pushJson(json.formatted(app, TIME)).statusCode()).isEqualTo(204);
      }
    }
    List<Path> segments;
    try (Stream<Path> files = Files.walk(directory)) {
      segments = files.filter(file -> file.toString().endsWith(".lseg")).toList();
    }
    assertThat(segments).hasSize(1);
    byte[] bytes = Files.readAllBytes(segments.getFirst());
    bytes[place.applyAsInt(bytes)] ^= 1;
    Files.write(segments.getFirst(), bytes);
  }

  private static List<String> warnings(HttpResponse<String> answer) {
    return QueryReader.warnings(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void nameWhatIsMissing() throws IOException, InterruptedException {
    damage();
    try (LokiServer server = Servers.start(directory, "");
        Http http = new Http(server.uri())) {
      for (int again = 0; again < 2; again++) {
        for (String query : List.of("{app=~\".+\"}", "count_over_time({app=~\".+\"} |= \"h\" [1m])")) {
          HttpResponse<String> answer = http.query(query, TIME - 1, TIME + 1);
          assertThat(answer.statusCode()).isEqualTo(200);
          assertThat(answer.headers().firstValue("X-Log-Partial")).hasValue("corrupt");
          assertThat(warnings(answer)).hasSize(1);
          assertThat(warnings(answer).getFirst())
              .startsWith("block 0 of segment L0-")
              .endsWith("is damaged: its 3 entries of 3 streams are left out");
        }
      }
      String json = "{\"streams\":[{\"stream\":{\"app\":\"d\"},\"values\":[[\"%d\",\"whole\"]]}]}";
      assertThat(http.pushJson(json.formatted(TIME)).statusCode()).isEqualTo(204);
      HttpResponse<String> whole = http.query("{app=\"d\"}", TIME - 1, TIME + 1);
      assertThat(whole.body()).contains("whole");
      assertThat(whole.headers().firstValue("X-Log-Partial")).isEmpty();
      assertThat(warnings(whole)).isEmpty();
    }
  }

  @Test
  void sayWhenAnIndexIsMissing() throws IOException, InterruptedException {
    // In the directory of sections, right before the footer of 64 bytes.
    damage(bytes -> bytes.length - 64 - 8);
    try (LokiServer server = Servers.start(directory, "");
        Http http = new Http(server.uri())) {
      String range = "?query=%7Bapp%3D~%22.%2B%22%7D&start=" + (TIME - 1) + "&end=" + (TIME + 1);
      HttpResponse<String> volume = http.get("/loki/api/v1/index/volume" + range);
      assertThat(volume.statusCode()).isEqualTo(200);
      assertThat(volume.headers().firstValue("X-Log-Partial")).hasValue("corrupt");
      assertThat(warnings(volume)).singleElement().asString().contains("L0-").contains("is damaged");
      HttpResponse<String> stats = http.get("/loki/api/v1/index/stats" + range);
      assertThat(stats.headers().firstValue("X-Log-Partial")).hasValue("corrupt");

      String pushed = "{\"streams\":[{\"stream\":{\"env\":\"whole\"},\"values\":[[\"%d\",\"new\"]]}]}";
      assertThat(http.pushJson(pushed.formatted(TIME)).statusCode()).isEqualTo(204);
      String times = "?start=" + (TIME - 1) + "&end=" + (TIME + 1);
      for (String path : List.of("labels", "label", "label/env/values", "series")) {
        HttpResponse<String> answer = http.get("/loki/api/v1/" + path + times);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        assertThat(answer.headers().firstValue("X-Log-Partial")).as(path).hasValue("corrupt");
        assertThat(warnings(answer)).as(path).singleElement().asString().contains("L0-").contains("is damaged");
        assertThat(answer.body()).as(path).containsAnyOf("env", "whole");
      }
      for (String path : List.of("/loki/api/v1/detected_labels", "/api/prom/label")) {
        assertThat(http.get(path + times).headers().firstValue("X-Log-Partial")).as(path).hasValue("corrupt");
      }
    }
  }

  @Test
  void areRefusedWhenTheyMustBeWhole() throws IOException, InterruptedException {
    damage();
    try (LokiServer server = Servers.start(directory, "sigyn: {on_partial: fail}");
        Http http = new Http(server.uri())) {
      HttpResponse<String> answer = http.query("{app=~\".+\"}", TIME - 1, TIME + 1);
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.body()).contains("is damaged: its 3 entries of 3 streams are left out");
    }
  }

  @Test
  void areNotGivenBeyondTheBytesAQueryMayRead() throws IOException, InterruptedException {
    try (LokiServer server = Servers.start(directory, "")) {
      try (Http http = new Http(server.uri())) {
        String json = "{\"streams\":[{\"stream\":{\"app\":\"a\"},\"values\":[[\"%d\",\"%s\"]]}]}";
        for (int i = 0; i < 10; i++) {
          assertThat(http.pushJson(json.formatted(TIME, i + "x".repeat(200_000))).statusCode()).isEqualTo(204);
        }
      }
    }
    try (LokiServer server = Servers.start(directory, "limits_config: {max_query_bytes_read: 1MB}");
        Http http = new Http(server.uri())) {
      HttpResponse<String> answer = http.query("{app=\"a\"}", TIME - 1, TIME + 1);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("the query would read too many bytes (query: ").contains("limit: 1.0MB");
      assertThat(http.query("count_over_time({app=\"a\"}[1h])", TIME, TIME + 1).statusCode()).isEqualTo(200);
    }
  }
}
