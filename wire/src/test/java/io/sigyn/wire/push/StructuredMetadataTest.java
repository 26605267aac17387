package io.sigyn.wire.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StructuredMetadataTest {
  private static String name(String raw) {
    byte[] utf8 = PushBodies.utf8(raw);
    return StructuredMetadata.name(utf8, 0, utf8.length);
  }

  @ParameterizedTest
  @CsvSource({
    "k.dot-dash, k_dot_dash", "1x, key_1x", "__y, _y", "e f, e_f", "__x__, __x__", "_single, _single",
    "trace_id, trace_id",
    "a..--b, a_b", "a__b, a_b", "y__, y_", "__a.b__, __a_b__", "é1, _1", "naïve, na_ve", "UPPER, UPPER", "9, key_9",
    "_1, _1", "x🚢y, x_y"
  })
  void makesNamesThatQueriesCanName(String raw, String clean) {
    assertThat(name(raw)).isEqualTo(clean);
    assertThat(name(clean)).isEqualTo(clean);
  }

  @Test
  void refusesNamesOfWhichNothingIsLeft() {
    assertThatThrownBy(() -> name(""))
        .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.BAD_REQUEST))
        .hasMessage("label name is empty");
    assertThatThrownBy(() -> name("___"))
        .hasMessage("normalization for label name \"___\" resulted in invalid name \"_\"");
    assertThatThrownBy(() -> name("é"))
        .hasMessage("normalization for label name \"é\" resulted in invalid name \"_\"");
    assertThatThrownBy(() -> name("-".repeat(200))).hasMessageContaining("resulted in invalid name \"_\"");
  }

  @Test
  void putsSpacesWhereBytesAreNotUtf8() {
    byte[] value = {'a', -1, (byte) 0xc3, 'b', (byte) 0xef, (byte) 0xbf, (byte) 0xbd, (byte) 0xc3, (byte) 0xa9};
    assertThat(StructuredMetadata.value(value, 0, value.length)).isEqualTo("a  b é");
  }

  @Test
  void leavesEmptyValuesOutAndLetsTheLastNameWin() {
    Labels.Builder builder = Labels.builder();
    String[] pairs = {"a.b", "1", "c", "", "a-b", "2", "a_b", ""};
    for (int i = 0; i < pairs.length; i += 2) {
      byte[] name = PushBodies.utf8(pairs[i]);
      byte[] value = PushBodies.utf8(pairs[i + 1]);
      StructuredMetadata.add(builder, name, 0, name.length, value, 0, value.length);
    }
    assertThat(builder.build()).isEqualTo(Labels.of("a_b", "2"));
  }
}
