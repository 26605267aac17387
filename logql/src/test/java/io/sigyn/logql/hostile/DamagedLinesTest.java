package io.sigyn.logql.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.logql.engine.Engine;
import io.sigyn.logql.engine.MemorySource;
import io.sigyn.logql.engine.QueryContext;
import io.sigyn.logql.engine.QueryParams;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.Direction;
import io.sigyn.model.Labels;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Every parser takes any bytes: a line is answered, with an error label at worst, and a metric query at worst refused. */
class DamagedLinesTest {
  private static final List<String> LINES =
      List.of(
          "{\"level\":\"info\",\"n\":1.5e3,\"o\":{\"a\":[1,{\"b\":null}],\"c\":true},\"esc\":\"\\u00e9\\ud83d\\ude00\\n\"}",
          "{\"_entry\":\"level=info\",\"pod\":\"p\"}",
          "level=info n=3 msg=\"a \\\"b\\\" \\u00e9\" dur=1m30s size=2KiB",
          "10.0.0.1 - ann [x] \"GET /a?b=c HTTP/1.1\" 200 12 [2001:db8::1]:443",
          "\u001b[31mred\u001b[0m plain é世");

  private static final List<String> STAGES =
      List.of(
          "| json", "| json level, x=\"o.a[1].b\", y=\"[\\\"o\\\"].c\"", "| logfmt", "| logfmt --strict --keep-empty",
          "| logfmt level, d=\"dur\"", "| unpack", "| regexp `(?P<a>\\S+) (?P<b>.*)`", "| pattern `<a> <_> \"<b>\"<c>`",
          "| decolorize", "|= ip(\"10.0.0.0/8\")", "|> `<_> <_>`", "|~ `(?i)LEVEL.+n`", "| json | a=ip(\"::1\") or n>1 or dur>1s",
          "| logfmt | size>1KB", "| line_format `{{fromJson __line__}} {{trunc -3 __line__}} {{b64dec __line__}} {{urldecode __line__}}`",
          "| json | label_format a=`{{.esc | upper | title | count \"[a-z]\"}}`");

  @Seeded(rounds = 40)
  void takeAnyBytes(RandomGenerator random) {
    for (int i = 0; i < 25; i++) {
      byte[] line = damaged(LINES.get(random.nextInt(LINES.size())).getBytes(StandardCharsets.UTF_8), random);
      MemorySource source =
          new MemorySource(10).add(Labels.of("app", "x"), new MemorySource.Entry(1, line, Labels.EMPTY));
      String logs = "{app=\"x\"} " + STAGES.get(random.nextInt(STAGES.size()));
      run(logs, source);
      run("sum by (level, n, a) (count_over_time(" + logs + " [1s]))", source);
      run("count_over_time(" + logs + " [1s])", source);
    }
  }

  private static void run(String query, MemorySource source) {
    QueryParams params =
        query.startsWith("{")
            ? new QueryParams(0, 10, 1, 0, 10, Direction.FORWARD)
            : new QueryParams(10, 10, 0, 0, 10, Direction.FORWARD);
    try {
      assertThat(Engine.run(Parser.parse(query), params, source, new QueryContext(Clock.SYSTEM, Long.MAX_VALUE / 4, 0)))
          .as(query)
          .isNotNull();
    } catch (LokiException e) {
      assertThat(e.text()).as(query).startsWith("pipeline error: '");
    }
  }

  private static byte[] damaged(byte[] line, RandomGenerator random) {
    byte[] bytes = line;
    for (int edits = random.nextInt(4); edits > 0 && bytes.length > 0; edits--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes = Arrays.copyOf(bytes, at);
        case 1 -> {
          bytes = bytes.clone();
          bytes[at] = (byte) random.nextInt(256);
        }
        case 2 -> {
          bytes = bytes.clone();
          bytes[at] = (byte) "{}[]\",:\\= \u0000".charAt(random.nextInt(11));
        }
        default -> {
          byte[] shorter = new byte[bytes.length - 1];
          System.arraycopy(bytes, 0, shorter, 0, at);
          System.arraycopy(bytes, at + 1, shorter, at, shorter.length - at);
          bytes = shorter;
        }
      }
    }
    return bytes;
  }
}
