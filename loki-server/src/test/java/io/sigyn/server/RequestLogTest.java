package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.sigyn.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class RequestLogTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  @TempDir Path dir;

  private final Logger logger = (Logger) LoggerFactory.getLogger(RequestLog.class);
  private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          lines.add(event);
        }
      };

  @BeforeEach
  void listen() {
    appender.start();
    logger.addAppender(appender);
    logger.setAdditive(false);
    logger.setLevel(Level.DEBUG);
  }

  @AfterEach
  void forget() {
    logger.detachAppender(appender);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  private ILoggingEvent line() {
    Await.until("a line of the log", PATIENCE, () -> !lines.isEmpty());
    ILoggingEvent first = lines.getFirst();
    lines.clear();
    return first;
  }

  private static Map<String, String> pairs(ILoggingEvent line) {
    Map<String, String> pairs = new TreeMap<>();
    line.getKeyValuePairs().forEach(pair -> pairs.put(pair.key, String.valueOf(pair.value)));
    return pairs;
  }

  @Test
  void saysWhoAskedForWhatAndWhatItCost() throws Exception {
    try (LokiServer server = Servers.start(dir, "auth_enabled: true\n");
        Http http = new Http(server.uri())) {
      String body = "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[]}]}";
      http.pushJson(body, "X-Scope-OrgID", "team-a", "traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01");
      ILoggingEvent push = line();
      assertThat(push.getLevel()).isEqualTo(Level.DEBUG);
      assertThat(push.getMessage()).isEqualTo("request");
      assertThat(pairs(push))
          .containsEntry("method", "POST")
          .containsEntry("route", "loki_api_v1_push")
          .containsEntry("path", "/loki/api/v1/push")
          .containsEntry("tenant", "team-a")
          .containsEntry("trace_id", TRACE)
          .containsEntry("request_bytes", Integer.toString(body.length()))
          .containsKeys("status", "duration", "bytes", "remote");

      String answer = http.get("/loki/api/v1/labels", "X-Scope-OrgID", "team-a", "traceparent", "00-0-0-0").body();
      assertThat(pairs(line()))
          .doesNotContainKey("trace_id")
          .containsEntry("status", "200")
          .containsEntry("bytes", Integer.toString(answer.length()));

      http.get("/nowhere");
      assertThat(pairs(line())).doesNotContainKey("tenant").containsEntry("status", "404").containsEntry("route", "not_found");
    }
  }

  @Test
  void theLevelFollowsTheConfiguration() throws Exception {
    try (LokiServer server = Servers.start(dir.resolve("a"), "server: {log_request_at_info_level_enabled: true}");
        Http http = new Http(server.uri())) {
      http.get("/loki/api/v1/labels");
      ILoggingEvent line = line();
      assertThat(line.getLevel()).isEqualTo(Level.INFO);
      assertThat(pairs(line)).containsEntry("tenant", "fake");
    }
    lines.clear();
    logger.setLevel(Level.INFO);
    try (LokiServer server = Servers.start(dir.resolve("b"), "sigyn: {log_requests_longer_than: 1ns}");
        Http http = new Http(server.uri())) {
      http.get("/loki/api/v1/labels");
      assertThat(line().getMessage()).isEqualTo("slow request");
    }
    lines.clear();
    try (LokiServer server = Servers.start(dir.resolve("c"), "sigyn: {log_requests_longer_than: 0s}");
        Http http = new Http(server.uri())) {
      http.get("/loki/api/v1/labels");
    }
    assertThat(lines).isEmpty();
  }
}
