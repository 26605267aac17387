package io.sigyn.wire.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "application/json | application/json",
        "~ Application/JSON ~ | application/json",
        "application/json; charset=utf-8 | application/json",
        "application/json;charset=\"utf-8\" ; x=y | application/json",
        "application/json; | application/json",
        "application/x-protobuf | application/x-protobuf",
        "text/plain; a=1; a=1 | text/plain",
        "text/plain; a=\"q\\\"x;\" | text/plain",
        "json | json",
      })
  void readsTheTypeWithoutItsParameters(String header, String type) {
    assertThat(MediaType.of(header)).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~~ | no media type",
        "~  ~ | no media type",
        "; charset=utf-8 | no media type",
        "application/json;; | invalid media parameter",
        "application/json; charset | invalid media parameter",
        "application/json; charset= | invalid media parameter",
        "application/json; charset=\"utf | invalid media parameter",
        "application/json; a=1; a=2 | duplicate parameter name",
        "application json | expected slash after first token",
        "application/ | expected token after slash",
        "application/json text | unexpected content after media subtype",
      })
  void complainsInGosWords(String header, String message) {
    assertThatThrownBy(() -> MediaType.of(header)).hasMessage("mime: " + message);
  }
}
