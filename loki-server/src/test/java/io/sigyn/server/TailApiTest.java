package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Clock;
import io.sigyn.testkit.Await;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TailApiTest {
  private static final String TAIL = "/loki/api/v1/tail";
  private static final long SECOND = 1_000_000_000L;
  private static final long NOW = Clock.SYSTEM.epochNanos() - 10 * SECOND;

  @TempDir Path dir;

  private static void push(Http http, String app, long time, String line, String... headers) throws Exception {
    String body =
        "{\"streams\":[{\"stream\":{\"app\":\"%s\"},\"values\":[[\"%d\",\"%s\",{\"m\":\"1\"}]]}]}".formatted(app, time, line);
    assertThat(http.pushJson(body, headers).statusCode()).isEqualTo(204);
  }

  @Test
  void showsWhatIsThereOldestFirstAndThenWhatArrives() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {discover_log_levels: false}");
        Http http = new Http(server.uri())) {
      for (int i = 0; i < 4; i++) {
        push(http, "a", NOW + i, "old " + i);
      }
      try (Listener listener = Listener.to(server, TAIL, "{app=\"a\"} |= \"o\" ", "&limit=2")) {
        listener.await("old 3");
        push(http, "b", NOW + 10, "other");
        push(http, "a", NOW + 11, "filtered away: n");
        push(http, "a", NOW + 12, "now");
        String frames = listener.await("now");
        String stream = "{\"stream\":{\"app\":\"a\",\"m\":\"1\",\"service_name\":\"a\"},\"values\":[[\"%d\",\"%s\"]]}";
        assertThat(listener.frames().getFirst())
            .isEqualTo(
                "{\"streams\":[" + stream.formatted(NOW + 2, "old 2") + "," + stream.formatted(NOW + 3, "old 3") + "]}");
        assertThat(frames).contains("{\"streams\":[" + stream.formatted(NOW + 12, "now") + "]}");
        assertThat(frames).doesNotContain("old 1").doesNotContain("other").doesNotContain("filtered");
      }
    }
  }

  @Test
  void categorizesLabelsAndRunsStages() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {discover_log_levels: false}");
        Http http = new Http(server.uri())) {
      String query = "{app=\"a\"} | logfmt | line_format \"<{{.n}}>\" | n > 1";
      try (Listener listener =
          Listener.to(server, TAIL, query, "", "X-Loki-Response-Encoding-Flags", "categorize-labels")) {
        Await.until("a tail", Duration.ofSeconds(20), () -> active(http, 1));
        push(http, "a", NOW, "n=1");
        push(http, "a", NOW + 1, "n=2");
        assertThat(listener.await("<2>"))
            .isEqualTo(
                "{\"streams\":[{\"stream\":{\"app\":\"a\",\"service_name\":\"a\"},\"values\":[[\""
                    + (NOW + 1)
                    + "\",\"<2>\",{\"structuredMetadata\":{\"m\":\"1\"},\"parsed\":{\"n\":\"2\"}}]]}],"
                    + "\"encodingFlags\":[\"categorize-labels\"]}");
      }
    }
  }

  private static boolean active(Http http, int tails) {
    try {
      return http.get("/metrics").body().contains("loki_querier_tail_active " + tails + ".0");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void delayedTailsPutEntriesInOrder() throws Exception {
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri());
        Listener listener = Listener.to(server, TAIL, "{app=\"a\"}", "&delay_for=1")) {
      Await.until("a tail", Duration.ofSeconds(20), () -> active(http, 1));
      push(http, "a", NOW + 1, "second");
      push(http, "a", NOW, "first");
      String frames = listener.await("first");
      if (frames.contains("second") && listener.frames().size() == 1) {
        assertThat(frames.indexOf("first")).isLessThan(frames.indexOf("second"));
      }
    }
  }

  @Test
  void refusesBeforeTheUpgradeWhatIsWrongWithTheRequest() throws Exception {
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      HttpResponse<String> plain = http.get(TAIL + "?query=" + Http.encode("{app=\"a\"}"));
      assertThat(plain.statusCode()).isEqualTo(400);
      assertThat(plain.body()).isEqualTo("Bad Request\n");
      assertThat(plain.headers().firstValue("Sec-Websocket-Version")).contains("13");
      assertThat(http.get(TAIL).body()).isEqualTo("parse error : syntax error: unexpected $end");
      assertThat(http.get(TAIL + "?delay_for=6&query=" + Http.encode("{app=\"a\"}")).body())
          .isEqualTo("delay_for can't be greater than 5");
      assertThat(http.get(TAIL + "?delay_for=-1&query=" + Http.encode("{app=\"a\"}")).body())
          .isEqualTo("delay_for can't be greater than 5");
      assertThat(http.get(TAIL + "?delay_for=x&query=" + Http.encode("{app=\"a\"}")).body())
          .isEqualTo("strconv.Atoi: parsing \"x\": invalid syntax");
      assertThat(http.get(TAIL + "?limit=0&query=" + Http.encode("{app=\"a\"}")).body())
          .isEqualTo("limit must be a positive value");
    }
  }

  @Test
  void closesWithLokisReasons() throws Exception {
    String one = "limits_config: {max_concurrent_tail_requests: 1}\n";
    try (LokiServer server = Servers.start(dir.resolve("one"), one);
        Listener metric = Listener.to(server, TAIL, "rate({app=\"a\"}[1m])", "");
        Listener first = Listener.to(server, TAIL, "{app=\"a\"}", "");
        Http http = new Http(server.uri())) {
      assertThat(metric.awaitClosed()).isEqualTo("1011 only log selector is supported");
      Await.until("a tail", Duration.ofSeconds(20), () -> active(http, 1));
      try (Listener second = Listener.to(server, TAIL, "{app=\"a\"}", "")) {
        assertThat(second.awaitClosed())
            .isEqualTo(
                "1011 rpc error: code = Code(400) desc = max concurrent tail requests limit exceeded, count > limit (2 > 1)");
      }
      assertThat(first.closed()).isEmpty();
    }
    try (LokiServer server = Servers.start(dir.resolve("brief"), "querier: {tail_max_duration: 1s}\n");
        Listener first = Listener.to(server, TAIL, "{app=\"a\"}", "");
        Http http = new Http(server.uri())) {
      assertThat(first.awaitClosed()).isEqualTo("1011 reached tail max duration limit");
      Await.until("no tail", Duration.ofSeconds(20), () -> active(http, 0));
    }
  }

  @Test
  void tellsListenersThatTheServerGoesAway() throws Exception {
    LokiServer server = Servers.start(dir, "");
    try (Listener listener = Listener.to(server, TAIL, "{app=\"a\"}", "")) {
      server.close();
      assertThat(listener.awaitClosed()).isEqualTo("1001 server is shutting down");
    }
  }

  @Test
  void tenantsHearOnlyTheirOwn() throws Exception {
    try (LokiServer server = Servers.start(dir, "auth_enabled: true");
        Http http = new Http(server.uri());
        Listener one = Listener.to(server, TAIL, "{app=\"a\"}", "", "X-Scope-OrgID", "one")) {
      assertThat(http.get(TAIL).body()).isEqualTo("no org id\n");
      assertThat(http.get(TAIL + "?query=" + Http.encode("{app=\"a\"}"), "X-Scope-OrgID", "a|b").body())
          .isEqualTo("multiple org IDs present");
      Await.until("a tail", Duration.ofSeconds(20), () -> active(http, 1));
      push(http, "a", NOW, "secret", "X-Scope-OrgID", "two");
      push(http, "a", NOW, "mine", "X-Scope-OrgID", "one");
      assertThat(one.await("mine")).doesNotContain("secret");
    }
  }

  @Test
  void theOldRouteHasItsOwnFrames() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {discover_log_levels: false}");
        Http http = new Http(server.uri())) {
      push(http, "a", NOW / SECOND * SECOND, "one");
      push(http, "a", NOW / SECOND * SECOND, "two");
      try (Listener listener = Listener.to(server, "/api/prom/tail", "{app=\"a\"}", "&regexp=t.o")) {
        assertThat(listener.await("two"))
            .startsWith("{\"streams\":[{\"labels\":\"{app=\\\"a\\\", m=\\\"1\\\", service_name=\\\"a\\\"}\",\"entries\":[{\"ts\":\"20")
            .endsWith("Z\",\"line\":\"two\"}]}],\"dropped_entries\":null}")
            .doesNotContain("one");
      }
    }
  }

  private static Socket rawTail(LokiServer server) throws Exception {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4 << 10);
    socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
    socket.setSoTimeout(20_000);
    String head =
        String.join(
            "\r\n",
            "GET %s?query=%s HTTP/1.1",
            "Host: x",
            "Upgrade: websocket",
            "Connection: keep-alive, Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "",
            "");
    socket
        .getOutputStream()
        .write(head.formatted(TAIL, Http.encode("{app=\"a\"}")).getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  @Test
  void clientsThatBreakTheProtocolAreCutOff() throws Exception {
    byte[][] frames = {
      // A gigabyte is announced; not masked; a reserved kind; a close frame of one byte.
      {(byte) 0x81, (byte) 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4},
      {(byte) 0x81, 1, 'x'},
      {(byte) 0x83, (byte) 0x80, 1, 2, 3, 4},
      {(byte) 0x88, (byte) 0x81, 1, 2, 3, 4, 5}
    };
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      for (byte[] frame : frames) {
        try (Socket socket = rawTail(server)) {
          Await.until("a tail", Duration.ofSeconds(20), () -> active(http, 1));
          socket.getOutputStream().write(frame);
          Await.until("no tail", Duration.ofSeconds(20), () -> active(http, 0));
          assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
              .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
              .contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
        }
      }
    }
  }

  /** A listener that takes nothing for a while neither holds up pushes nor hears everything, and is told so. */
  @Test
  void slowListenersAreToldWhatTheyMissed() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {ingestion_rate_mb: 512, ingestion_burst_size_mb: 512, per_stream_rate_limit: 512MB, per_stream_rate_limit_burst: 512MB}");
        Http http = new Http(server.uri());
        Socket slow = rawTail(server)) {
      Await.until("a tail", Duration.ofSeconds(20), () -> active(http, 1));
      String line = "x".repeat(100_000);
      for (int i = 0; i < 120; i++) {
        push(http, "a", NOW + i, line);
      }
      InputStream in = slow.getInputStream();
      StringBuilder seen = new StringBuilder();
      byte[] buffer = new byte[64 << 10];
      while (seen.indexOf("\"dropped_entries\":[{\"timestamp\":\"") < 0) {
        int count = in.read(buffer);
        assertThat(count).as("the end came before the list of what was dropped").isPositive();
        seen.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        if (seen.length() > 1 << 20) {
          seen.delete(0, seen.length() - 100);
        }
      }
      assertThat(seen).contains("\"dropped_entries\":[{\"timestamp\":\"");
    }
  }
}
