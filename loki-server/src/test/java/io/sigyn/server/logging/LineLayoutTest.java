package io.sigyn.server.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.sigyn.server.config.LogFormat;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LineLayoutTest {
  private static String line(
      LogFormat format, String message, @Nullable Throwable thrown, Object... arguments) {
    var logger = new LoggerContext().getLogger("io.sigyn.server.http.HttpServer");
    LoggingEvent event = new LoggingEvent("x", logger, Level.WARN, message, thrown, arguments);
    event.setInstant(Instant.parse("2026-01-05T13:00:00.123456Z"));
    return new LineLayout(format).doLayout(event);
  }

  private static String logfmt(String message, Object... arguments) {
    return line(LogFormat.LOGFMT, message, null, arguments);
  }

  @Test
  void separatesTheTextFromItsPairs() {
    assertThat(logfmt("server is ready address={} port={}", "127.0.0.1", 3100))
        .isEqualTo(
            "ts=2026-01-05T13:00:00.123456Z caller=HttpServer level=warn msg=\"server is ready\""
                + " address=127.0.0.1 port=3100\n");
    assertThat(logfmt("stopped")).endsWith(" msg=stopped\n");
    assertThat(logfmt("{}", "f.yaml:1:2: a b=c")).endsWith(" msg=\"f.yaml:1:2: a\" b=c\n");
  }

  @Test
  void letsNobodyForgeALine() {
    String line = logfmt("request path={}", "/x\nts=1 level=error\r\u001b[31m\u2028\"");
    assertThat(line.lines()).hasSize(1);
    assertThat(line).contains("/x\\nts=1 level=error\\r\\u001b[31m\\u2028\"").endsWith("\n");
    assertThat(logfmt("say \"hi\"\n")).contains("msg=\"say \\\"hi\\\"\"");
  }

  @Test
  void cutsWhatIsTooLong() {
    assertThat(logfmt("x".repeat(10_000)).length()).isLessThan(5_000);
  }

  @Test
  void writesJsonWhenAskedTo() {
    assertThat(line(LogFormat.JSON, "a \"b\"\n", null))
        .isEqualTo(
            "{\"ts\":\"2026-01-05T13:00:00.123456Z\",\"caller\":\"HttpServer\",\"level\":\"warn\",\"msg\":\"a"
                + " \\\"b\\\"\\n\"}\n");
    assertThat(line(LogFormat.JSON, "m", new IllegalStateException("why")))
        .contains("\"err\":\"java.lang.IllegalState");
  }
}
