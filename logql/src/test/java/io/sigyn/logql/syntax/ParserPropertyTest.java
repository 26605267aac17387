package io.sigyn.logql.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.sigyn.error.LokiException;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

class ParserPropertyTest {
  private static final String DAMAGE = "{}[]()|=!~<>\"'`\\ -#/*,.0aé\u0000\ud800";

  /** Numbers that folding constants may give and no literal can: {@code -0} reads as a duration, in Loki too. */
  private static final Pattern WITHOUT_SPELLING = Pattern.compile("NaN|Inf|(?<![\\w.])-0(?![\\w.])");

  @Seeded(rounds = 50)
  void parsesWhatItPrints(RandomGenerator random) {
    RandomQueries queries = new RandomQueries(random);
    for (int i = 0; i < 50; i++) {
      String query = queries.query();
      String canonical;
      try {
        canonical = Parser.parse(query).toString();
      } catch (LokiException e) {
        assertThat(e.text()).as(query).doesNotContain("syntax error");
        continue;
      }
      if (!WITHOUT_SPELLING.matcher(canonical).find()) {
        assertThatCode(() -> Parser.parse(canonical)).as("%s printed as %s", query, canonical).doesNotThrowAnyException();
        assertThat(Parser.parse(canonical).toString()).as(query).isEqualTo(canonical);
      }
    }
  }

  @Seeded(rounds = 50)
  void refusesDamagedQueriesInOneWayOnly(RandomGenerator random) {
    RandomQueries queries = new RandomQueries(random);
    for (int i = 0; i < 50; i++) {
      StringBuilder query = new StringBuilder(queries.query());
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        int at = random.nextInt(query.length());
        switch (random.nextInt(3)) {
          case 0 -> query.deleteCharAt(at);
          case 1 -> query.insert(at, DAMAGE.charAt(random.nextInt(DAMAGE.length())));
          default -> query.setLength(Math.max(1, at));
        }
        if (query.isEmpty()) {
          break;
        }
      }
      parseOrRefuse(query.toString());
    }
  }

  @Seeded(rounds = 50)
  void refusesRandomBytesInOneWayOnly(RandomGenerator random) {
    byte[] bytes = new byte[random.nextInt(200)];
    random.nextBytes(bytes);
    parseOrRefuse(new String(bytes, StandardCharsets.ISO_8859_1));
    parseOrRefuse(new String(bytes, StandardCharsets.UTF_8));
  }

  private static void parseOrRefuse(String query) {
    try {
      assertThat(Parser.parse(query).toString()).isNotNull();
    } catch (LokiException e) {
      assertThat(e.text()).startsWith("parse error");
    }
  }
}
