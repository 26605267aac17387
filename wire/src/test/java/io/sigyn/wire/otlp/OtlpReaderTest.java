package io.sigyn.wire.otlp;

import static io.sigyn.wire.otlp.OtlpBodies.message;
import static io.sigyn.wire.otlp.OtlpBodies.protobuf;
import static io.sigyn.wire.otlp.OtlpBodies.rec;
import static io.sigyn.wire.otlp.OtlpBodies.resource;
import static io.sigyn.wire.otlp.OtlpBodies.show;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.model.EntryBatch;
import io.sigyn.testkit.Seeded;
import io.sigyn.wire.otlp.OtlpBodies.Rec;
import io.sigyn.wire.otlp.OtlpBodies.Resource;
import io.sigyn.wire.otlp.OtlpBodies.Scope;
import io.sigyn.wire.otlp.OtlpMapping.Action;
import io.sigyn.wire.otlp.OtlpMapping.Rule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpReaderTest {
  private static final int MAX = 1 << 20;
  private static final long NOW = 77;
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";
  private static final OtlpMapping MAPPING =
      new OtlpMapping(
          List.of(label("service.name", "k8s.job.name", "k8s.pod.name")),
          List.of(),
          List.of(),
          false,
          List.of("k8s_job_name"));

  private static Rule label(String... names) {
    return new Rule(Action.INDEX_LABEL, List.of(names), Optional.empty());
  }

  private static EntryBatch read(byte[] body, String type, String encoding, OtlpMapping mapping) {
    return OtlpReader.read(body, body.length, type, encoding, MAX, mapping, NOW);
  }

  private static EntryBatch read(Resource... resources) {
    return read(protobuf(List.of(resources), false), PROTOBUF, "", MAPPING);
  }

  private static EntryBatch json(String text) {
    return read(text.getBytes(StandardCharsets.UTF_8), JSON, "", MAPPING);
  }

  @Test
  void mapsResourceScopeAndRecord() {
    Rec rec =
        new Rec(
            5,
            6,
            9,
            "Info",
            "hello otlp",
            Map.of("http.method", "GET", "ok", true, "ratio", 0.25, "n", 200L),
            3,
            1,
            new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
            new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) 0xfe});
    Scope scope = new Scope("my.scope", "1.2", Map.of("sc.attr", "x"), 4, List.of(rec));
    EntryBatch batch = read(new Resource(Map.of("service.name", "shop", "host.name", "h1"), List.of(scope)));
    assertThat(show(batch))
        .containsExactly(
            "{service_name=\"shop\"}",
            "5 hello otlp {dropped_attributes_count=\"3\", flags=\"1\", host_name=\"h1\", http_method=\"GET\", n=\"200\","
                + " observed_timestamp=\"6\", ok=\"true\", ratio=\"0.25\", sc_attr=\"x\","
                + " scope_dropped_attributes_count=\"4\", scope_name=\"my.scope\", scope_version=\"1.2\","
                + " severity_number=\"9\", severity_text=\"Info\", span_id=\"00000000000000fe\","
                + " trace_id=\"0102030405060708090a0b0c0d0e0f10\"}");
  }

  @Test
  void bodiesOfEveryKindBecomeLines() {
    Map<String, Object> nested = new LinkedHashMap<>();
    nested.put("z", List.of(1L, "two", false, 1e21, Double.NEGATIVE_INFINITY));
    nested.put("a", Map.of("html", "<&>"));
    EntryBatch batch =
        read(
            resource(
                Map.of("service.name", "s"),
                rec(1, "plain é", Map.of()),
                rec(2, nested, Map.of()),
                rec(3, 42L, Map.of()),
                rec(4, 1e-7, Map.of()),
                rec(5, true, Map.of()),
                rec(6, new byte[] {1, 2, -1}, Map.of()),
                rec(7, new Object(), Map.of())));
    assertThat(show(batch))
        .containsExactly(
            "{service_name=\"s\"}",
            "1 plain é {}",
            "2 {\"a\":{\"html\":\"<&>\"},\"z\":[1,\"two\",false,1e+21,\"-Infinity\"]} {}",
            "3 42 {}",
            "4 1e-7 {}",
            "5 true {}",
            "6 AQL/ {}",
            "7  {}");
  }

  @Test
  void textBodiesStayWhereTheyAreInTheRequest() {
    byte[] request = protobuf(List.of(resource(Map.of("service.name", "s"), rec(1, "first", Map.of()))), false);
    EntryBatch batch = read(request, PROTOBUF, "", MAPPING);
    assertThat(batch.arena()).isSameAs(request);
  }

  @Test
  void recordsDescribedAlikeShareTheirMetadata() {
    EntryBatch batch =
        read(
            resource(
                Map.of("service.name", "s", "host", "h"),
                rec(1, "a", Map.of("k", "v")),
                rec(2, "b", Map.of("k", "v")),
                rec(3, "c", Map.of("k", "w"))));
    assertThat(batch.metadata(0)).isSameAs(batch.metadata(1)).isNotEqualTo(batch.metadata(2));
  }

  @Test
  void attributesThatAreMapsBecomeOnePairForEachLeaf() {
    EntryBatch batch =
        read(
            resource(
                Map.of("service.name", "s", "a-b/c d", Map.of("b", Map.of("c", 1L))),
                rec(1, "x", Map.of("m", Map.of("k", "v", "0", ""), "0abc", "y", "__dunder__", "z", "é", "lost"))));
    assertThat(batch.metadata(0).toString())
        .isEqualTo("{__dunder__=\"z\", a_b_c_d_b_c=\"1\", key_0abc=\"y\", m_k=\"v\"}");
  }

  @Test
  void anEmptyAttributeDoesNotHideOneOfTheSameName() {
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("k", "record");
    record.put("a.b", "1");
    record.put("a-b", "");
    record.put("r", "");
    EntryBatch batch = read(resource(Map.of("service.name", "s", "k", "", "r", "resource"), rec(1, "x", record)));
    assertThat(batch.metadata(0).toString()).isEqualTo("{a_b=\"1\", k=\"record\", r=\"resource\"}");
  }

  @Test
  void timesFallBackToTheObservedOneAndTheArrival() {
    EntryBatch batch =
        read(
            resource(
                Map.of("service.name", "s"),
                new Rec(0, 9, 0, "", "observed", Map.of(), 0, 0, new byte[0], new byte[0]),
                rec(0, "none", Map.of())));
    assertThat(show(batch)).containsExactly("{service_name=\"s\"}", "9 observed {}", "77 none {}");
  }

  @Test
  void aServiceWithoutNameTakesTheFirstLabelThatMayStandIn() {
    assertThat(read(resource(Map.of("k8s.job.name", "j"), rec(1, "x", Map.of()))).labels(0).toString())
        .isEqualTo("{k8s_job_name=\"j\", service_name=\"j\"}");
    assertThat(read(resource(Map.of("k8s.pod.name", "p", "service.name", ""), rec(1, "x", Map.of()))).labels(0).toString())
        .isEqualTo("{k8s_pod_name=\"p\"}");
  }

  @Test
  void resourcesWithTheSameLabelsShareOneStream() {
    EntryBatch batch =
        read(
            resource(Map.of("service.name", "a"), rec(1, "one", Map.of())),
            resource(Map.of("service.name", "b"), rec(2, "two", Map.of())),
            resource(Map.of("service.name", "a"), rec(3, "three", Map.of())));
    assertThat(show(batch))
        .containsExactly(
            "{service_name=\"a\"}", "1 one {}", "3 three {}", "{service_name=\"b\"}", "2 two {}");
  }

  @Test
  void rulesDecideAboutAttributes() {
    OtlpMapping mapping =
        new OtlpMapping(
            List.of(label("my.index"), new Rule(Action.DROP, List.of(), Optional.of(GoRegexp.compile("secret\\..*")))),
            List.of(new Rule(Action.DROP, List.of("scope.drop"), Optional.empty())),
            List.of(new Rule(Action.DROP, List.of("drop.me"), Optional.empty()), label("tier")),
            true,
            List.of());
    Rec rec =
        new Rec(
            1, 0, 0, "Warnish", "x", Map.of("drop.me", "d", "tier", "gold", "keep", "k"), 0, 0, new byte[0], new byte[0]);
    Scope scope = new Scope("", "", Map.of("scope.drop", "x", "scope.keep", "y"), 0, List.of(rec));
    Map<String, Object> resource = Map.of("my.index", "ix", "secret.token", "s", "a.secret.b", "seen", "service.name", "m");
    byte[] body = protobuf(List.of(new Resource(resource, List.of(scope))), false);
    assertThat(show(read(body, PROTOBUF, "", mapping)))
        .containsExactly(
            "{my_index=\"ix\", severity_text=\"Warnish\", tier=\"gold\"}",
            "1 x {a_secret_b=\"seen\", keep=\"k\", scope_keep=\"y\", service_name=\"m\", severity_text=\"Warnish\"}");
  }

  @Test
  void readsJsonAsItsMapping() {
    assertThat(
            show(
                json(
                    """
                    {"resourceLogs": [{"resource": null, "scopeLogs": [{"logRecords": [
                      {"timeUnixNano": 1767780001000000000, "severityNumber": "SEVERITY_NUMBER_WARN2",
                       "body": {"doubleValue": "NaN"}, "nope": [{}], "traceId": ""},
                      {"time_unix_nano": "5", "body": null}]}]}], "z": 1}
                    """)))
        .containsExactly(
            "{}", "1767780001000000000 NaN {severity_number=\"14\"}", "5  {}");
  }

  @Test
  void refusesWithLokisTexts() {
    assertThat(failure("x", "application/protobuf", "").text())
        .isEqualTo("content type: application/protobuf is not supported");
    assertThat(failure("x", "", "").text()).isEqualTo("content type:  is not supported");
    assertThat(failure("x", PROTOBUF, "snappy").text())
        .isEqualTo("unsupported content encoding snappy: only gzip, lz4 and zstd are supported");
    assertThat(failure("x", PROTOBUF, "gzip").text()).isEqualTo("unexpected EOF");
    assertThat(failure("0123456789", PROTOBUF, "gzip").text()).isEqualTo("gzip: invalid header");
    assertThat(failure("no frame at all", PROTOBUF, "zstd").text()).isEqualTo("zstd: magic number mismatch");
    assertThat(failure("no frame at all", PROTOBUF, "lz4").text()).startsWith("lz4: ");
    assertThat(failure("\n\u0005", PROTOBUF, "").text()).isEqualTo("unexpected EOF");
    assertThat(failure("[]", JSON, "").text()).startsWith("ReadObject: ");
    for (String empty : List.of("{}", "null", "{\"resourceLogs\":[{}]}")) {
      LokiException nothing = failure(empty, "application/json; charset=utf-8", "");
      assertThat(nothing.kind()).isEqualTo(ErrorKind.UNPROCESSABLE);
      assertThat(nothing.text()).isEqualTo("error at least one valid stream is required for ingestion");
    }
    Rec rec = new Rec(1, 0, 0, "", "x", Map.of(), 0, 0, new byte[] {1}, new byte[0]);
    Scope scope = new Scope("", "", Map.of(), 0, List.of(rec));
    assertThatThrownBy(() -> read(new Resource(Map.of(), List.of(scope))))
        .hasMessage("invalid length for TraceID: 1 bytes, must be 16");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"timeUnixNano\": \"-1\"",
        "\"observedTimeUnixNano\": -1",
        "\"severityNumber\": 2147483648",
        "\"severityNumber\": \"-2147483649\"",
        "\"droppedAttributesCount\": -1",
        "\"droppedAttributesCount\": \"4294967296\"",
        "\"flags\": 4294967296"
      })
  void numbersOfJsonThatDoNotFitAreRefused(String member) {
    String body = "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{" + member + "}]}]}]}";
    assertThat(failure(body, JSON, "").kind()).isEqualTo(ErrorKind.BAD_REQUEST);
  }

  @Test
  void theLargestNumbersOfJsonFit() {
    assertThat(
            show(
                json(
                    """
                    {"resourceLogs": [{"scopeLogs": [{"logRecords": [
                      {"timeUnixNano": "9223372036854775807", "severityNumber": -2147483648,
                       "flags": 4294967295, "droppedAttributesCount": 4294967295}]}]}]}
                    """)))
        .containsExactly(
            "{}",
            "9223372036854775807  {dropped_attributes_count=\"4294967295\", flags=\"4294967295\","
                + " severity_number=\"-2147483648\"}");
  }

  private static LokiException failure(String body, String type, String encoding) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try {
      read(bytes, type, encoding, MAPPING);
    } catch (LokiException e) {
      return e;
    }
    throw new AssertionError("nothing was thrown");
  }

  @Test
  void readsCompressedBodies() throws IOException {
    byte[] body = protobuf(List.of(resource(Map.of("service.name", "s"), rec(1, "packed", Map.of()))), false);
    List<String> expected = show(read(body, PROTOBUF, "", MAPPING));
    assertThat(show(read(compressed(body, "gzip"), PROTOBUF, "gzip", MAPPING))).isEqualTo(expected);
    assertThat(show(read(compressed(body, "lz4"), PROTOBUF, "lz4", MAPPING))).isEqualTo(expected);
    assertThat(show(read(Zstd.compress(body), PROTOBUF, "zstd", MAPPING))).isEqualTo(expected);
  }

  private static byte[] compressed(byte[] body, String encoding) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = encoding.equals("gzip") ? new GZIPOutputStream(bytes) : new LZ4FrameOutputStream(bytes)) {
      out.write(body);
    }
    return bytes.toByteArray();
  }

  @Test
  void bombsAndHostileShapesAreRefused() throws IOException {
    byte[] zeros = new byte[4 * MAX];
    for (String encoding : List.of("gzip", "lz4")) {
      byte[] bomb = compressed(zeros, encoding);
      assertThatThrownBy(() -> read(bomb, PROTOBUF, encoding, MAPPING))
          .hasMessageStartingWith("decompressed message size too large than max (");
    }
    byte[] bomb = Zstd.compress(zeros);
    assertThatThrownBy(() -> read(bomb, PROTOBUF, "zstd", MAPPING)).hasMessageContaining("too large than max");
    Object deep = "x";
    for (int i = 0; i < 101; i++) {
      deep = Map.of("k", deep);
    }
    Object tooDeep = deep;
    assertThatThrownBy(() -> read(resource(Map.of(), rec(1, tooDeep, Map.of())))).hasMessageContaining("nested deeper");
    assertThatThrownBy(() -> read(resource(Map.of("a", tooDeep), rec(1, "", Map.of()))))
        .hasMessageContaining("nested deeper");
    Map<String, Object> leaves = new LinkedHashMap<>();
    for (int i = 0; i < 5_000; i++) {
      leaves.put("k" + i, "v");
    }
    assertThatThrownBy(() -> read(resource(leaves, rec(1, "", Map.of())))).hasMessageContaining("more than 4096");
    Map<String, Object> few = new LinkedHashMap<>(leaves);
    few.keySet().removeIf(key -> key.length() > 4);
    Object long1 = Map.of("x".repeat(2_000), few);
    assertThatThrownBy(() -> read(resource(Map.of("a", long1), rec(1, "", Map.of()))))
        .hasMessageContaining("longer than 1 MiB together");
  }

  @Seeded(rounds = 60)
  void jsonAndProtobufInAnyOrderOfFieldsMeanTheSame(RandomGenerator random) {
    List<Resource> resources = OtlpBodies.random(random);
    List<String> expected = show(read(protobuf(resources, false), PROTOBUF, "", MAPPING));
    assertThat(show(read(protobuf(resources, true), PROTOBUF, "", MAPPING))).isEqualTo(expected);
    assertThat(show(read(OtlpBodies.json(resources, false), JSON, "", MAPPING))).isEqualTo(expected);
    assertThat(show(read(OtlpBodies.json(resources, true), JSON, "", MAPPING))).isEqualTo(expected);
  }

  /** 50 seeds of 40 damaged bodies each: nothing but a LokiException that blames the request may come out. */
  @Seeded(rounds = 50)
  void damagedBodiesAreRefusedOrRead(RandomGenerator random) throws IOException {
    List<Resource> resources = OtlpBodies.random(random);
    byte[] message = protobuf(resources, random.nextBoolean());
    byte[] json = OtlpBodies.json(resources, random.nextBoolean());
    byte[] lz4 = compressed(json, "lz4");
    for (int round = 0; round < 10; round++) {
      tolerate(damaged(message, random), PROTOBUF, "");
      tolerate(damaged(json, random), JSON, "");
      tolerate(damaged(lz4, random), JSON, "lz4");
      tolerate(damaged(message(out -> out.writeByteArrayNoTag(message)), random), PROTOBUF, "");
    }
  }

  private static byte[] damaged(byte[] body, RandomGenerator random) {
    byte[] out = Arrays.copyOf(body, random.nextInt(4) == 0 ? random.nextInt(body.length + 1) : body.length);
    for (int i = random.nextInt(1, 4); i > 0 && out.length > 0; i--) {
      int at = random.nextInt(out.length);
      switch (random.nextInt(4)) {
        case 0 -> out[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> out[at] = (byte) "\"\\{}[]:,0u".charAt(random.nextInt(10));
        case 2 -> Arrays.fill(out, at, Math.min(out.length, at + random.nextInt(8)), (byte) random.nextInt());
        default -> out[at] = (byte) random.nextInt();
      }
    }
    return out;
  }

  private static void tolerate(byte[] body, String type, String encoding) {
    try {
      EntryBatch batch = read(body, type, encoding, MAPPING);
      for (int e = 0; e < batch.entries(); e++) {
        assertThat(batch.lineStart(e)).isBetween(0, batch.lineEnd(e));
        assertThat(batch.lineEnd(e)).isLessThanOrEqualTo(batch.arena().length);
        assertThat(batch.metadata(e)).isNotNull();
      }
      assertThat(batch.endEntry(batch.streams() - 1)).isEqualTo(batch.entries());
    } catch (LokiException e) {
      assertThat(e.kind()).isIn(ErrorKind.BAD_REQUEST, ErrorKind.TOO_LARGE, ErrorKind.UNPROCESSABLE);
      assertThat(e.text()).isNotBlank();
    }
  }
}
