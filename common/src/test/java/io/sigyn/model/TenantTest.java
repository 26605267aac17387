package io.sigyn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TenantTest {
  @Test
  void acceptsTheWholeAlphabet() {
    assertThat(new Tenant("azAZ09!-_.*'()").id()).isEqualTo("azAZ09!-_.*'()");
    assertThat(new Tenant("x".repeat(150)).id()).hasSize(150);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "a/b | tenant ID 'a/b' contains unsupported character '/'",
        ". | tenant ID is '.' or '..'",
        ".. | tenant ID is '.' or '..'",
      })
  void refusesWithLokisWords(String id, String text) {
    assertThatThrownBy(() -> new Tenant(id)).isInstanceOf(LokiException.class).hasMessage(text);
  }

  @Test
  void refusesEmptyAndLong() {
    assertThatThrownBy(() -> new Tenant(""))
        .isInstanceOfSatisfying(
            LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAUTHENTICATED));
    assertThatThrownBy(() -> new Tenant("x".repeat(151)))
        .hasMessage("tenant ID is too long: max 150 characters");
  }
}
