package io.sigyn.server.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.slf4j.event.Level.ERROR;
import static org.slf4j.event.Level.INFO;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import com.github.loki4j.logback.Loki4jAppender;
import com.github.loki4j.logback.PipelineConfigAppenderBase.BatchCfg;
import com.github.loki4j.logback.PipelineConfigAppenderBase.HttpCfg;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.resources.Resource;
import io.sigyn.life.Clock;
import io.sigyn.server.Http;
import io.sigyn.server.LokiServer;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What loki4j and the OpenTelemetry exporter send is read back as it was meant. */
final class JavaWritersTest {
  private static final long MINUTE = 60_000_000_000L;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path dir;

  private LokiServer start() {
    return LokiServer.start(
        ServerConfig.parse("auth_enabled: true").withDataDir(dir).withAddress("127.0.0.1").withPort(0));
  }

  private static String read(Http http, String query) {
    long now = Clock.SYSTEM.epochNanos();
    try {
      return http.query(query, now - 10 * MINUTE, now + MINUTE, "X-Scope-OrgID", "team").body();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void loki4j(boolean protobuf) {
    LoggerContext context = new LoggerContext();
    try (LokiServer server = start();
        Http http = new Http(server.uri())) {
      Loki4jAppender appender = appender(context, server, protobuf);
      appender.start();
      assertThat(appender.isStarted()).as(context.getStatusManager().getCopyOfStatusList().toString()).isTrue();
      Logger logger = context.getLogger("io.shop.Orders");
      logger.setLevel(Level.INFO);
      logger.addAppender(appender);
      for (int i = 0; i < 50; i++) {
        logger.atLevel(i % 2 == 0 ? INFO : ERROR)
            .addKeyValue("order", "o" + i)
            .log("order {} \"paid\" é", i);
      }
      context.stop();
      Await.until("all lines", PATIENCE, () -> read(http, "{app=\"shop\"}").contains("order 49 "));
      assertThat(read(http, "{app=\"shop\", host=\"h 1\"} |= `order 7 `"))
          .contains("\"order 7 \\\"paid\\\" é\"")
          .contains("\"detected_level\":\"error\"")
          .contains("\"order\":\"o7\"")
          .contains("\"totalEntriesReturned\":1");
      assertThat(read(http, "{app=\"shop\"}")).contains("\"totalEntriesReturned\":50");
    } finally {
      context.stop();
    }
  }

  private static Loki4jAppender appender(LoggerContext context, LokiServer server, boolean protobuf) {
    HttpCfg send = new HttpCfg();
    send.setUrl(server.uri() + "/loki/api/v1/push");
    send.setTenantId("team");
    send.setUseProtobufApi(protobuf);
    send.setRequestTimeoutMs(PATIENCE.toMillis());
    BatchCfg batch = new BatchCfg();
    batch.setMaxItems(20);
    batch.setTimeoutMs(100);
    PatternLayout message = new PatternLayout();
    message.setContext(context);
    message.setPattern("%msg");
    message.start();
    Loki4jAppender appender = new Loki4jAppender();
    appender.setContext(context);
    appender.setLabels("app=shop\nhost=h 1");
    appender.setStructuredMetadata("level=%level\n*=%%kvp");
    appender.setMessage(message);
    appender.setHttp(send);
    appender.setBatch(batch);
    return appender;
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void openTelemetry(String compression) {
    try (LokiServer server = start();
        Http http = new Http(server.uri())) {
      OtlpHttpLogRecordExporter exporter =
          OtlpHttpLogRecordExporter.builder()
              .setEndpoint(server.uri() + "/otlp/v1/logs")
              .setCompression(compression)
              .addHeader("X-Scope-OrgID", "team")
              .setTimeout(PATIENCE)
              .build();
      Attributes resource =
          Attributes.builder()
              .put("service.name", "shop")
              .put("k8s.pod.name", "p1")
              .put("host.name", "h1")
              .build();
      try (SdkLoggerProvider provider =
          SdkLoggerProvider.builder()
              .setResource(Resource.create(resource))
              .addLogRecordProcessor(BatchLogRecordProcessor.builder(exporter).build())
              .build()) {
        for (int i = 0; i < 50; i++) {
          provider
              .loggerBuilder("io.shop.Orders")
              .setInstrumentationVersion("1.2")
              .build()
              .logRecordBuilder()
              .setSeverity(Severity.WARN2)
              .setSeverityText("WARN")
              .setBody("order " + i + " paid")
              .setAttribute(AttributeKey.longKey("order.number"), (long) i)
              .setAttribute(AttributeKey.stringArrayKey("tags"), List.of("a", "b"))
              .emit();
        }
        provider
            .get("other")
            .logRecordBuilder()
            .setBody(Value.of(Value.of("list"), Value.of(7)))
            .emit();
        CompletableResultCode flushed = provider.forceFlush().join(30, TimeUnit.SECONDS);
        assertThat(flushed.isSuccess()).isTrue();
      }
      assertThat(read(http, "{service_name=\"shop\", k8s_pod_name=\"p1\"} |= `order 7 `"))
          .contains("\"order 7 paid\"")
          .contains("\"detected_level\":\"warn\"")
          .contains("\"host_name\":\"h1\"")
          .contains("\"order_number\":\"7\"")
          .contains("\"scope_name\":\"io.shop.Orders\",\"scope_version\":\"1.2\"")
          .contains("\"severity_number\":\"14\"")
          .contains("\"tags\":\"[\\\"a\\\",\\\"b\\\"]\"");
      assertThat(read(http, "{service_name=\"shop\"} | scope_name=\"other\"")).contains("\"[\\\"list\\\",7]\"");
      assertThat(read(http, "{service_name=\"shop\"}")).contains("\"totalEntriesReturned\":51");
    }
  }
}
