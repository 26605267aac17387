package io.sigyn.logql.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.syntax.LogExpr;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.MetricExpr.Unwrap;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.Labels;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Passing unread what nobody asked for gives the labels, errors and decisions that reading everything gives. */
final class SkimmingTest {
  private static final List<String> KEYS =
      List.of(
          "level", "status", "le_vel", "le-vel", "le.vel", "levels", "lev", "a", "_", "-", "_9", "9", "a_b", "a-b", "status_code_of_it",
          "status-code-of_it", "status_code_of_ix", "app", "app_extracted", "level_extracted", "meta", "\u00e9", "le\u00e9vel",
          "level\u00a0", "\u0085level", "", "le!vel", "!", "__error__", "x12345678901234567890");
  private static final List<String> VALUES =
      List.of("1", "info", "", "200", "a value", "a=b", "\u00e9\u20ac", "x!y", "a,b}c]", "16 bytes exactly", "no more than that, but more");
  private static final List<List<String>> WANTED =
      List.of(
          List.of("level", "status"), List.of("level"), List.of("le_vel", "status_code_of_it"), List.of("_", "_9", "a"),
          List.of("app", "app_extracted", "level"), List.of("a_b", "_9"), List.of("level", "__error__"), List.of("meta", "meta_extracted"),
          List.of("\u00e9", "level"), List.of("a_b_level", "level", "a_status"));
  private static final List<String> FILTERS = List.of("", " | level=\"info\"", " | status>=100", " | level=\"info\" | a!=\"1\"");

  @Seeded(rounds = 40)
  void logfmt(RandomGenerator random) {
    ParserHints hints = hints(random, "| logfmt");
    boolean strict = random.nextInt(8) == 0;
    boolean keepEmpty = random.nextInt(8) == 0;
    compare(
        random,
        new LogfmtStage(strict, keepEmpty, hints),
        new LogfmtStage(strict, keepEmpty, hints, false),
        SkimmingTest::pairs);
  }

  @Seeded(rounds = 40)
  void json(RandomGenerator random) {
    ParserHints hints = hints(random, "| json");
    compare(random, new JsonStage(hints), new JsonStage(hints, false), SkimmingTest::document);
  }

  private interface Lines {
    String line(RandomGenerator random);
  }

