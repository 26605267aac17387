package io.sigyn.logql.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.error.LokiException;
import io.sigyn.logql.engine.Shown;
import io.sigyn.logql.rewrite.Rule;
import io.sigyn.logql.syntax.Parser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every recorded query that a rule does something to gives the same answer without it. Of the rules that belong to the
 * language, the queries whose answers show them are listed.
 */
class RulesTest {
  private static final Replay REPLAY = new Replay(Fixtures.data(100));
  private static final List<Map<String, Object>> CASES = cases();
  private static final Map<String, String> WITH_ALL = new TreeMap<>();

  @ParameterizedTest
  @EnumSource(Rule.class)
  void changesNoAnswerThatIsNotListed(Rule rule) throws IOException {
    Replay without = REPLAY.without(Set.of(rule));
    Set<String> changed = new TreeSet<>();
    List<String> how = new ArrayList<>();
    int applied = 0;
    for (Map<String, Object> c : CASES) {
      if (!REPLAY.applied(c).contains(rule)) {
        continue;
      }
      applied++;
      String id = (String) Fixtures.get(c, "id");
      String with = WITH_ALL.computeIfAbsent(id, i -> Shown.answer(() -> REPLAY.run(c)));
      String plain = Shown.answer(() -> without.run(c));
      if (!with.equals(plain)) {
        changed.add(id);
        how.add(id + " " + c.get("query") + "\n with " + cut(with) + "\n without " + cut(plain));
      }
    }

    assertThat(applied).as("recorded queries that %s does something to", rule.text()).isPositive();
    assertThat(changed).as("%s", how).isEqualTo(rule.isVisible() ? listed(rule) : Set.of());
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(300, text.length()));
  }

  private static List<Map<String, Object>> cases() {
    List<Map<String, Object>> all = new ArrayList<>();
    for (String area : ReplayTest.AREAS) {
      for (Map<String, Object> c : Fixtures.lines("cases/" + area + ".jsonl.gz")) {
        if (!Fixtures.get(c, "kind").equals("format") && parses((String) Fixtures.get(c, "query"))) {
          all.add(c);
        }
      }
    }
    return all;
  }

  private static boolean parses(String query) {
    try {
      Parser.parse(query);
      return true;
    } catch (LokiException e) {
      return false;
    }
  }

  private static Set<String> listed(Rule rule) throws IOException {
    Set<String> ids = new TreeSet<>();
    try (InputStream in = RulesTest.class.getResourceAsStream("/conformance/rule-effects.txt")) {
      assertThat(in).isNotNull();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (line.startsWith(rule.text() + " ")) {
          ids.addAll(List.of(line.substring(rule.text().length() + 1).split(" ")));
        }
      }
    }
    return ids;
  }
}
