package io.sigyn.wire.push;

import static io.sigyn.wire.push.PushBodies.show;
import static io.sigyn.wire.push.PushBodies.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.EntryBatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPushTest {
  private static final int MAX = 1 << 20;

  private static EntryBatch read(String json) {
    byte[] body = utf8(json);
    return PushReader.read(body, body.length, "application/json; charset=utf-8", "", MAX);
  }

  private static EntryBatch readLegacy(String json) {
    byte[] body = utf8(json);
    return PushReader.readLegacy(body, body.length, "application/json", "", MAX, new ArrayList<>(), new PushScratch());
  }

  private static String values(String values) {
    return "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":" + values + "}]}";
  }

  private static String labels(String labels) {
    return "{\"streams\":[{\"stream\":" + labels + ",\"values\":[[\"1\",\"x\"]]}]}";
  }

  @Test
  void readsStreamsEntriesAndMetadata() {
    assertThat(
            show(
                read(
                    """
                    {"streams": [
                      {"stream": {"app": "web", "env": "prod"},
                       "values": [["1795380245279711599", "line one"],
                                  ["1795380245279711600", "line \\"two\\"\\u0000\\ud83d\\udea2",
                                   {"trace.id": "abc", "e": ""}]]},
                      {"stream": {}, "values": [["-5", "é"]]}]}
                    """)))
        .containsExactly(
            "{app=\"web\", env=\"prod\"}",
            "1795380245279711599 line one",
            "1795380245279711600 line \"two\"\0🚢 {trace_id=\"abc\"}",
            "{}",
            "-5 é");
  }

  @Test
  void readsMembersInAnyOrderAndSkipsUnknownOnes() {
    assertThat(
            show(
                read(
                    """
                    {"more":{"a":[1,2]},"STREAMS":[{"extra":1,"values":[["1","first"],["2","second",{"k":"v"},5,[6]]],
                     "stream":{"a":"b"},"Values":7}]} trailing {{{"""
                        .replace("\n", ""))))
        .containsExactly("{a=\"b\"}", "1 first", "2 second {k=\"v\"}");
  }

  @Test
  void namesInsideAStreamAreEqualInTheirCaseOnly() {
    assertThat(show(read("{\"Streams\":[{\"Stream\":{\"a\":\"b\"},\"Values\":[[\"1\",\"x\"]]}]}")))
        .containsExactly("{}");
  }

  @Test
  void theLastListOfStreamsWins() {
    assertThat(
            show(
                read(
                    "{\"streams\":[{\"stream\":{\"a\":\"1\"},\"values\":[[\"1\",\"x\"]]}],"
                        + "\"streams\":[{\"stream\":{\"a\":\"2\"},\"values\":[[\"2\",\"y\"]]}]}")))
        .containsExactly("{a=\"2\"}", "2 y");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null", "[null]", "[null,null]"})
  void acceptsStreamsWithoutEntries(String none) {
    assertThat(show(read(values(none)))).containsExactly("{a=\"b\"}");
  }

  @Test
  void readsShortEntries() {
    assertThat(show(read(values("[[\"5\"],[],[\"6\",\"\"]]"))))
        .containsExactly("{a=\"b\"}", "5 ", PushReader.NO_TIME + " ", "6 ");
  }

  @Test
  void keepsValuesOfLabelsThatAreNoStringsAsTheirJson() {
    assertThat(show(read(labels("{\"a\":5,\"b\":true,\"c\":null,\"d\":{\"x\": [1]},\"e\":1.50}"))))
        .first()
        .isEqualTo("{a=\"5\", b=\"true\", c=\"null\", d=\"{\\\"x\\\": [1]}\", e=\"1.50\"}");
  }

  @Test
  void dropsEmptyLabelsAndLetsTheLastOfEqualNamesWin() {
    assertThat(show(read(labels("{\"a\":\"\",\"b\":\"x\",\"b\":\"y\"}")))).first().isEqualTo("{b=\"y\"}");
  }

  @Test
  void keepsBytesThatAreNotUtf8InLines() {
    byte[] body = utf8(values("[[\"1\",\"a?b\"]]"));
    for (int i = 0; i < body.length; i++) {
      if (body[i] == '?') {
        body[i] = (byte) 0xff;
      }
    }
    EntryBatch batch = PushReader.read(body, body.length, "application/json", "", MAX);
    assertThat(batch.arena()).startsWith('a', 0xff, 'b');
  }

  @Test
  void doesNotReferToTheBodyAfterwards() {
    byte[] body = utf8(values("[[\"1\",\"line\",{\"k\":\"v\"}],[\"2\",\"line\",{\"k\":\"v\"}]]"));
    EntryBatch batch = PushReader.read(body, body.length, "application/json", "", MAX);
    java.util.Arrays.fill(body, (byte) 0);
    assertThat(show(batch)).containsExactly("{a=\"b\"}", "1 line {k=\"v\"}", "2 line {k=\"v\"}");
    assertThat(batch.metadata(0)).isSameAs(batch.metadata(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "{\"a-b\":\"1\"} ~ 1:3: parse error: unexpected character inside braces: '-'",
        "{\"z\":\"2\",\"a.b\":\"1\"} ~ 1:3: parse error: unexpected character inside braces: '.'",
        "{\"1a\":\"1\"} ~ 1:2: parse error: unexpected character inside braces: '1'",
        "{\"é\":\"1\"} ~ 1:2: parse error: unexpected character inside braces: 'é'",
        "{\"\":\"1\"} ~ 1:2: parse error: unexpected \"=\" in label set, expected identifier or \"}\"",
        "{\"a b\":\"1\"} ~ 1:4: parse error: unexpected identifier \"b\" in label set, expected \"=\"",
        "{\"a:b\":\"1\"} ~ 1:3: parse error: unexpected character inside braces: ':'",
      })
  void complainsAboutNamesOfLabelsInPrometheusWords(String labels, String message) {
    assertThatThrownBy(() -> read(labels(labels)))
        .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.BAD_REQUEST))
        .hasMessage("couldn't parse labels: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "^^ ~ EOF",
        "^ \n ^ ~ EOF",
        "{ ~ push JSON: expected a member name or '}', found the end of input at byte 1",
        "[] ~ push JSON: expected an object, found an array at byte 0",
        "\"x\" ~ push JSON: expected an object, found a string at byte 0",
        "{\"streams\":{}} ~ push JSON: expected an array of streams, found an object at byte 11",
        "{\"streams\":[null]} ~ push JSON: expected a stream, found null at byte 12",
        "{\"streams\":[5]} ~ push JSON: expected a stream, found a number at byte 12",
        "{\"streams\":[{\"stream\":\"{}\"}]} ~ push JSON: expected an object of labels, found a string at byte 22",
        "{\"streams\":[{\"values\":{}}]} ~ push JSON: expected an array of entries, found an object at byte 22",
      })
  void saysWhatIsWrongAndWhere(String json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.BAD_REQUEST))
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "[\"x\"] ~ expected an entry, which is an array, found a string at byte 43",
        "[{\"ts\":\"1\"}] ~ expected an entry, which is an array, found an object at byte 43",
        "[[5,\"x\"]] ~ expected a timestamp, which is a string, found a number at byte 44",
        "[[\"\",\"x\"]] ~ expected an integer of 64 bits, found \"\" at byte 44",
        "[[\"1.5\",\"x\"]] ~ expected an integer of 64 bits, found \"1.5\" at byte 44",
        "[[\"9223372036854775808\"]] ~ expected an integer of 64 bits, found \"9223372036854775808\" at byte 44",
        "[[\"1\",5]] ~ expected a line, which is a string, found a number at byte 48",
        "[[\"1\",null]] ~ expected a line, which is a string, found null at byte 48",
        "[[\"1\",\"x\",\"y\"]] ~ expected an object of structured metadata, found a string at byte 52",
        "[[\"1\",\"x\",null]] ~ expected an object of structured metadata, found null at byte 52",
        "[[\"1\",\"x\",{\"a\":true}]] ~ expected a value of metadata, which is a string, found true at byte 57",
        "[[\"1\",\"x\",{\"a\":{}}]] ~ expected a value of metadata, which is a string, found an object at byte 57",
        "[[\"1\",\"x\",]] ~ expected a value, found ']' at byte 52",
      })
  void saysWhatIsWrongWithAnEntry(String values, String message) {
    assertThatThrownBy(() -> read("{\"streams\":[{\"stream\":{\"a\":\"bb\"},\"values\":" + values + "}]}"))
        .hasMessage("push JSON: " + message);
  }

  @Test
  void refusesMembersOfAStreamThatAreGivenTwice() {
    assertThatThrownBy(() -> read("{\"streams\":[{\"stream\":{},\"values\":[],\"values\":[]}]}"))
        .hasMessage("push JSON: expected a member that was not given before, found a member name at byte 37");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null", "{\"streams\":null}", "{\"streams\":[]}"})
  void refusesARequestWithoutStreams(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNPROCESSABLE))
        .hasMessage("error at least one valid stream is required for ingestion");
  }

  @Test
  void refusesHalfASurrogatePairInALabelAndRepairsItInALine() {
    assertThatThrownBy(() -> read(labels("{\"a\":\"\\ud83d\"}"))).hasMessageContaining("half of a surrogate pair");
    assertThat(show(read(values("[[\"1\",\"x\\ud83dy\"]]")))).last().isEqualTo("1 x\ufffdy");
  }

  @Test
  void refusesNamesOfMetadataOfWhichNothingIsLeft() {
    assertThatThrownBy(() -> read(values("[[\"1\",\"x\",{\"\":\"v\"}]]"))).hasMessage("label name is empty");
  }

  @Test
  void readsTheOldShapeOnTheOldPath() {
    assertThat(
            show(
                readLegacy(
                    """
                    {"streams":[{"labels":"{app=\\"web\\"}",
                      "entries":[{"ts":"2026-11-22T20:44:15.1Z","line":"text","structuredMetadata":{"k":"v"}},
                                 {"line":"no time"},{"ts":"1970-01-01T01:00:00+01:00"}]},
                     {"entries":[{"ts":"1970-01-01T00:00:01Z","line":"before"}],"labels":"{b=\\"2\\"}"}]}
                    """)))
        .containsExactly(
            "{app=\"web\"}",
            "1795380255100000000 text {k=\"v\"}",
            PushReader.NO_TIME + " no time",
            "0 ",
            "{b=\"2\"}",
            "1000000000 before");
  }

  @Test
  void eachPathReadsStreamsWithoutEntriesFromTheShapeOfTheOther() {
    assertThat(show(readLegacy(values("[[\"1\",\"x\"]]")))).containsExactly("{}");
    assertThat(show(read("{\"streams\":[{\"labels\":\"{a=\\\"b\\\"}\",\"entries\":[{\"line\":\"x\"}]}]}")))
        .containsExactly("{}");
  }

  @Test
  void refusesWrongTimesOfTheOldShape() {
    assertThatThrownBy(
            () -> readLegacy("{\"streams\":[{\"labels\":\"{}\",\"entries\":[{\"ts\":\"yesterday\",\"line\":\"x\"}]}]}"))
        .hasMessageStartingWith("parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": ");
  }

  @Test
  void handsOutStreamsWithARepeatedNameOfTheOldShape() {
    byte[] body = utf8("{\"streams\":[{\"labels\":\"{a=\\\"1\\\",a=\\\"2\\\"}\",\"entries\":[{\"line\":\"x\"}]}]}");
    List<RefusedStream> refused = new ArrayList<>();
    EntryBatch batch = PushReader.readLegacy(body, body.length, "application/json", "", MAX, refused, new PushScratch());
    assertThat(batch.streams()).isZero();
    assertThat(refused).hasSize(1);
    assertThat(refused.getFirst().entries()).isEqualTo(1);
  }
}
