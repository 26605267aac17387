package io.sigyn.logql.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.error.LokiException;
import io.sigyn.logql.engine.Engine;
import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.syntax.Parser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Recorded queries that cannot be read or planned: how many complaints are the reference's to the letter. */
class SyntaxErrorsTest {
  @Test
  void complainsToTheLetterInNineteenOfTwentyCasesAndElseAtTheSamePlace() {
    List<String> different = new ArrayList<>();
    List<String> elsewhere = new ArrayList<>();
    int all = 0;
    for (String area : ReplayTest.AREAS) {
      for (Map<String, Object> c : Fixtures.lines("cases/" + area + ".jsonl.gz")) {
        Map<String, Object> answer = Fixtures.map(Fixtures.list(Fixtures.get(c, "answers")).get(0));
        String wanted = String.valueOf(answer.getOrDefault("text", ""));
        if (!wanted.startsWith("parse error")) {
          continue;
        }
        all++;
        String got = complaint(c);
        if (!got.equals(wanted)) {
          different.add(c.get("id") + " " + c.get("query") + "\n  wanted " + wanted + "\n  got    " + got);
          if (!place(got).equals(place(wanted))) {
            elsewhere.add((String) Fixtures.get(c, "id"));
          }
        }
      }
    }

    assertThat(all).isGreaterThan(200);
    assertThat(elsewhere).as("%s", different).isEmpty();
    assertThat(different).as("of %d", all).hasSizeLessThanOrEqualTo(all / 20);
  }

  private static String complaint(Map<String, Object> c) {
    try {
      Engine.plan(Parser.parse((String) Fixtures.get(c, "query")), Replay.params(c), Rewrites.all());
      return "";
    } catch (LokiException e) {
      return e.text();
    }
  }

  private static String place(String text) {
    int colon = text.indexOf(':');
    return text.substring(0, Math.max(colon, 0));
  }
}
