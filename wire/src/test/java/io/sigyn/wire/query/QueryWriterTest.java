package io.sigyn.wire.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonToken;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.result.CacheStats;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryResult.LogEntry;
import io.sigyn.result.QueryResult.LogStream;
import io.sigyn.result.QueryStats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryWriterTest {
  private static final QueryStats NO_STATS = new QueryStats(new ScanStats(), 0, 0, 0);
  private static final Labels A = Labels.of("app", "a");
  private static final Labels NONE = Labels.EMPTY;

  private static LogEntry entry(long time, String line, Labels metadata, Labels parsed) {
    return new LogEntry(time, line.getBytes(StandardCharsets.UTF_8), metadata, parsed);
  }

  /** The answer with its statistics cut out. */
  private static String write(QueryResult result, List<String> warnings, String... flags) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    QueryWriter.result(result, NO_STATS, warnings, List.of(flags), out);
    String json = out.toString(StandardCharsets.UTF_8);
    int from = json.indexOf("\"stats\":{") + 9;
    int to = json.lastIndexOf("}}}");
    return json.substring(0, from) + json.substring(to);
  }

  private static String write(QueryResult result, String... flags) throws IOException {
    return write(result, List.of(), flags);
  }

  @Test
  void groupsStreamsByAllLabelsWithoutTheFlag() throws IOException {
    Labels info = Labels.of("level", "info", "trace_id", "t0");
    Labels warn = Labels.of("level", "warn");
    QueryResult result =
        new QueryResult.Streams(
            List.of(
                new LogStream(
                    A,
                    List.of(
                        entry(1, "one <b> é \"q\"", info, NONE),
                        entry(2, "two", warn, NONE),
                        entry(3, "three", info, NONE),
                        entry(4, "four", NONE, NONE),
                        entry(5, "five", info, Labels.of("n", "1", "level", "parsed")))),
                new LogStream(Labels.of("app", "b"), List.of(entry(9, "", NONE, NONE)))));

    assertThat(write(result))
        .isEqualTo(
            "{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"result\":["
                + "{\"stream\":{\"app\":\"a\"},\"values\":[[\"4\",\"four\"]]},"
                + "{\"stream\":{\"app\":\"a\",\"level\":\"info\",\"trace_id\":\"t0\"},\"values\":"
                + "[[\"1\",\"one <b> é \\\"q\\\"\"],[\"3\",\"three\"]]},"
                + "{\"stream\":{\"app\":\"a\",\"level\":\"parsed\",\"n\":\"1\",\"trace_id\":\"t0\"},\"values\":"
                + "[[\"5\",\"five\"]]},"
                + "{\"stream\":{\"app\":\"a\",\"level\":\"warn\"},\"values\":[[\"2\",\"two\"]]},"
                + "{\"stream\":{\"app\":\"b\"},\"values\":[[\"9\",\"\"]]}"
                + "],\"stats\":{}}}\n");
  }

  @Test
  void showsEmptyValuesThatAStageLeft() throws IOException {
    Labels parsed = Labels.ofSorted(new String[] {"a", "", "z", "1"});
    LogStream stream = new LogStream(Labels.of("app", "x"), List.of(entry(1, "one", Labels.of("m", "2"), parsed)));
    assertThat(write(new QueryResult.Streams(List.of(stream))))
        .contains("{\"stream\":{\"a\":\"\",\"app\":\"x\",\"m\":\"2\",\"z\":\"1\"},\"values\":[[\"1\",\"one\"]]}");
  }

  @Test
  void groupsStreamsByIndexLabelsWithTheFlag() throws IOException {
    QueryResult result =
        new QueryResult.Streams(
            List.of(
                new LogStream(
                    A,
                    List.of(
                        entry(1795380245279711599L, "x", Labels.of("level", "warn"), Labels.of("n", "1")),
                        entry(2, "y", NONE, Labels.of("n", "2")),
                        entry(3, "z", NONE, NONE)))));

    String values =
        "{\"stream\":{\"app\":\"a\"},\"values\":["
            + "[\"1795380245279711599\",\"x\",{\"structuredMetadata\":{\"level\":\"warn\"},\"parsed\":{\"n\":\"1\"}}],"
            + "[\"2\",\"y\",{\"parsed\":{\"n\":\"2\"}}],[\"3\",\"z\",{}]]}";
    assertThat(write(result, "categorize-labels"))
        .isEqualTo(
            "{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"encodingFlags\":[\"categorize-labels\"],"
                + "\"result\":["
                + values
                + "],\"stats\":{}}}\n");
    assertThat(write(result, "foo", " categorize-labels"))
        .contains("\"encodingFlags\":[\"foo\",\" categorize-labels\"]", values);
    assertThat(write(result, "foo")).contains("\"encodingFlags\":[\"foo\"]", "[\"3\",\"z\"]");
  }

  @Test
  void anEmptyResultIsAnEmptyListAndEchoesTheFlags() throws IOException {
    QueryResult none = new QueryResult.Streams(List.of());
    assertThat(write(none, "categorize-labels"))
        .contains("\"encodingFlags\":[\"categorize-labels\"],\"result\":[],\"stats\"");
    assertThat(write(none)).contains("\"resultType\":\"streams\",\"result\":[],\"stats\"");
    assertThat(write(new QueryResult.Matrix(List.of()), "categorize-labels"))
        .isEqualTo("{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[],\"stats\":{}}}");
  }

  @Test
  void storedStreamsThatMergeIntoOneAreOrderedByTime() throws IOException {
    Labels ab = Labels.of("app", "a", "b", "1");
    LogStream plain = new LogStream(ab, List.of(entry(9, "i", NONE, NONE), entry(4, "d", NONE, NONE)));
    LogStream withMetadata =
        new LogStream(A, List.of(entry(6, "f", Labels.of("b", "1"), NONE), entry(5, "e", Labels.of("b", "1"), NONE)));

    assertThat(write(new QueryResult.Streams(List.of(withMetadata, plain))))
        .contains("[[\"9\",\"i\"],[\"6\",\"f\"],[\"5\",\"e\"],[\"4\",\"d\"]]");
    LogStream forward = new LogStream(ab, List.of(entry(4, "d", NONE, NONE), entry(9, "i", NONE, NONE)));
    LogStream other = new LogStream(A, List.of(entry(6, "f", Labels.of("b", "1"), NONE)));
    assertThat(write(new QueryResult.Streams(List.of(other, forward))))
        .contains("[[\"4\",\"d\"],[\"6\",\"f\"],[\"9\",\"i\"]]");
  }

  @Test
  void replacesWhatIsNotUtf8() throws IOException {
    LogEntry bad = new LogEntry(1, new byte[] {'a', (byte) 0xfe, (byte) 0xff, 0x1b}, NONE, NONE);
    assertThat(write(new QueryResult.Streams(List.of(new LogStream(A, List.of(bad))))))
        .contains("[\"1\",\"a\\ufffd\\ufffd\\u001b\"]");
  }

  @Test
  void writesMetricResultsWithoutALineFeed() throws IOException {
    assertThat(
            write(
                new QueryResult.Matrix(
                    List.of(
                        new QueryResult.Series(
                            Labels.of("app", "a"),
                            new long[] {1795379119000L, 1795379119500L},
                            new double[] {3, 0.1 + 0.2}),
                        new QueryResult.Series(NONE, new long[0], new double[0])))))
        .isEqualTo(
            "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
                + "{\"metric\":{\"app\":\"a\"},\"values\":[[1795379119,\"3\"],[1795379119.5,\"0.30000000000000004\"]]},"
                + "{\"metric\":{},\"values\":[]}],\"stats\":{}}}");
    assertThat(
            write(new QueryResult.Vector(List.of(new QueryResult.Sample(A, 1795379095999L, Double.NaN)))))
        .contains("\"vector\",\"result\":[{\"metric\":{\"app\":\"a\"},\"value\":[1795379095.999,\"NaN\"]}]");
    assertThat(write(new QueryResult.Scalar(4_000_000_000_000L, 2)))
        .contains("\"resultType\":\"scalar\",\"result\":[4000000000,\"2\"]");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0", "1000, 1", "1500, 1.5", "1999, 1.999", "10, 0.01", "1, 0.001", "-1, -0.001", "-1500, -1.5", "-2000, -2",
    "1795379119120, 1795379119.12"
  })
  void writesTimesWithAsManyDecimalsAsNeeded(long millis, String text) {
    assertThat(QueryWriter.seconds(millis)).isEqualTo(text);
  }

  @Test
  void writesWarningsOutsideOfTheData() throws IOException {
    assertThat(write(new QueryResult.Vector(List.of()), List.of("a \"b\"", "c")))
        .startsWith("{\"status\":\"success\",\"warnings\":[\"a \\\"b\\\"\",\"c\"],\"data\":{");
  }

  @Test
  void writesListsOfNamesAndSeries() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    QueryWriter.strings(List.of("app", "env"), out);
    QueryWriter.strings(List.of(), out);
    QueryWriter.series(List.of(Labels.of("a", "1", "b", "2"), A), out);
    QueryWriter.series(List.of(), out);
    QueryWriter.strings(List.of("app"), List.of("careful"), out);
    QueryWriter.series(List.of(A), List.of("careful"), out);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"status":"success","data":["app","env"]}
            {"status":"success","data":[]}
            {"status":"success","data":[{"a":"1","b":"2"},{"app":"a"}]}
            {"status":"success","data":[]}
            {"status":"success","warnings":["careful"],"data":["app"]}
            {"status":"success","warnings":["careful"],"data":[{"app":"a"}]}
            """);
  }

  /** As when lines are counted without being read, and not when there were none. */
  @Test
  void statsTellOfNoWaitWhereThereWereLines() throws IOException {
    for (long lines : new long[] {0, 5}) {
      ScanStats scan = new ScanStats();
      scan.summarisedLines = lines;
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      QueryWriter.result(
          new QueryResult.Vector(List.of()), new QueryStats(scan, 1, 2, 3), List.of(), List.of(), out);
      assertThat(out.toString(StandardCharsets.UTF_8).contains("\"recvWaitTime\":0")).isEqualTo(lines > 0);
    }
  }

  @Test
  void statsTellWhatTheScanCounted() throws IOException {
    ScanStats scan = new ScanStats();
    scan.streams = 3;
    scan.blocksMatched = 10;
    scan.blocksDecoded = 4;
    scan.compressedBytes = 1000;
    scan.segmentBytes = 5000;
    scan.segmentLines = 50;
    scan.headBytes = 700;
    scan.headLines = 7;
    scan.metadataBytes = 300;
    scan.duplicates = 2;
    scan.postFilterLines = 20;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    QueryStats stats = new QueryStats(scan, 1_500_000, 500_000_000, 12, 3, new CacheStats(21, 22, 23, 24, 25, 26, 27, 28));
    QueryWriter.result(new QueryResult.Vector(List.of()), stats, List.of(), List.of(), out);
    Map<String, String> leaves = new TreeMap<>();
    JsonReader reader = new JsonReader(out.toByteArray());
    reader.next();
    leaves("", reader, leaves);

    assertThat(leaves)
        .containsEntry("/data/stats/summary/totalBytesProcessed", "6000")
        .containsEntry("/data/stats/summary/totalLinesProcessed", "57")
        .containsEntry("/data/stats/summary/bytesProcessedPerSecond", "12000")
        .containsEntry("/data/stats/summary/linesProcessedPerSecond", "114")
        .containsEntry("/data/stats/summary/execTime", "0.5")
        .containsEntry("/data/stats/summary/queueTime", "0.0015")
        .containsEntry("/data/stats/summary/totalEntriesReturned", "12")
        .containsEntry("/data/stats/summary/totalPostFilterLines", "20")
        .containsEntry("/data/stats/summary/totalStructuredMetadataBytesProcessed", "300")
        .containsEntry("/data/stats/querier/store/totalChunksRef", "10")
        .containsEntry("/data/stats/querier/store/totalChunksDownloaded", "4")
        .containsEntry("/data/stats/querier/store/chunk/compressedBytes", "1000")
        .containsEntry("/data/stats/querier/store/chunk/decompressedBytes", "5000")
        .containsEntry("/data/stats/querier/store/chunk/decompressedLines", "50")
        .containsEntry("/data/stats/querier/store/chunk/headChunkBytes", "0")
        .containsEntry("/data/stats/querier/store/chunk/totalDuplicates", "2")
        .containsEntry("/data/stats/querier/store/queryReferencedStructuredMetadata", "true")
        .containsEntry("/data/stats/querier/querierExecTime", "0.5")
        .containsEntry("/data/stats/ingester/store/chunk/headChunkBytes", "700")
        .containsEntry("/data/stats/ingester/store/chunk/headChunkLines", "7")
        .containsEntry("/data/stats/ingester/store/chunk/decompressedBytes", "0")
        .containsEntry("/data/stats/ingester/totalLinesSent", "7")
        .containsEntry("/data/stats/ingester/recvWaitTime", "0")
        .containsEntry("/data/stats/index/totalStreams", "3")
        .containsEntry("/data/stats/index/usedBloomFilters", "false")
        .containsEntry("/data/stats/summary/splits", "3")
        .containsEntry("/data/stats/cache/result/entriesRequested", "21")
        .containsEntry("/data/stats/cache/result/entriesFound", "22")
        .containsEntry("/data/stats/cache/result/entriesStored", "23")
        .containsEntry("/data/stats/cache/result/bytesReceived", "24")
        .containsEntry("/data/stats/cache/result/bytesSent", "25")
        .containsEntry("/data/stats/cache/result/requests", "26")
        .containsEntry("/data/stats/cache/result/downloadTime", "27")
        .containsEntry("/data/stats/cache/result/queryLengthServed", "28")
        .containsEntry("/data/stats/cache/instantMetricResult/queryLengthServed", "0");
    // 12 summary, 2 x 30 store, 1 querier, 5 ingester, 8 x 8 caches, 7 index, resultType, status.
    assertThat(leaves).hasSize(151);
  }

  private static void leaves(String path, JsonReader reader, Map<String, String> out) {
    if (reader.token() == JsonToken.BEGIN_OBJECT) {
      while (reader.nextName()) {
        String name = reader.string();
        reader.next();
        leaves(path + "/" + name, reader, out);
      }
    } else if (reader.token() == JsonToken.BEGIN_ARRAY) {
      reader.skipValue();
    } else {
      boolean text = reader.token() == JsonToken.STRING || reader.token() == JsonToken.NUMBER;
      out.put(path, text ? reader.string() : reader.token().toString());
    }
  }

  @Test
  void passesTheFailureOfTheStreamOn() {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("connection reset");
          }
        };
    List<String> many = java.util.Collections.nCopies(20_000, "value");
    assertThatThrownBy(() -> QueryWriter.strings(many, broken))
        .isInstanceOf(IOException.class)
        .hasMessage("connection reset");
    assertThatThrownBy(() -> QueryWriter.strings(List.of(), broken)).isInstanceOf(IOException.class);
  }
}
