package io.sigyn.agent.logging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LogfmtTest {
  @Test
  void quotesWhatNeedsQuotes() {
    StringBuilder out = new StringBuilder();
    Logfmt.append(out, "a", "plain/x:1");
    Logfmt.append(out, "b", "two words");
    Logfmt.append(out, "c", "");
    Logfmt.append(out, "d", "q\"\\\n\t\u0001=é");
    assertThat(out.toString()).isEqualTo("a=plain/x:1 b=\"two words\" c=\"\" d=\"q\\\"\\\\\\n\\t\\u0001=é\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pages are served address=1.2.3.4:80 | 17",
        "a text without any | 18",
        "see f.yaml:1:2: server.x: has =no= effect | 41",
        "key=value | 0",
        "Upper=x lower=y | 8",
      })
  void findsWhereThePairsOfAMessageBegin(String message, int expected) {
    assertThat(Logfmt.firstPair(message)).isEqualTo(expected);
  }
}
