package io.sigyn.server.patterns;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.logql.stage.Line;
import io.sigyn.logql.stage.Pipeline;
import io.sigyn.logql.stage.Pipelines;
import io.sigyn.logql.stage.Rows;
import io.sigyn.logql.stage.Use;
import io.sigyn.logql.syntax.LogExpr;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.gocompat.GoQuote;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class MinerTest {
  private static final long SECOND = 1_000_000_000L;

  private final LineWords words = new LineWords();

  private boolean add(Miner miner, String line, long time) {
    byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
    boolean cut = words.cut(utf8, 0, utf8.length);
    if (cut) {
      miner.add(words, false, time, 1);
    }
    return cut;
  }

  private static List<String> texts(Miner miner) {
    return miner.templates().stream().map(Template::text).toList();
  }

  @Test
  void wordsThatChangeBecomeHoles() {
    Miner miner = new Miner(300);
    for (int i = 0; i < 20; i++) {
      add(miner, "level=info msg=\"lift done\" crane=c0" + i % 4 + " took=" + 100 * i + "ms, next: 7." + i, i * SECOND);
      add(miner, "E400" + i + " berth " + i + " occupied by vessel " + 77 * i + ", waiting", i * SECOND);
    }
    assertThat(texts(miner))
        .containsExactly(
            "level=info msg=\"lift done\" crane=<_> took=<_>, next: <_>",
            "<_> berth <_> occupied by vessel <_>, waiting");
    Counts counts = miner.templates().getFirst().counts();
    assertThat(counts.size()).isEqualTo(2);
    assertThat(counts.count(0) + counts.count(1)).isEqualTo(20);
  }

  @Test
  void messagesWithOtherWordsStayApart() {
    Miner miner = new Miner(300);
    add(miner, "user alice logged in from 10.0.0.1", 0);
    add(miner, "user alice logged out of the console", 0);
    add(miner, "cache miss for key k17 in shard 4", 0);
    add(miner, "cache hit for key k18 in shard 5", 0);
    assertThat(texts(miner)).hasSize(4);
  }

  @Test
  void linesThatAreTooShortOrTooLongAreNotLookedAt() {
    Miner miner = new Miner(300);
    assertThat(add(miner, "only three words", 0)).isFalse();
    assertThat(add(miner, "a b c d", 0)).isTrue();
    assertThat(add(miner, "w ".repeat(80), 0)).isTrue();
    assertThat(add(miner, "w ".repeat(81), 0)).isFalse();
    assertThat(add(miner, "", 0)).isFalse();
  }

  @Test
  void theTemplateNotSeenForLongestMakesRoom() {
    Miner miner = new Miner(3);
    add(miner, "alpha one two three", 0);
    add(miner, "beta one two three four", 0);
    add(miner, "gamma one two three four five", 0);
    add(miner, "alpha one two three", 0);
    add(miner, "delta one two three four five six", 0);
    assertThat(texts(miner))
        .containsExactly("alpha one two three", "gamma one two three four five", "delta one two three four five six");
    for (int i = 0; i < 5_000; i++) {
      add(miner, "w" + "x".repeat(i % 50) + " is number one of " + "y".repeat(i % 70), 0);
    }
    assertThat(miner.templates()).hasSizeLessThanOrEqualTo(3);
    assertThat(miner.bytes()).isLessThan(10_000);
  }

  @Test
  void oldCountsAreForgotten() {
    Miner miner = new Miner(3);
    add(miner, "one two three four", 100 * SECOND);
    add(miner, "one two three four", 200 * SECOND);
    assertThat(miner.forgetBefore(150)).isFalse();
    assertThat(miner.templates().getFirst().counts().size()).isEqualTo(1);
    assertThat(miner.forgetBefore(300)).isTrue();
  }

  /** Whatever was merged: every line passes the filter its pattern makes. */
  @Seeded(rounds = 40)
  void everyLineMatchesThePatternItWasCountedIn(RandomGenerator random) {
    Miner miner = new Miner(50);
    Map<Template, List<String>> lines = new HashMap<>();
    for (int n = 0; n < 300; n++) {
      StringBuilder line = new StringBuilder();
      for (int w = random.nextInt(4, 10); w > 0; w--) {
        line.append(
            switch (random.nextInt(9)) {
              case 0 -> "id=" + random.nextInt(100);
              case 1 -> "\"quoted " + random.nextInt(3) + "\"";
              case 2 -> "[x" + random.nextInt(5) + "]:";
              case 3 -> "  ";
              case 4 -> "é<x>" + random.nextInt(3);
              default -> List.of("alpha", "beta", "gamma", "to", "10.0.0." + random.nextInt(9)).get(random.nextInt(5));
            });
        line.append(random.nextInt(6) == 0 ? ", " : " ");
      }
      long before = miner.templates().stream().mapToLong(Template::lastSeen).max().orElse(0);
      if (add(miner, line.toString(), n * SECOND)) {
        Template hit =
            miner.templates().stream().filter(t -> t.lastSeen() > before).findFirst().orElseThrow();
        lines.computeIfAbsent(hit, t -> new ArrayList<>()).add(line.toString());
      }
    }
    for (Template template : miner.templates()) {
      String text = template.text();
      if (text.equals("<_>") || !text.contains("<_>")) {
        continue;
      }
      for (String line : lines.getOrDefault(template, List.of())) {
        assertThat(passes(line, text)).as("%s on %s", text, line).isTrue();
      }
    }
  }

  private static boolean passes(String line, String pattern) {
    LogExpr expr = (LogExpr) Parser.parse("{a=\"b\"} |> " + GoQuote.quote(pattern));
    Pipeline pipeline = Pipelines.of(expr.stages(), Use.LOGS);
    byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
    EntryBlock block = EntryBlock.of(Labels.EMPTY, 0, 1, new long[1], new int[] {0, utf8.length}, utf8);
    Rows rows = new Rows();
    pipeline.select(block, rows);
    return rows.has(0) && pipeline.run(block, 0, new Line());
  }
}
