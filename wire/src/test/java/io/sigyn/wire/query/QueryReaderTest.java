package io.sigyn.wire.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryResult.LogEntry;
import io.sigyn.result.QueryResult.LogStream;
import io.sigyn.result.QueryStats;
import io.sigyn.testkit.Seeded;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryReaderTest {
  private static byte[] utf8(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] written(QueryResult result, String... flags) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      QueryWriter.result(
          result, new QueryStats(new ScanStats(), 1, 2, 3), List.of("careful"), List.of(flags), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A result as text, since arrays have no equality. */
  private static List<String> show(QueryResult result) {
    List<String> out = new ArrayList<>();
    switch (result) {
      case QueryResult.Streams s -> {
        for (LogStream stream : s.streams()) {
          out.add(stream.labels().toString());
          for (LogEntry e : stream.entries()) {
            out.add(e.timestamp() + new String(e.line(), StandardCharsets.UTF_8) + e.metadata() + e.parsed());
          }
        }
      }
      case QueryResult.Matrix m ->
          m.series()
              .forEach(
                  s ->
                      out.add(
                          s.labels()
                              + java.util.Arrays.toString(s.times())
                              + java.util.Arrays.toString(s.values())));
      case QueryResult.Vector v -> v.samples().forEach(s -> out.add(s.toString()));
      case QueryResult.Scalar s -> out.add(s.toString());
    }
    return out;
  }

  @Test
  void readsEntriesOfTwoAndOfThreeElements() {
    QueryResult result =
        QueryReader.result(
            utf8(
                """
                {"status":"success","data":{"stats":{"x":[1,{}]},"result":[{"values":[
                  ["1795380245279711599","two \\u003cb\\u003e"],["2","three",{}],
                  ["3","all",{"parsed":{"n":"1"},"other":1,"structuredMetadata":{"level":"warn"}},4]],
                  "stream":{"app":"a"},"more":null}],"resultType":"streams"}}
                """));
    assertThat(show(result))
        .containsExactly(
            "{app=\"a\"}", "1795380245279711599two <b>{}{}", "2three{}{}", "3all{level=\"warn\"}{n=\"1\"}");
  }

  @Test
  void readsTimesInSecondsToTheMillisecond() {
    QueryResult result =
        QueryReader.result(
            utf8(
                "{\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"a\":\"b\"},\"values\":"
                    + "[[1795379119,\"3\"],[1795379119.5,\"+Inf\"],[1795379119.123999,\"-0.5\"],[1.5e9,\"NaN\"]]}]}}"));
    assertThat(show(result))
        .containsExactly(
            "{a=\"b\"}[1795379119000, 1795379119500, 1795379119124, 1500000000000][3.0, Infinity, -0.5, NaN]");
  }

  @Test
  void aMissingListIsEmpty() {
    assertThat(QueryReader.strings(utf8("{\"status\":\"success\"}"))).isEmpty();
    assertThat(QueryReader.strings(utf8("{\"data\":null}"))).isEmpty();
    assertThat(QueryReader.strings(utf8("{\"data\":[\"a\",\"b\"]}"))).containsExactly("a", "b");
    assertThat(QueryReader.series(utf8("{\"status\":\"success\"}"))).isEmpty();
    assertThat(QueryReader.series(utf8("{\"data\":[{\"a\":\"b\"},{}]}")))
        .containsExactly(Labels.of("a", "b"), Labels.EMPTY);
    assertThat(QueryReader.warnings(utf8("{\"data\":[]}"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not json",
        "[]",
        "{\"status\":\"success\"}",
        "{\"data\":[]}",
        "{\"data\":{}}",
        "{\"data\":{\"resultType\":\"streams\"}}",
        "{\"data\":{\"resultType\":\"table\",\"result\":[]}}",
        "{\"data\":{\"result\":[]}}",
        "{\"data\":{\"resultType\":\"streams\",\"result\":{}}}",
        "{\"data\":{\"resultType\":\"streams\",\"result\":[{\"stream\":[]}]}}",
        "{\"data\":{\"resultType\":\"streams\",\"result\":[{\"values\":[[1,\"x\"]]}]}}",
        "{\"data\":{\"resultType\":\"streams\",\"result\":[{\"values\":[[\"x\",\"x\"]]}]}}",
        "{\"data\":{\"resultType\":\"vector\",\"result\":[{\"value\":[1,2]}]}}",
        "{\"data\":{\"resultType\":\"vector\",\"result\":[{\"value\":[1,\"two\"]}]}}",
        "{\"data\":{\"resultType\":\"vector\",\"result\":[{\"value\":[1e999999999,\"2\"]}]}}",
        "{\"data\":{\"resultType\":\"vector\",\"result\":[{\"value\":[1e-999999999,\"2\"]}]}}",
        "{\"data\":{\"resultType\":\"vector\",\"result\":[{\"value\":[1e99999999999,\"2\"]}]}}",
        "{\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"2\",3]}}"
      })
  void refusesWhatIsNoAnswer(String json) {
    assertThatThrownBy(() -> QueryReader.result(utf8(json)))
        .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INTERNAL))
        .hasMessageStartingWith("the server's answer cannot be read: ");
  }

  @Seeded(rounds = 100)
  void answersComeBackAsTheyWere(RandomGenerator random) {
    QueryResult result =
        switch (random.nextInt(4)) {
          case 0 -> streams(random);
          case 1 -> {
            List<QueryResult.Series> series = new ArrayList<>();
            for (int i = random.nextInt(5); i > 0; i--) {
              int n = random.nextInt(40);
              series.add(
                  new QueryResult.Series(
                      labels(random), random.longs(n, 0, 4_000_000_000_000L).toArray(), random.doubles(n).toArray()));
            }
            yield new QueryResult.Matrix(series);
          }
          case 2 -> {
            List<QueryResult.Sample> samples = new ArrayList<>();
            for (int i = random.nextInt(20); i > 0; i--) {
              double value = Double.longBitsToDouble(random.nextLong());
              samples.add(new QueryResult.Sample(labels(random), random.nextLong(4_000_000_000_000L), value));
            }
            yield new QueryResult.Vector(samples);
          }
          default -> new QueryResult.Scalar(random.nextLong(4_000_000_000_000L), random.nextGaussian());
        };
    byte[] json = written(result, QueryWriter.CATEGORIZE_LABELS);
    assertThat(show(QueryReader.result(json))).isEqualTo(show(result));
    assertThat(QueryReader.warnings(json)).containsExactly("careful");
  }

  @Seeded(rounds = 50)
  void mergedStreamsKeepEveryEntry(RandomGenerator random) {
    QueryResult.Streams result = streams(random);
    QueryResult read = QueryReader.result(written(result));
    List<String> expected = new ArrayList<>();
    for (LogStream stream : result.streams()) {
      for (LogEntry e : stream.entries()) {
        Labels.Builder all = stream.labels().toBuilder();
        e.metadata().forEach(all::set);
        e.parsed().forEach(all::set);
        expected.add(all.build() + " " + e.timestamp() + new String(e.line(), StandardCharsets.UTF_8));
      }
    }
    List<String> seen = new ArrayList<>();
    for (LogStream stream : ((QueryResult.Streams) read).streams()) {
      for (LogEntry e : stream.entries()) {
        seen.add(stream.labels() + " " + e.timestamp() + new String(e.line(), StandardCharsets.UTF_8));
      }
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Seeded(rounds = 200)
  void throwsNothingElseOnDamagedAnswers(RandomGenerator random) {
    byte[] json = written(streams(random), QueryWriter.CATEGORIZE_LABELS);
    for (int i = random.nextInt(1, 6); i > 0; i--) {
      json[random.nextInt(json.length)] = (byte) "\"\\{}[]:,0u".charAt(random.nextInt(10));
    }
    try {
      assertThat(QueryReader.result(json)).isNotNull();
    } catch (LokiException e) {
      assertThat(e.kind()).isEqualTo(ErrorKind.INTERNAL);
    }
  }

  @Seeded(rounds = 50)
  void readsTheFramesOfTails(RandomGenerator random) {
    boolean categorized = random.nextBoolean();
    List<String> flags = categorized ? List.of(QueryWriter.CATEGORIZE_LABELS) : List.of();
    List<TailWriter.TailedEntry> entries = new ArrayList<>();
    for (LogStream stream : streams(random).streams()) {
      stream.entries().forEach(entry -> entries.add(new TailWriter.TailedEntry(stream.labels(), entry)));
    }
    List<DroppedEntry> dropped = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      dropped.add(new DroppedEntry(random.nextLong(), labels(random)));
    }

    TailFrame frame = QueryReader.tail(TailWriter.of(flags).frame(entries, dropped));

    List<LogStream> expected = new ArrayList<>();
    for (TailWriter.TailedEntry tailed : entries) {
      LogEntry entry = tailed.entry();
      expected.add(
          categorized
              ? new LogStream(tailed.stream(), List.of(entry))
              : new LogStream(
                  StreamsWriter.labels(tailed.stream(), entry),
                  List.of(new LogEntry(entry.timestamp(), entry.line(), Labels.EMPTY, Labels.EMPTY))));
    }
    assertThat(show(new QueryResult.Streams(frame.streams()))).isEqualTo(show(new QueryResult.Streams(expected)));
    assertThat(frame.dropped()).isEqualTo(dropped);
  }

  @Test
  void aFrameMayLackAnythingButMustBeAnObject() {
    assertThat(QueryReader.tail(utf8("{\"dropped_entries\":null,\"more\":[1]}")))
        .isEqualTo(new TailFrame(List.of(), List.of()));
    for (String wrong : List.of("", "[]", "{\"streams\":1}", "{\"streams\":[1]}", "{\"dropped_entries\":[1]}", "{\"dropped_entries\":[{\"timestamp\":1}]}")) {
      assertThatThrownBy(() -> QueryReader.tail(utf8(wrong)))
          .as(wrong)
          .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INTERNAL));
    }
  }

  private static QueryResult.Streams streams(RandomGenerator random) {
    List<LogStream> streams = new ArrayList<>();
    for (int s = random.nextInt(4); s > 0; s--) {
      List<LogEntry> entries = new ArrayList<>();
      for (int e = random.nextInt(20); e > 0; e--) {
        byte[] line = utf8("line \"" + Character.toString(random.nextInt(0xd800)) + "\n" + random.nextInt());
        entries.add(new LogEntry(random.nextLong(), line, labels(random), labels(random)));
      }
      streams.add(new LogStream(labels(random), entries));
    }
    return new QueryResult.Streams(streams);
  }

  private static Labels labels(RandomGenerator random) {
    Labels.Builder builder = Labels.builder();
    for (int i = random.nextInt(4); i > 0; i--) {
      builder.set("n" + random.nextInt(4), "v\t" + random.nextInt(3));
    }
    return builder.build();
  }
}
