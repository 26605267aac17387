package io.sigyn.server.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.model.Labels;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.server.limits.Limits;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LevelsTest {
  private static String level(Limits limits, Labels stream, Labels metadata, String line) {
    byte[] padded = ("}x=" + line + "\"err ").getBytes(StandardCharsets.UTF_8);
    Enrichment enrichment = new Enrichment(limits);
    Labels unused = enrichment.stream(stream);
    assertThat(unused.has("service_name")).isTrue();
    int length = line.getBytes(StandardCharsets.UTF_8).length;
    return enrichment.metadata(metadata, padded, 3, 3 + length).get("detected_level");
  }

  private static String level(String line) {
    return level(Limits.DEFAULT, Labels.of("app", "a"), Labels.EMPTY, line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "level=warn msg=x | warn",
        "{\"level\":\"error\"} | error",
        "  {\"msg\":\"x\",\"lvl\":\"dbg\"}   | debug",
        "{\"a\":{\"severity\":\"WRN\"}} | warn",
        "{\"a\":{\"b\":{\"severity\":\"WRN\"}}} | unknown",
        "{\"a\":[{\"level\":\"error2\"}],\"level\":\"debug\"} | debug",
        "{\"level\":\"notice\",\"msg\":\"has error inside\"} | error",
        "{\"level\":30,\"msg\":\"info hi\"} | info",
        "{\"level\":\"warn\" | warn",
        "{\"x\":1,,\"level\":\"trc\"} | unknown",
        "{\"Level\":\"fatal\"} | fatal",
        "{\"LeVel\":\"fatall\"} | unknown",
        "status=error | error",
        "LEVEL=CRITICAL x=1 | critical",
        "LeVeL=INF | info",
        "severity=error level=info | info",
        "lvl=warn severity=debug | debug",
        "msg=\"level=error\" level=debug | debug",
        "msg=\"a \\\" level=error\" severity=trace | trace",
        "level=\"warning\" | warn",
        "level= severity=warn | warn",
        "level= lvl=wrn | unknown",
        "level=\"\" lvl=wrn | unknown",
        "set log level severity=inf | unknown",
        "lvl=dbg  Level= | unknown",
        "lvl=wrn level | unknown",
        "LEVEL severity_text=WRN | unknown",
        "level = info  LEVEL  severity=warn | info",
        "= lvl=dbg | unknown",
        "lvl=wrn path=/x?y=1 | warn",
        "path=/x?y=1 lvl=wrn | unknown",
        "lvl=wrn msg=\"open | warn",
        "msg=\"open lvl=wrn | unknown",
        "lvl=\"wrn\"level=dbg | debug",
        "lvl=wrn\"x level=dbg | unknown",
        "lvl=dbg \"x\" level=wrn | debug",
        "x=1 lvl=wrn=2 | unknown",
        "lvl=inf severity=\"\\q\" | info",
        "lvl=inf x=\"\\n\\'\" severity=dbg | debug",
        "[ERROR] boom | error",
        "error: boom | error",
        "an error. | unknown",
        "errors | unknown",
        "misc:error | unknown",
        "<info> | unknown",
        "INF started | unknown",
        "WARNING then error | warn",
        "debugger info! | info",
        "`` | unknown",
        "{} | unknown",
        "= | unknown"
      })
  void findsTheLevelOfALine(String line, String level) {
    assertThat(level(line)).isEqualTo(level);
  }

  @Test
  void asksMetadataBeforeTheLineAndTheStreamBeforeMetadata() {
    Labels app = Labels.of("app", "a");
    Labels stream = Labels.of("app", "a", "severity", "ERR");
    assertThat(level(Limits.DEFAULT, stream, Labels.of("level", "info"), "level=warn"))
        .isEqualTo("error");
    assertThat(level(Limits.DEFAULT, app, Labels.of("level", "notice"), "level=warn"))
        .isEqualTo("notice");
    assertThat(level(Limits.DEFAULT, stream, Labels.of("detected_level", "WRN"), ""))
        .isEqualTo("warn");
    assertThat(level(Limits.DEFAULT, app, Labels.of("severity_number", "17"), ""))
        .isEqualTo("error");
    assertThat(level(Limits.DEFAULT, app, Labels.of("severity_number", "0"), ""))
        .isEqualTo("unknown");
    assertThat(level(Limits.DEFAULT, app, Labels.of("severity_number", "-1"), "")).isEqualTo("trace");
    assertThat(level(Limits.DEFAULT, app, Labels.of("severity_number", "4"), "")).isEqualTo("trace");
    assertThat(level(Limits.DEFAULT, app, Labels.of("severity_number", "24"), "")).isEqualTo("fatal");
    assertThat(level(Limits.DEFAULT, app, Labels.of("severity_number", "2147483648"), ""))
        .isEqualTo("unknown");
    assertThat(level(Limits.DEFAULT, app, Labels.of("severity_number", "25"), ""))
        .isEqualTo("unknown");
    assertThat(level(Limits.DEFAULT, app, Labels.of("severity_number", "x"), "")).isEqualTo("info");
  }

  @Test
  void obeysTheTenantsFieldsAndDepth() {
    Limits limits =
        ServerConfig.parse(
                "limits_config: {log_level_fields: [sev], log_level_from_json_max_depth: 1}")
            .limitsConfig();
    Labels app = Labels.of("app", "a");
    assertThat(level(limits, app, Labels.EMPTY, "level=warn sev=dbg")).isEqualTo("debug");
    assertThat(level(limits, app, Labels.EMPTY, "{\"a\":{\"sev\":\"dbg\"}}")).isEqualTo("unknown");
    Limits deep =
        ServerConfig.parse("limits_config: {log_level_from_json_max_depth: 0}").limitsConfig();
    assertThat(level(deep, app, Labels.EMPTY, "{\"a\":{\"b\":{\"c\":{\"level\":\"WRN\"}}}}"))
        .isEqualTo("warn");
  }

  @Test
  void addsNothingWhenItMayNot() {
    for (String off : new String[] {"discover_log_levels", "allow_structured_metadata"}) {
      Limits limits = ServerConfig.parse("limits_config: {" + off + ": false}").limitsConfig();
      assertThat(level(limits, Labels.of("app", "a"), Labels.EMPTY, "level=warn")).isEmpty();
    }
  }

  @Seeded(rounds = 300)
  void survivesAnyLine(RandomGenerator random) {
    String alphabet = "{}[]\"\\=:, \tlevelseverityerrinfo0é\0";
    StringBuilder line = new StringBuilder(random.nextBoolean() ? "{\"level\":" : "level=");
    for (int i = random.nextInt(60); i > 0; i--) {
      line.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    assertThat(level(line.toString())).isNotEmpty();
    assertThat(level(line + "}")).isNotEmpty();
  }

  /** The rule in its simplest form: a level word between what may stand before and what may stand behind one. */
  private static String simply(String text) {
    Matcher words =
        Pattern.compile(
                "(?<=^|[ \\t\\n\\[({\"=])(trace|debug|fatal|critical|error|err|warning|warn|info)(?=$|[ \\t\\n\\[\\](){}:,!\"=])",
                Pattern.CASE_INSENSITIVE)
            .matcher(text);
    if (!words.find()) {
      return "unknown";
    }
    String word = words.group().toLowerCase(Locale.ROOT);
    return word.equals("err") ? "error" : word.equals("warning") ? "warn" : word;
  }

  @Seeded(rounds = 300)
  void findsTheWordThatASimpleSearchFinds(RandomGenerator random) {
    String[] parts = {
      "trace", "DEBUG", "Fatal", "critical", "error", "ERR", "warning", "warn", "Info", "inf", "errors", "e", "x", "7", ":",
      "[", "]", "(", "{", "\"", "=", "/", ".", ",", "!", "-"
    };
    StringBuilder line = new StringBuilder();
    for (int n = random.nextInt(12); n > 0; n--) {
      line.append(parts[random.nextInt(parts.length)]).append(random.nextInt(3) == 0 ? " " : random.nextInt(9) == 0 ? "\t" : "");
    }
    byte[] padded = ("err" + line + "or ").getBytes(StandardCharsets.US_ASCII);
    assertThat(Levels.ofText(padded, 3, 3 + line.length())).as(line.toString()).isEqualTo(simply(line.toString()));
  }
}
