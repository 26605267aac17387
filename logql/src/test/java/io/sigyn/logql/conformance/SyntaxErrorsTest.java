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

/** Recorded queries that cannot be read or planned, lists of what was expected included. */
class SyntaxErrorsTest {
  @Test
  void complainsToTheLetter() {
    List<String> different = new ArrayList<>();
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
        }
      }
    }

    assertThat(all).isGreaterThan(200);
    assertThat(different).as("of %d", all).isEmpty();
  }

  private static String complaint(Map<String, Object> c) {
    try {
      Engine.plan(Parser.parse((String) Fixtures.get(c, "query")), Replay.params(c), Rewrites.all());
      return "";
    } catch (LokiException e) {
      return e.text();
    }
  }
}