  private static void compare(RandomGenerator random, Stage skimming, Stage plain, Lines lines) {
    Line one = new Line();
    Line other = new Line();
    Labels[] streams = {Labels.of("app", "web"), Labels.EMPTY, Labels.of("level", "x", "app", "web")};
    Labels[] metadata = {Labels.EMPTY, Labels.EMPTY, Labels.EMPTY, Labels.of("meta", "m", "status", "s")};
    // Lines lie back to back in a block: what stands behind one must not be seen.
    StringBuilder text = new StringBuilder();
    List<Integer> ends = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      text.append(damaged(random, lines.line(random)));
      ends.add(text.toString().getBytes(StandardCharsets.UTF_8).length);
    }
    byte[] block = text.toString().getBytes(StandardCharsets.UTF_8);
    int from = 0;
    for (int end : ends) {
      Labels stream = streams[random.nextInt(20) == 0 ? random.nextInt(3) : 0];
      Labels meta = metadata[random.nextInt(4)];
      boolean hadError = random.nextInt(20) == 0;
      assertThat(shown(skimming, one, stream, meta, hadError, block, from, end))
          .as("of %s", new String(block, from, end - from, StandardCharsets.UTF_8))
          .isEqualTo(shown(plain, other, stream, meta, hadError, block, from, end));
      from = end;
    }
  }

  private static String shown(
      Stage stage, Line line, Labels stream, Labels metadata, boolean hadError, byte[] text, int from, int to) {
    line.text(text, from, to);
    line.labels().begin(stream, metadata);
    if (hadError) {
      line.labels().error("before", "the parser");
    }
    boolean kept = stage.apply(line);
    boolean again = kept && stage.apply(line);
    return kept + " " + again + " " + line.labels().all();
  }

  private static ParserHints hints(RandomGenerator random, String parser) {
    String filter = FILTERS.get(random.nextInt(FILTERS.size()));
    LogExpr expr = (LogExpr) Parser.parse("{app=\"web\"} " + parser + filter);
    boolean grouped = filter.isEmpty() || random.nextBoolean();
    List<String> wanted = grouped ? WANTED.get(random.nextInt(WANTED.size())) : List.of();
    Use use = Use.grouped(new Grouping(Grouping.Kind.BY, wanted), Unwrap.NONE, false);
    return HintsFinder.find(expr.stages(), use, Rewrites.all());
  }

  private static String pairs(RandomGenerator random) {
    StringBuilder line = new StringBuilder();
    for (int n = random.nextInt(9); n > 0; n--) {
      line.append(KEYS.get(random.nextInt(random.nextBoolean() ? 2 : KEYS.size())));
      if (random.nextInt(12) > 0) {
        line.append('=');
      }
      String value = VALUES.get(random.nextInt(VALUES.size()));
      switch (random.nextInt(6)) {
        case 0 -> line.append('"').append(value).append('"');
        case 1 -> line.append('"').append(value).append(random.nextInt(3) > 0 ? "\\\" \\n" : "\\x\\u12").append(value).append('"');
        default -> line.append(value.replace(' ', '_'));
      }
      line.append(random.nextInt(12) > 0 ? " " : random.nextBoolean() ? "\t\n " : "");
    }
    return line.toString();
  }

  private static String document(RandomGenerator random) {
    StringBuilder out = new StringBuilder();
    object(random, out, 0);
    return out.toString();
  }

  private static void object(RandomGenerator random, StringBuilder out, int depth) {
    String comma = List.of(",", ",", ", ", " ,\n").get(random.nextInt(4));
    String colon = List.of(":", ":", ": ", " :", ":\t").get(random.nextInt(5));
    String between = "{";
    for (int n = random.nextInt(7); n > 0; n--) {
      String key = KEYS.get(random.nextInt(random.nextBoolean() ? 2 : KEYS.size()));
      String escaped = random.nextInt(20) == 0 ? "\\u00" + Integer.toHexString(random.nextInt(16, 128)) : "";
      out.append(between).append('"').append(key).append(escaped).append('"').append(colon);
      value(random, out, depth);
      between = random.nextInt(30) > 0 ? comma : "";
    }
    out.append(between.equals("{") ? "{" : random.nextInt(30) > 0 ? "" : ",").append('}');
  }

  private static void value(RandomGenerator random, StringBuilder out, int depth) {
    String value = VALUES.get(random.nextInt(VALUES.size()));
    switch (random.nextInt(depth > 2 ? 8 : 11)) {
      case 0 -> out.append(List.of("true", "false", "null", "tru", "nulls", "falsey", "t").get(random.nextInt(7)));
      case 1, 2 -> out.append(random.nextInt(-9, 99_999)).append(random.nextInt(9) == 0 ? ".5e7x" : "");
      case 3 -> out.append('"').append(value).append("\\\"\\n\\\\").append(random.nextBoolean() ? "\\ud800" : "").append('"');
      case 8 -> out.append("[1, \"]\", [").append(random.nextBoolean() ? "{\"level\":2}" : "").append("]]");
      case 9, 10 -> object(random, out, depth + 1);
      default -> out.append('"').append(value).append('"');
    }
  }

  /** The line, sometimes cut off or with a character too many. */
  private static String damaged(RandomGenerator random, String line) {
    if (line.isEmpty() || random.nextInt(3) > 0) {
      return line;
    }
    int at = random.nextInt(line.length());
    return random.nextBoolean()
        ? line.substring(0, at)
        : line.substring(0, at) + "\" \\={}[],:!\t\u00e9".charAt(random.nextInt(13)) + line.substring(at);
  }
}
