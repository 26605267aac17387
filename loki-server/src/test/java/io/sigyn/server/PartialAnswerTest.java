package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.wire.query.QueryReader;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that lack something because it is damaged say so. */
class PartialAnswerTest {
  private static final long TIME = System.currentTimeMillis() * 1_000_000L;
  private static final long HOUR = 3_600_000_000_000L;
  private static final long DAY = 24 * HOUR;

  /** Noon of days before, so that each has a segment of its own. */
  private static final long LOST = TIME / DAY * DAY - DAY / 2;
  private static final long WHOLE = LOST - 2 * DAY;

  private static final String TWO = "auth_enabled: true\n";

  @TempDir Path directory;

  /** Pushes three lines in as many streams, and damages the block they end up in. */
  private void damage() throws IOException, InterruptedException {
    damage(bytes -> bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("BLK1") + 70] ^= 1);
  }

  private void damage(Consumer<byte[]> change) throws IOException, InterruptedException {
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
    change.accept(bytes);
    // In the table of the parity, so that the rest cannot be made good.
    bytes[bytes.length - 68] ^= 1;
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

  /** Entries of two tenants of yesterday and two days before, of which one segment goes while the server is down; returns it. */
  private Path lose() throws IOException, InterruptedException {
    try (LokiServer server = Servers.start(directory, TWO);
        Http http = new Http(server.uri())) {
      for (String tenant : List.of("mine", "other")) {
        for (long time : List.of(WHOLE, LOST)) {
          String json = "{\"streams\":[{\"stream\":{\"app\":\"a\"},\"values\":[[\"%d\",\"hello\"]]}]}";
          assertThat(http.pushJson(json.formatted(time), "X-Scope-OrgID", tenant).statusCode()).isEqualTo(204);
        }
      }
    }
    try (Stream<Path> files = Files.walk(directory)) {
      String day = DateTimeFormatter.BASIC_ISO_DATE.format(LocalDate.ofEpochDay(LOST / DAY));
      List<Path> segments =
          files.filter(file -> file.endsWith(Path.of("mine", day, file.getFileName().toString())))
              .filter(file -> file.toString().endsWith(".lseg")).toList();
      assertThat(segments).hasSize(1);
      Files.delete(segments.getFirst());
      return segments.getFirst();
    }
  }

  private static void assertTold(HttpResponse<String> answer, boolean told, String as) {
    assertThat(answer.statusCode()).as(as).isEqualTo(200);
    assertThat(answer.headers().firstValue("X-Log-Partial").orElse("")).as(as).isEqualTo(told ? "corrupt" : "");
  }

  @Test
  void nameWhatTheStoreHasLostUntilSomebodyKnows() throws IOException, InterruptedException {
    Path segment = lose();
    Path note = directory.resolve("store").resolve("quarantine").resolve(segment.getFileName() + ".lost");
    for (int start = 0; start < 2; start++) {
      try (LokiServer server = Servers.start(directory, TWO);
          Http http = new Http(server.uri())) {
        String[] me = {"X-Scope-OrgID", "mine"};
        for (String path : List.of("query_range", "labels", "label/app/values", "series", "index/volume", "index/stats",
            "index/volume_range", "index/shards", "detected_labels", "detected_fields", "detected_field/x/values")) {
          String selectors = "?query=" + Http.encode("{app=~\".+\"}") + "&match=" + Http.encode("{app=\"a\"}");
          String asked = "/loki/api/v1/" + path + selectors + "&targetBytesPerShard=1MB";
          HttpResponse<String> answer = http.get(asked + around(LOST), me);
          assertTold(answer, true, path);
          if (!path.equals("index/stats") && !path.equals("index/shards") && !path.startsWith("detected_")) {
            assertThat(warnings(answer)).as(path).singleElement().asString()
                .contains(segment.toString(), "is missing; its 1 entries are lost", note.toString(), "when you know");
          }
          assertTold(http.get(asked + around(WHOLE), me), false, path);
          assertTold(http.get(asked + around(LOST), "X-Scope-OrgID", "other"), false, path);
        }
        String legacy = "/api/prom/query?query=" + Http.encode("{app=\"a\"}");
        assertTold(http.get(legacy + around(LOST), me), true, legacy);
        assertTold(http.get(legacy + around(WHOLE), me), false, legacy);
        HttpResponse<String> explained =
            http.get("/sigyn/explain?run=true&query=" + Http.encode("{app=\"a\"}") + around(LOST), me);
        assertThat(explained.body()).contains("is missing; its 1 entries are lost");
        if (start == 1) {
          Files.delete(note);
          assertTold(http.query("{app=\"a\"}", LOST - 1, LOST + 1, me), false, "known");
          assertThat(warnings(http.query("{app=\"a\"}", LOST - 1, LOST + 1, me))).isEmpty();
        }
      }
    }
  }

  private static String around(long time) {
    return "&start=" + (time - 1) + "&end=" + (time + 1);
  }

  /** Points that were computed without what is lost must not come back without a word. */
  @Test
  void areNotKeptWhileTheStoreHasLostSomething() throws IOException, InterruptedException {
    Path segment = lose();
    try (LokiServer server = Servers.start(directory, TWO);
        Http http = new Http(server.uri())) {
      String[] me = {"X-Scope-OrgID", "mine"};
      String query = "/loki/api/v1/query_range?step=60&query=" + Http.encode("sum(count_over_time({app=\"a\"}[1m]))");
      String hour = "&start=" + (LOST - HOUR) + "&end=" + (LOST + HOUR);
      for (int again = 0; again < 2; again++) {
        HttpResponse<String> answer = http.get(query + hour, me);
        assertTold(answer, true, query);
        assertThat(warnings(answer)).hasSize(1);
        assertThat(answer.body()).contains("\"result\":{\"entriesFound\":0,");
      }
      Files.delete(directory.resolve("store").resolve("quarantine").resolve(segment.getFileName() + ".lost"));
      assertTold(http.get(query + hour, me), false, query);
      HttpResponse<String> kept = http.get(query + hour, me);
      assertTold(kept, false, query);
      assertThat(kept.body()).containsPattern("\"result\":\\{\"entriesFound\":[1-9]");
    }
  }

  @Test
  void areRefusedWhenTheStoreHasLostSomethingAndTheyMustBeWhole() throws IOException, InterruptedException {
    Path segment = lose();
    try (LokiServer server = Servers.start(directory, TWO + "sigyn: {on_partial: fail}");
        Http http = new Http(server.uri())) {
      HttpResponse<String> refused = http.query("{app=\"a\"}", LOST - 1, LOST + 1, "X-Scope-OrgID", "mine");
      assertThat(refused.statusCode()).isEqualTo(500);
      assertThat(refused.body()).contains("is missing; its 1 entries are lost", "when you know");
      assertTold(http.query("{app=\"a\"}", WHOLE - 1, WHOLE + 1, "X-Scope-OrgID", "mine"), false, "whole");
      assertTold(http.query("{app=\"a\"}", LOST - 1, LOST + 1, "X-Scope-OrgID", "other"), false, "other");
      Files.delete(directory.resolve("store").resolve("quarantine").resolve(segment.getFileName() + ".lost"));
      assertTold(http.query("{app=\"a\"}", LOST - 1, LOST + 1, "X-Scope-OrgID", "mine"), false, "known");
    }
  }

  @Test
  void sayWhenAnIndexIsMissing() throws IOException, InterruptedException {
    // In the directory of sections, whose place the footer of 64 bytes begins with, and in the tag of the only block.
    damage(
        bytes -> {
          bytes[(int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(bytes.length - 64)] ^= 1;
          bytes[64] ^= 1;
        });
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
