package io.sigyn.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
  private static JsonReader reader(String json) {
    return new JsonReader(json.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> tokens(String json) {
    JsonReader reader = reader(json);
    List<String> out = new ArrayList<>();
    while (reader.next() != JsonToken.END) {
      out.add(
          switch (reader.token()) {
            case BEGIN_OBJECT -> "{";
            case END_OBJECT -> "}";
            case BEGIN_ARRAY -> "[";
            case END_ARRAY -> "]";
            case NAME -> reader.string() + ":";
            case STRING -> "'" + reader.string() + "'";
            case NUMBER -> reader.string();
            case TRUE, FALSE, NULL -> reader.token().toString();
            case END -> throw new AssertionError();
          });
    }
    return out;
  }

  @Test
  void readsEveryKindOfToken() {
    assertThat(tokens(" {\"a\" : [1, -2.50e+3,\ttrue,false , null],\r\n\"b\":{},\"c\":\"x\",\"\":[]} "))
        .containsExactly(
            "{", "a:", "[", "1", "-2.50e+3", "true", "false", "null", "]", "b:", "{", "}", "c:", "'x'", ":", "[", "]",
            "}");
  }

  @Test
  void readsScalarsAtTheTop() {
    assertThat(tokens("7")).containsExactly("7");
    assertThat(tokens("\"x\"")).containsExactly("'x'");
    assertThat(tokens("null")).containsExactly("null");
  }

  @Test
  void handsOutStringsWithoutEscapesAsSlicesOfTheInput() {
    byte[] json = "[\"plain é\",\"tab\\t\"]".getBytes(StandardCharsets.UTF_8);
    JsonReader reader = new JsonReader(json);
    reader.expect(JsonToken.BEGIN_ARRAY);
    reader.expect(JsonToken.STRING);

    assertThat(reader.stringBytes()).isSameAs(json);
    assertThat(reader.stringFrom()).isEqualTo(2);
    assertThat(reader.stringTo()).isEqualTo(10);
    reader.expect(JsonToken.STRING);
    assertThat(reader.stringBytes()).isNotSameAs(json);
    assertThat(reader.string()).isEqualTo("tab\t");
  }

  @Test
  void undoesEveryEscape() {
    assertThat(tokens("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u6d77\\ud83d\\udea2\\u0000\""))
        .containsExactly("'\"\\/\b\f\n\r\tAé海🚢\0'");
  }

  @Test
  void readsALoneSurrogateAsReplacement() {
    for (String text : List.of("a\\ud83dz", "a\\udea2z", "a\\ud83d\\u0041z", "a\\ud83d", "\\ud83d\\n")) {
      String json = '"' + text + '"';
      JsonReader reader = reader(json);
      reader.next();
      assertThat(reader.hasLoneSurrogate()).as(json).isTrue();
      assertThat(reader.string()).as(json).contains("\ufffd");
    }
    JsonReader reader = reader("\"\\ud83d\\udea2\"");
    reader.next();
    assertThat(reader.hasLoneSurrogate()).isFalse();
  }

  @Test
  void copiesAStringStraightIntoTheCallersArray() {
    JsonReader reader = reader("[\"ab\",\"c\\nd\"]");
    reader.next();
    byte[] out = new byte[16];
    reader.next();
    int end = reader.copyString(out, 3);
    reader.next();
    assertThat(reader.stringBound()).isEqualTo(4);
    end = reader.copyString(out, end);
    assertThat(new String(out, 3, end - 3, StandardCharsets.UTF_8)).isEqualTo("abc\nd");
  }

  @Test
  void findsTheEndOfStringsOfEveryLengthAndPlace() {
    for (int n = 0; n < 40; n++) {
      for (int at = 0; at <= n; at++) {
        String text = "é~\u007fÿ".substring(0, n % 4) + "x".repeat(n);
        int cut = Math.min(at, text.length());
        String with = text.substring(0, cut) + "\\n" + text.substring(cut);
        assertThat(tokens("[\"" + text + "\",\"" + with + "\"]"))
            .containsExactly("[", "'" + text + "'", "'" + with.replace("\\n", "\n") + "'", "]");
      }
    }
  }

  @Test
  void walksMembersAndElementsAndSkipsTheRest() {
    JsonReader reader = reader("{\"skip\":{\"a\":[1,{\"b\":[]}]},\"KEEP\":[[1],2],\"last\":3}");
    List<String> seen = new ArrayList<>();
    reader.expect(JsonToken.BEGIN_OBJECT);
    while (reader.nextName()) {
      if (reader.stringEqualsIgnoreCase("keep")) {
        reader.expect(JsonToken.BEGIN_ARRAY);
        while (reader.nextElement()) {
          int from = reader.offset();
          reader.skipValue();
          seen.add(from + ".." + reader.position());
        }
      } else {
        seen.add(reader.string());
        reader.skipValue();
      }
    }
    assertThat(seen).containsExactly("skip", "35..38", "39..40", "last");
    reader.requireEnd();
  }

  @ParameterizedTest
  @CsvSource({
    "0,0", "-1,-1", "9223372036854775807,9223372036854775807", "-9223372036854775808,-9223372036854775808", "0007,7"
  })
  void readsIntegersOf64Bits(String text, long value) {
    JsonReader reader = reader('"' + text + '"');
    reader.next();
    assertThat(reader.longValue()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-", "1.5", "1e3", "9223372036854775808", "-9223372036854775809", "99999999999999999999", " 1", "+1"
      })
  void refusesWhatIsNoInteger(String text) {
    JsonReader reader = reader('"' + text + '"');
    reader.next();
    assertThatThrownBy(reader::longValue)
        .isInstanceOf(JsonSyntaxException.class)
        .hasMessageContaining("\"" + text + "\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | expected a value, found the end of input at byte 0",
        "{ | expected a member name or '}', found the end of input at byte 1",
        "{\"a\" 1} | expected ':', found '1' at byte 5",
        "{\"a\":1,} | expected a member name, found '}' at byte 7",
        "{\"a\":1 \"b\":2} | expected ',' or '}', found '\"' at byte 7",
        "[1,] | expected a value, found ']' at byte 3",
        "[1 2] | expected ',' or ']', found '2' at byte 3",
        "[1} | expected ',' or ']', found '}' at byte 2",
        "[01] | expected ',' or ']', found '1' at byte 2",
        "[-] | expected a digit, found ']' at byte 2",
        "[1.] | expected a digit, found ']' at byte 3",
        "[1e] | expected a digit, found ']' at byte 3",
        "[.5] | expected a value, found '.' at byte 1",
        "[+1] | expected a value, found '+' at byte 1",
        "[nul] | expected null, found ']' at byte 4",
        "[True] | expected a value, found 'T' at byte 1",
        "\"a | expected the end of the string that starts at byte 0, found the end of input at byte 2",
        "\"a\\x\" | expected an escape of JSON, found '\\' at byte 2",
        "\"\\u12g4\" | expected an escape of JSON, found '\\' at byte 1",
        "\"\\ | expected an escape of JSON, found '\\' at byte 1",
        "{a:1} | expected a member name or '}', found 'a' at byte 1",
        "// | expected a value, found '/' at byte 0",
      })
  void saysWhatWasExpectedAndWhatWasFoundAndWhere(String json, String message) {
    assertThatThrownBy(() -> tokens(json)).isInstanceOf(JsonSyntaxException.class).hasMessage(message);
  }

  @Test
  void refusesControlCharactersAndAByteOrderMark() {
    assertThatThrownBy(() -> tokens("\"a\nb\"")).hasMessageContaining("found byte 0x0a at byte 2");
    assertThatThrownBy(() -> tokens("\ufeff{}")).hasMessage("expected a value, found byte 0xef at byte 0");
  }

  @Test
  void boundsTheNesting() {
    String deep = "[".repeat(600) + "]".repeat(600);
    JsonSyntaxException thrown = catchThrowableOfType(JsonSyntaxException.class, () -> tokens(deep));
    assertThat(thrown.offset()).isEqualTo(512);
    assertThat(tokens("[".repeat(512) + "]".repeat(512))).hasSize(1024);
  }

  @Test
  void readsOnlyItsPartOfTheArray() {
    byte[] bytes = "xx[1,2]yy".getBytes(StandardCharsets.US_ASCII);
    JsonReader reader = new JsonReader(bytes, 2, 7);
    reader.next();
    reader.skipValue();
    reader.requireEnd();
    reader.reset(bytes, 2, 4);
    reader.next();
    assertThatThrownBy(reader::skipValue).hasMessage("expected ',' or ']', found the end of input at byte 4");
    reader.reset(bytes, 2, 9);
    reader.next();
    reader.skipValue();
    assertThat(reader.next()).isEqualTo(JsonToken.END);
    assertThatThrownBy(reader::requireEnd).hasMessage("expected nothing more, found 'y' at byte 7");
  }

  @Test
  void throwsNothingButSyntaxErrorsOnDamagedTexts() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] good =
        ("{\"streams\":[{\"stream\":{\"a\":\"b\\u00e9\\n\"},"
                + "\"values\":[[\"1\",\"x\\\"y\",{\"k\":\"v\"}],[-1.5e3,null,true]]}]}")
            .getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 20_000; round++) {
      byte[] bad = good.clone();
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        int c = random.nextBoolean() ? random.nextInt() : "\"\\{}[],:u0".charAt(random.nextInt(10));
        bad[random.nextInt(bad.length)] = (byte) c;
      }
      JsonReader reader = new JsonReader(bad, 0, random.nextInt(bad.length + 1));
      try {
        while (reader.next() != JsonToken.END) {
          if (reader.token() == JsonToken.STRING) {
            assertThat(reader.string()).isNotNull();
            assertThat(reader.stringTo() - reader.stringFrom()).isLessThanOrEqualTo(reader.stringBound());
          }
        }
      } catch (JsonSyntaxException e) {
        assertThat(e.offset()).as("seed %d round %d", seed, round).isBetween(0, bad.length);
      }
    }
  }
}
