package io.sigyn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EnvExpansionTest {
  private static final Map<String, String> ENV = Map.of("PORT", "3100", "DIR", "/var/Data", "EMPTY", "");

  private static String expand(String text) {
    return EnvExpansion.expand("f.yaml", text, ENV::get).value();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a ${PORT} b | a 3100 b",
        "$PORT $1 $ | $PORT $1 $",
        "${NONE} | ''",
        "${NONE:-x:y} | x:y",
        "${NONE:def} | def",
        "${EMPTY:-x} | x",
        "${PORT:-x} | 3100",
        "${PORT:+x} | 3100",
        "${NONE:+x} | x",
        "${NONE=x} | x",
        "${NONE-x} | x",
        "${NONE:-${PORT}} | 3100",
        "${DIR:1:3} | var",
        "${DIR:5} | Data",
        "${#DIR} | 9",
        "${DIR^^} | /VAR/DATA",
        "${DIR,,} | /var/data",
        "${DIR/a/b} | /vbr/Data",
        "${DIR//a/b} | /vbr/Dbtb",
        "$${PORT} | ${PORT}",
        "$$ | $",
        "${1}_x | ${1}_x",
        "'\\d \\${PORT}' | \\d \\3100",
      })
  void expands(String text, String expected) {
    assertThat(expand(text)).isEqualTo(expected);
  }

  @Test
  void warnsAboutUnsetVariablesWithTheirLine() {
    assertThat(EnvExpansion.expand("f.yaml", "a\n${NONE}\n", ENV::get).warnings())
        .containsExactly("f.yaml:2: environment variable NONE is not set; it expands to nothing");
  }

  @Test
  void refusesWhatHasNoMeaning() {
    assertThatThrownBy(() -> expand("a\nb ${PORT\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("f.yaml:2: ${ is not closed on its line; write $${ for a plain ${");
    assertThatThrownBy(() -> expand("${a.b}"))
        .hasMessage("f.yaml:1: no meaning for ${a.b}; write ${NAME} or ${NAME:default}");
  }
}
