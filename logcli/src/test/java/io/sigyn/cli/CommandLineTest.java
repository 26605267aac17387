package io.sigyn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandLineTest {
  private static final String CART = "{\"app\":\"cart\",\"namespace\":\"shop\"}";
  private static final String WEB = "{\"app\":\"web\",\"namespace\":\"shop\"}";

  /** 2026-05-28T20:26:00Z. */
  private static final long T = 1_779_999_960_000_000_000L;

  private final FakeStreams stored =
      new FakeStreams()
          .add(CART, T + 123_456_789, "first \\\"quoted\\\" \\u00e9")
          .add(WEB, T + 2_000_000_000L, "second")
          .add(CART, T + 3_000_000_000L, "third");

  @Test
  void showsTheNewestLinesFirstWithWhatTheyDoNotShare() {
    try (PlaybackServer server = new PlaybackServer(stored::answer)) {
      CliRun run =
          CliRun.of("query", "{namespace=\"shop\"}", "--addr=" + server.address(), "-z", "UTC");

      assertThat(run.out())
          .isEqualTo(
              """
              2026-05-28T20:26:03Z {app="cart"} third
              2026-05-28T20:26:02Z {app="web"}  second
              2026-05-28T20:26:00Z {app="cart"} first "quoted" é
              """);
      assertThat(run.err()).isEqualTo("Common labels: {namespace=\"shop\"}\n");
      assertThat(run.code()).isZero();
    }
  }

  @Test
  void asksForTheRangeLimitAndDirectionThatWereTyped() {
    try (PlaybackServer server = new PlaybackServer(stored::answer)) {
      CliRun.of(
          "query",
          "{a=\"b\"}",
          "--addr",
          server.address(),
          "--since",
          "90m",
          "--limit=7",
          "--forward");
      CliRun.of(
          "query",
          "{a=\"b\"}",
          "--addr",
          server.address(),
          "--from=2026-05-28T20:00:00+02:00",
          "--to=1780000000.5");
      CliRun.of(
          "query", "{a=\"b\"}", "--addr", server.address(), "--from=2026-05-28", "-z", "+02:00");

      assertThat(server.asked().get(0).path()).isEqualTo("/loki/api/v1/query_range");
      assertThat(server.asked().get(0).parameters())
          .containsEntry("query", "{a=\"b\"}")
          .containsEntry("start", Long.toString(CliRun.NOW + 1 - 5_400_000_000_000L))
          .containsEntry("end", Long.toString(CliRun.NOW + 1))
          .containsEntry("limit", "7")
          .containsEntry("direction", "FORWARD");
      assertThat(server.asked().get(1).parameters())
          .containsEntry("start", "1779991200000000000")
          .containsEntry("end", "1780000000500000000")
          .containsEntry("limit", "30")
          .containsEntry("direction", "BACKWARD");
      assertThat(server.asked().get(2).parameters()).containsEntry("start", "1779919200000000000");
    }
  }

  @Test
  void showsThePlanInsteadOfTheAnswer() {
    try (PlaybackServer server =
        new PlaybackServer(asked -> PlaybackServer.Played.ok("query  {a=\"b\"}\n"))) {
      String address = "--addr=" + server.address();
      CliRun plan = CliRun.of("query", "{a=\"b\"}", address, "--explain", "--limit=7", "--since=1h");
      CliRun.of("query", "{a=\"b\"}", address, "--explain-run", "--step=10s");
      CliRun.of("instant-query", "vector(1)", address, "--explain", "--now=1780000000");

      assertThat(plan.out()).isEqualTo("query  {a=\"b\"}\n");
      assertThat(server.asked()).allSatisfy(asked -> assertThat(asked.path()).isEqualTo("/sigyn/explain"));
      assertThat(server.asked().get(0).parameters())
          .containsEntry("query", "{a=\"b\"}")
          .containsEntry("start", Long.toString(CliRun.NOW + 1 - 3_600_000_000_000L))
          .containsEntry("limit", "7")
          .containsEntry("format", "text")
          .containsEntry("run", "false");
      assertThat(server.asked().get(1).parameters()).containsEntry("run", "true").containsEntry("step", "10s");
      assertThat(server.asked().get(2).parameters())
          .containsEntry("time", "1780000000000000000")
          .doesNotContainKey("start");
    }
  }

  @Test
  void writesRawLinesAndJsonLines() {
    try (PlaybackServer server = new PlaybackServer(stored::answer)) {
      String[] common = {"query", "{}", "--forward", "--addr=" + server.address()};

      assertThat(run(common, "-o", "raw").out()).isEqualTo("first \"quoted\" é\nsecond\nthird\n");
      assertThat(run(common, "--output=jsonl", "--timezone=Asia/Kolkata", "--limit=1").out())
          .isEqualTo(
              "{\"labels\":{\"app\":\"cart\",\"namespace\":\"shop\"},\"line\":\"first \\\"quoted\\\" é\","
                  + "\"timestamp\":\"2026-05-29T01:56:00.123456789+05:30\"}\n");
    }
  }

  @Test
  void showsOnlyTheLabelsWanted() {
    try (PlaybackServer server = new PlaybackServer(stored::answer)) {
      String[] common = {
        "query", "{}", "--limit=1", "-q", "-z", "UTC", "--addr=" + server.address()
      };

      assertThat(run(common, "--no-labels").out()).isEqualTo("2026-05-28T20:26:03Z third\n");
      assertThat(run(common, "-o", "jsonl", "--include-label=app").out())
          .contains("{\"app\":\"cart\"}");
      assertThat(run(common, "-o", "jsonl", "--exclude-label=app").out())
          .contains("{\"namespace\":\"shop\"}");
    }
  }

  @Test
  void coloursAreForTerminalsThatWantThem() {
    try (PlaybackServer server = new PlaybackServer(stored::answer)) {
      String[] query = {"query", "{}", "--addr=" + server.address()};

      assertThat(CliRun.with(Map.of(), true, query).out()).contains("\u001b[");
      assertThat(CliRun.with(Map.of(), false, query).out()).doesNotContain("\u001b[");
      assertThat(CliRun.with(Map.of("NO_COLOR", "1"), true, query).out()).doesNotContain("\u001b[");
      assertThat(
              CliRun.with(Map.of(), true, "query", "{}", "--no-color", "--addr=" + server.address())
                  .out())
          .doesNotContain("\u001b[");
      assertThat(
              CliRun.with(
                      Map.of(),
                      false,
                      "query",
                      "{}",
                      "--colored-output",
                      "--addr=" + server.address())
                  .out())
          .contains("\u001b[");
    }
  }

  @Test
  void identifiesItselfByOptionsOrEnvironment(@TempDir Path directory) throws IOException {
    Path token = Files.writeString(directory.resolve("token"), "s3cret\n");
    try (PlaybackServer server = new PlaybackServer(stored::answer)) {
      Map<String, String> env =
          Map.of(
              "LOKI_ADDR", server.address() + "/",
              "LOKI_ORG_ID", "team-a",
              "LOKI_USERNAME", "ann",
              "LOKI_PASSWORD", "pässword");
      assertThat(CliRun.with(env, false, "query", "{}").code()).isZero();
      assertThat(CliRun.with(env, false, "--org-id=team-b", "query", "{}").code()).isZero();
      assertThat(
              CliRun.of("query", "{}", "--addr=" + server.address(), "--bearer-token-file=" + token)
                  .code())
          .isZero();

      assertThat(server.asked().get(0).headers())
          .containsEntry("X-Scope-OrgID", "team-a")
          .containsEntry("Authorization", "Basic YW5uOnDDpHNzd29yZA==");
      assertThat(server.asked().get(1).headers()).containsEntry("X-Scope-OrgID", "team-b");
      assertThat(server.asked().get(2).headers())
          .containsEntry("Authorization", "Bearer s3cret")
          .doesNotContainKey("X-Scope-OrgID");
    }
  }

  @Test
  void printsMetricsAsJson() {
    String matrix =
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\","
            + "\"result\":[{\"metric\":{\"app\":\"x\"},\"values\":[[1780000000,\"1\"],"
            + "[1780000000.5,\"0.30000000000000004\"]]}],\"stats\":{}}}";
    String vector =
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\","
            + "\"result\":[{\"metric\":{},\"value\":[1780000000,\"NaN\"]}],\"stats\":{}}}";
    try (PlaybackServer server =
        new PlaybackServer(
            asked -> PlaybackServer.Played.ok(asked.path().endsWith("range") ? matrix : vector))) {
      assertThat(
              CliRun.of("query", "rate({a=\"b\"}[1m])", "--step=10s", "--addr=" + server.address())
                  .out())
          .isEqualTo(
              """
              [
                {
                  "metric": {
                    "app": "x"
                  },
                  "values": [
                    [
                      1780000000,
                      "1"
                    ],
                    [
                      1780000000.5,
                      "0.30000000000000004"
                    ]
                  ]
                }
              ]
              """);
      assertThat(
              CliRun.of(
                      "instant-query",
                      "vector(0)/0",
                      "--now=1780000000",
                      "--addr=" + server.address())
                  .out())
          .isEqualTo(
              """
              [
                {
                  "metric": {},
                  "value": [
                    1780000000,
                    "NaN"
                  ]
                }
              ]
              """);
      assertThat(server.asked().get(0).parameters()).containsEntry("step", "10s");
      assertThat(server.asked().get(1).parameters()).containsEntry("time", "1780000000000000000");
    }
  }

  @Test
  void listsLabelsValuesAndStreams() {
    try (PlaybackServer server =
        new PlaybackServer(asked ->
            PlaybackServer.Played.ok(
                switch (asked.path()) {
                  case "/loki/api/v1/labels" ->
                      "{\"status\":\"success\",\"data\":[\"app\",\"namespace\"]}";
                  case "/loki/api/v1/label/a b/values" -> "{\"status\":\"success\"}";
                  case "/loki/api/v1/label/app/values" ->
                      "{\"status\":\"success\",\"data\":[\"cart\"]}";
                  case "/loki/api/v1/series" ->
                      "{\"status\":\"success\",\"data\":[" + WEB + "," + CART + "]}";
                  default -> throw new AssertionError(asked.path());
                }))) {
      String addr = "--addr=" + server.address();

      assertThat(CliRun.of("labels", addr).out()).isEqualTo("app\nnamespace\n");
      assertThat(CliRun.of("labels", "app", addr).out()).isEqualTo("cart\n");
      assertThat(CliRun.of("labels", "a b", addr).out()).isEmpty();
      assertThat(CliRun.of("series", "{namespace=\"shop\"}", addr).out())
          .isEqualTo("{app=\"cart\", namespace=\"shop\"}\n{app=\"web\", namespace=\"shop\"}\n");
      assertThat(CliRun.of("series", "{}", "--analyze-labels", addr).out())
          .isEqualTo(
              """
              Total Streams:  2
              Unique Labels:  2

              Label Name  Unique Values  Found In Streams
              app                     2                 2
              namespace               1                 2
              """);
      assertThat(server.asked().get(3).parameters())
          .containsEntry("match[]", "{namespace=\"shop\"}");
    }
  }

  @Test
  void showsWhatTheIndexKnows() {
    String vector =
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\","
            + "\"result\":[{\"metric\":{\"app\":\"x\"},\"value\":[1780000000,\"7\"]}],\"stats\":{}}}";
    try (PlaybackServer server =
        new PlaybackServer(asked ->
            PlaybackServer.Played.ok(
                switch (asked.path()) {
                  case "/loki/api/v1/index/stats" ->
                      "{\"streams\":2,\"chunks\":4,\"bytes\":6144,\"entries\":80}";
                  case "/loki/api/v1/detected_fields" ->
                      "{\"fields\":[{\"label\":\"http_status\",\"type\":\"int\",\"cardinality\":10,"
                          + "\"parsers\":[\"json\",\"logfmt\"],\"jsonPath\":[\"http\",\"status\"]},"
                          + "{\"label\":\"dur\",\"type\":\"duration\",\"cardinality\":3,\"parsers\":null}],"
                          + "\"limit\":100}";
                  default -> vector;
                }))) {
      String addr = "--addr=" + server.address();

      assertThat(CliRun.of("stats", "{a=\"b\"}", "--since=2h", addr).out())
          .isEqualTo("streams 2\nchunks 4\nbytes 6144\nentries 80\n");
      assertThat(CliRun.of("detected-fields", "{a=\"b\"}", "--line-limit=7", addr).out())
          .isEqualTo(
              """
              Field        Type      Values  Parsers
              dur          duration       3  metadata
              http_status  int           10  json,logfmt
              """);
      assertThat(CliRun.of("volume", "{a=\"b\"}", "--targetLabels=app,ns", "--limit=3", addr).out())
          .contains("\"app\": \"x\"")
          .contains("\"7\"");
      CliRun.of("volume", "{}", "--aggregateByLabels", addr);
      CliRun.of("volume_range", "{a=\"b\"}", addr);

      assertThat(server.asked().get(0).parameters())
          .containsEntry("query", "{a=\"b\"}")
          .containsEntry("start", Long.toString(CliRun.NOW + 1 - 7_200_000_000_000L))
          .containsEntry("end", Long.toString(CliRun.NOW + 1));
      assertThat(server.asked().get(1).parameters()).containsEntry("line_limit", "7").containsEntry("limit", "100");
      assertThat(server.asked().get(2).path()).isEqualTo("/loki/api/v1/index/volume");
      assertThat(server.asked().get(2).parameters())
          .containsEntry("query", "{a=\"b\"}")
          .containsEntry("limit", "3")
          .containsEntry("targetLabels", "app,ns")
          .containsEntry("aggregateBy", "series")
          .doesNotContainKey("step");
      assertThat(server.asked().get(3).parameters())
          .containsEntry("aggregateBy", "labels")
          .doesNotContainKey("targetLabels");
      assertThat(server.asked().get(4).path()).isEqualTo("/loki/api/v1/index/volume_range");
      assertThat(server.asked().get(4).parameters()).containsEntry("step", "60s");
    }
  }

  @Test
  void refusesIndexAnswersThatAreNotLokis() {
    for (String wrong : new String[] {"[]", "{\"streams\":\"x\"}", "{\"fields\":[1]}", "{\"fields\":1}", "{\"fields\":[{\"cardinality\":1.5}]}"}) {
      try (PlaybackServer server = new PlaybackServer(asked -> PlaybackServer.Played.ok(wrong))) {
        String command = wrong.contains("fields") ? "detected-fields" : "stats";
        CliRun run = CliRun.of(command, "{a=\"b\"}", "--addr=" + server.address());

        assertThat(run.code()).as(wrong).isEqualTo(1);
        assertThat(run.err()).contains("cannot be read").contains(server.address());
      }
    }
  }

  @Test
  void repeatsTheServersWordsAndExitsWithOne() {
    String text =
        "parse error at line 1, col 2: syntax error: unexpected $end, expecting IDENTIFIER or }";
    try (PlaybackServer server =
        new PlaybackServer(asked -> new PlaybackServer.Played(400, text + "\n"))) {
      CliRun run = CliRun.of("query", "{", "--addr=" + server.address());

      assertThat(run.err()).isEqualTo("server error (400): " + text + "\n");
      assertThat(run.out()).isEmpty();
      assertThat(run.code()).isEqualTo(1);
    }
  }

  @Test
  void saysHowToNameATenantWhenOneIsMissing() {
    try (PlaybackServer server =
        new PlaybackServer(asked -> new PlaybackServer.Played(401, "no org id\n"))) {
      assertThat(CliRun.of("labels", "--addr=" + server.address()).err())
          .contains("server error (401): no org id")
          .contains("--org-id");
    }
  }

  @Test
  void namesTheAddressThatDoesNotAnswer() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    CliRun refused = CliRun.of("query", "{a=\"b\"}", "--addr=127.0.0.1:" + port);
    CliRun unknown = CliRun.of("query", "{a=\"b\"}", "--addr=http://no-such-host.invalid:3100");

    assertThat(refused.err())
        .contains("cannot reach http://127.0.0.1:" + port)
        .contains("connection refused")
        .contains("--addr")
        .contains("./sigyn server");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("no-such-host.invalid").contains("does not resolve");
  }

  @Test
  void refusesAnAnswerThatIsNotLokis() {
    try (PlaybackServer server =
        new PlaybackServer(asked -> PlaybackServer.Played.ok("<html>hello</html>"))) {
      CliRun run = CliRun.of("query", "{a=\"b\"}", "--addr=" + server.address());

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains("cannot be read").contains(server.address());
    }
  }

  @Test
  void refusesWhatItDoesNotUnderstandWithTwo() {
    assertThat(CliRun.of("query").code()).isEqualTo(2);
    assertThat(CliRun.of("query", "{}", "--no-such-option").code()).isEqualTo(2);
    assertThat(CliRun.of("query", "{}", "--output=xml").err())
        .isEqualTo(
            """
            Invalid value for option '--output': expected one of [DEFAULT, RAW, JSONL] (case-insensitive) but was 'xml'
            see sigyn query --help
            """);
    assertThat(CliRun.of("query", "{}", "--batch=0").code()).isEqualTo(2);
    assertThat(CliRun.of().code()).isEqualTo(2);
    assertThat(CliRun.of("qeury", "{}").err()).contains("Did you mean").contains("query");
  }

  @Test
  void explainsBadTimes() {
    assertThat(CliRun.of("query", "{}", "--since=yesterday").err())
        .contains("--since=yesterday")
        .contains("15m");
    assertThat(CliRun.of("query", "{}", "--from=noon").err()).contains("--from=noon is not a time");
    assertThat(CliRun.of("query", "{}", "--timezone=Mars/Base").err()).contains("Mars/Base");
    assertThat(CliRun.of("query", "{}", "--from=2026-06-01", "--to=2026-05-01").err())
        .contains("the range is empty");
    assertThat(CliRun.of("query", "{}", "--addr=ftp://x").err()).contains("ftp://x");
  }

  @Test
  void saysOnStandardErrorThatNothingWasFound() {
    try (PlaybackServer server = new PlaybackServer(new FakeStreams()::answer)) {
      CliRun run = CliRun.of("query", "{}", "--addr=" + server.address(), "-z", "UTC");

      assertThat(run.out()).isEmpty();
      assertThat(run.err()).startsWith("no lines between 2026-05-28T19:26:40");
      assertThat(CliRun.of("query", "{}", "-q", "--addr=" + server.address()).err()).isEmpty();
    }
  }

  @Test
  void showsWarningsAlwaysAndStatisticsWhenAsked() {
    PlaybackServer.Played answer =
        PlaybackServer.Played.ok(
            "{\"status\":\"success\",\"warnings\":[\"a block is damaged\"],"
                + "\"data\":{\"resultType\":\"streams\",\"result\":["
                + "{\"stream\":{\"stats\":\"no\"},\"values\":[[\"1\",\"x\"]]}],"
                + "\"stats\":{\"summary\":{\"execTime\":0.25,\"splits\":0,"
                + "\"totalLinesProcessed\":7},\"index\":{\"usedBloomFilters\":true}}}}");
    try (PlaybackServer server = new PlaybackServer(asked -> answer)) {
      assertThat(CliRun.of("query", "{}", "-q", "--addr=" + server.address()).err())
          .isEqualTo("warning: a block is damaged\n");
      assertThat(CliRun.of("query", "{}", "-q", "--stats", "--addr=" + server.address()).err())
          .isEqualTo(
              """
              warning: a block is damaged
              summary.execTime 0.25
              summary.totalLinesProcessed 7
              index.usedBloomFilters true
              """);
    }
  }

  private static CliRun run(String[] common, String... more) {
    String[] all = java.util.Arrays.copyOf(common, common.length + more.length);
    System.arraycopy(more, 0, all, common.length, more.length);
    return CliRun.of(all);
  }
}
