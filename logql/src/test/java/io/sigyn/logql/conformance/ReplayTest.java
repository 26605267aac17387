package io.sigyn.logql.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every recorded case gives the recorded answer, but for those that are listed with a reason. */
class ReplayTest {
  private static final Replay REPLAY = new Replay(Fixtures.data(100));

  static final List<String> AREAS =
      List.of(
          "selectors", "line_filters", "json", "logfmt", "regexp", "pattern", "unpack", "label_filters", "drop_keep",
          "line_format", "label_format", "range_agg", "unwrap", "vector_agg", "binops", "offset", "time_range",
          "limit_direction", "instant", "syntax", "format_query", "categorize", "metadata", "limits");

  @ParameterizedTest
  @FieldSource("AREAS")
  void answersAsRecorded(String area) throws IOException {
    Set<String> known = differences();
    List<String> unexpected = new ArrayList<>();
    List<String> fixed = new ArrayList<>();
    for (Map<String, Object> c : Fixtures.lines("cases/" + area + ".jsonl.gz")) {
      String id = (String) c.get("id");
      String difference = REPLAY.difference(c);
      if (difference.isEmpty() && known.contains(id)) {
        fixed.add(id);
      } else if (!difference.isEmpty() && !known.contains(id)) {
        unexpected.add(id + " " + c.get("query") + ": " + difference);
      }
    }

    assertThat(unexpected).isEmpty();
    assertThat(fixed).as("listed as different, but equal now").isEmpty();
  }

  private static Set<String> differences() throws IOException {
    try (InputStream in = ReplayTest.class.getResourceAsStream("/conformance/differences.txt")) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.replaceAll("#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .collect(Collectors.toSet());
    }
  }
}
