package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.sigyn.agent.FakeServer.Reply;
import io.sigyn.model.EntryBatch;
import io.sigyn.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeliveryTest {
  @TempDir Path given;
  private Rig rig = new Rig(Path.of("/tmp"));

  @BeforeEach
  void makeRig() {
    rig.close();
    rig = new Rig(given);
  }

  @AfterEach
  void closeRig() {
    rig.close();
  }

  private String problem() {
    return rig.agent().lanes().getFirst().problem();
  }

  private double metric(String line) {
    String metrics = new AgentStatus(rig.agent(), "test").metrics();
    return metrics.lines().filter(l -> l.startsWith(line)).mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ')))).sum();
  }

  /** The cause is counted after the drop, by another thread. */
  private void awaitRefused(String cause) {
    Await.until(
        "the refusal", Rig.PATIENCE, () -> metric("promtail_agent_refused_entries_total{cause=\"" + cause + "\"}") == 1);
    assertThat(metric("promtail_dropped_entries_total{")).isEqualTo(1);
  }

  @Test
  void sendsLabelsTimesAndHeaders() throws IOException {
    List<String> agents = new CopyOnWriteArrayList<>();
    List<String> headers = new CopyOnWriteArrayList<>();
    rig.server.script(
        (batch, exchange) -> {
          agents.add(String.valueOf(exchange.getRequestHeaders().getFirst("User-Agent")));
          headers.add(String.valueOf(exchange.getRequestHeaders().getFirst("X-Extra")));
          headers.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          headers.addAll(exchange.getRequestHeaders().get("X-Many"));
          return Reply.of(204);
        });
    Path secret = Files.writeString(rig.dir.resolve("secret"), "from a file\n");
    String many = "http_headers: {X-Many: {values: [a, b], secrets: [c], files: ['" + secret + "']}}";
    rig.client(
        "headers: {X-Extra: yes, User-Agent: nope, Host: nope}, " + many + ", basic_auth: {username: u, password: p},"
            + " external_labels: {cluster: c, job: loses}, tenant_id: team");
    rig.append("a.log", "größe 😀");
    rig.start().awaitInOrder("größe 😀");
    FakeServer.Received received = rig.server.received().getFirst();
    assertThat(received.labels().toString())
        .isEqualTo("{cluster=\"c\", filename=\"" + rig.log("a.log") + "\", job=\"test\"}");
    assertThat(received.tenant()).isEqualTo("team");
    assertThat(agents).containsExactly("promtail-agent/development");
    assertThat(headers).containsExactly("yes", "Basic dTpw", "a", "b", "c", "from a file");
  }

  @Test
  void aServerThatIsDownIsAskedAgainUntilItTakesEverything() {
    rig.server.down();
    rig.append("a.log", Rig.numbered("line", 0, 500));
    rig.start();
    Await.until("the failure to be seen", Rig.PATIENCE, () -> problem().startsWith("server cannot be reached"));
    assertThat(new AgentStatus(rig.agent(), "test").notReady()).as("a dead server does not make us unready").isEmpty();
    rig.server.up();
    rig.awaitInOrder(Rig.numbered("line", 0, 500));
    Await.until("the failure to be over", Rig.PATIENCE, () -> problem().isEmpty());
    assertThat(metric("promtail_batch_retries_total")).isPositive();
    assertThat(metric("promtail_request_duration_seconds_count{host=")).isGreaterThan(1);
    assertThat(metric("promtail_dropped_entries_total")).isZero();
  }

  @Test
  void memoryIsBoundedWhileTheServerIsDownAndReadingGoesOnAfterwards() {
    rig.agentBlock("buffer: {memory: 64KB}");
    rig.server.down();
    List<String> lines = Rig.numbered("x".repeat(200), 0, 20_000);
    rig.append("a.log", lines);
    rig.start();
    Await.until("the queue to fill", Rig.PATIENCE, () -> rig.agent().lanes().getFirst().heldBytes() > 64 * 1024);
    long held = rig.agent().lanes().getFirst().heldBytes();
    assertThat(held).as("one chunk more than allowed at most").isLessThan(64 * 1024 + (1 << 18) * 2L);
    rig.server.up();
    rig.awaitInOrder(lines);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504, 408, 429, 401, 403, 404, 301})
  void answersThatMayChangeHoldTheBatch(int status) {
    AtomicInteger requests = new AtomicInteger();
    rig.server.script((batch, exchange) -> Reply.of(requests.incrementAndGet() <= 3 ? status : 204));
    // The two are a batch however long their reader is kept from the processor between them: the third finds no room in it.
    rig.batchwait("1h").client("batchsize: " + "onetwo".length());
    rig.append("a.log", "one", "two", "three");
    rig.start().awaitInOrder("one", "two");
    assertThat(rig.server.requests()).containsExactly(status + " 2", status + " 2", status + " 2", "204 2");
    assertThat(metric("promtail_dropped_entries_total")).isZero();
  }

  @Test
  void aBrokenConnectionIsAskedAgain() {
    AtomicInteger requests = new AtomicInteger();
    rig.server.script(
        (batch, exchange) -> {
          if (requests.incrementAndGet() <= 2) {
            throw new IOException("broken on purpose");
          }
          return Reply.of(204);
        });
    rig.append("a.log", "one");
    rig.start().awaitInOrder("one");
  }

  @Test
  void aServerThatNeverAnswersIsGivenUpAfterTheTimeout() {
    AtomicInteger requests = new AtomicInteger();
    CountDownLatch never = new CountDownLatch(1);
    rig.server.script(
        (batch, exchange) -> {
          if (requests.incrementAndGet() == 1) {
            try {
              never.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
          return Reply.of(204);
        });
    rig.append("a.log", "one");
    rig.timeout("1500ms").start().awaitReceived(1);
    assertThat(rig.server.lines()).containsExactly("one");
    never.countDown();
  }

  @Test
  void retryAfterIsHonoured() {
    List<Long> at = new CopyOnWriteArrayList<>();
    rig.server.script(
        (batch, exchange) -> {
          at.add(System.nanoTime());
          return at.size() == 1 ? new Reply(429, "slow down", Map.of("Retry-After", "1")) : Reply.of(204);
        });
    rig.append("a.log", "one");
    rig.start().awaitInOrder("one");
    assertThat(at.get(1) - at.get(0)).isGreaterThanOrEqualTo(1_000_000_000L);
  }

  @Test
  void rateLimitedBatchesAreDroppedWhenAskedForAndCounted() {
    rig.client("drop_rate_limited_batches: true");
    rig.server.script((batch, exchange) -> Reply.of(429));
    rig.append("a.log", "one", "two");
    rig.start();
    Await.until("the drop", Rig.PATIENCE, () -> metric("promtail_dropped_entries_total{") == 2);
    assertThat(new AgentStatus(rig.agent(), "test").metrics()).contains("reason=\"rate_limited\",tenant=\"\"} 2.0");
    rig.awaitPosition("a.log", 8);
  }

  @Test
  void aBatchThatIsTooLargeIsSplit() {
    rig.server.script((batch, exchange) -> Reply.of(batch.lineBytes() > 2000 ? 413 : 204));
    List<String> lines = Rig.numbered("y".repeat(90), 0, 100);
    rig.append("a.log", lines);
    rig.append("b.log", "z".repeat(3000), "small");
    rig.start();
    List<String> expected = new ArrayList<>(lines);
    expected.add("small");
    rig.awaitExactly(expected);
    awaitRefused("too_long");
  }

  private static boolean has(EntryBatch batch, String word) {
    for (int e = 0; e < batch.entries(); e++) {
      String line = new String(batch.arena(), batch.lineStart(e), batch.lineEnd(e) - batch.lineStart(e), StandardCharsets.UTF_8);
      if (line.contains(word)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void oneRefusedEntryCostsOnlyItself() {
    rig.server.script(
        (batch, exchange) ->
            has(batch, "poison")
                ? new Reply(400, "entry for stream '{}' has timestamp too old: 1970-01-01T00:00:00Z", Map.of())
                : Reply.of(204));
    List<String> good = Rig.numbered("good", 0, 5000);
    List<String> lines = new ArrayList<>(good);
    lines.add(3333, "poison");
    rig.append("a.log", lines);
    rig.start().awaitExactly(good);
    awaitRefused("too_old");
    rig.awaitPosition("a.log", Rig.read(rig.log("a.log")).length());
    assertThat(Rig.read(Path.of(rig.positions() + ".refused")).lines().toList())
        .singleElement()
        .asString()
        .contains("\"line\":\"poison\"", "has timestamp too old", "\"cause\":\"too_old\"", "\"status\":400", "a.log");
  }

  @Test
  void theFileOfRefusedEntriesIsBounded() throws IOException {
    rig.agentBlock("refused: {max_bytes: 20KB}").client("drop_rate_limited_batches: true, tenant_id: red");
    rig.server.script((batch, exchange) -> new Reply(429, "too much", Map.of()));
    rig.append("a.log", Rig.numbered("line", 0, 1000));
    rig.start();
    Await.until("the drop", Rig.PATIENCE, () -> metric("promtail_dropped_entries_total{") == 1000);
    Path file = Path.of(rig.positions() + ".refused");
    Path before = Path.of(file + ".1");
    Await.until("the last entry", Rig.PATIENCE, () -> Rig.read(file).contains("line 999"));
    assertThat(Files.size(file)).isBetween(1L, 20L << 10);
    assertThat(Files.size(before)).isBetween(19L << 10, 20L << 10);
    assertThat(Rig.read(file)).contains("\"answer\":\"too much\"", "\"tenant\":\"red\"");
    assertThat(Files.getPosixFilePermissions(file)).hasToString("[OWNER_READ, OWNER_WRITE]");
  }

  @Test
  void aTokenIsAskedForAndAskedForAgainWhenTheServerRefusesIt() throws IOException {
    AtomicInteger tokens = new AtomicInteger();
    List<String> asked = Collections.synchronizedList(new ArrayList<>());
    HttpServer issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.createContext(
        "/token",
        exchange -> {
          asked.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          boolean inBody = asked.getLast().contains("client_secret=s%26cret");
          byte[] answer = ("{\"access_token\":\"t" + tokens.incrementAndGet() + "\",\"expires_in\":3600}").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(inBody ? 200 : 401, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    issuer.start();
    try {
      rig.client(
          "oauth2: {client_id: me, client_secret: 's&cret', scopes: [a, b], endpoint_params: {audience: logs}, token_url:"
              + " 'http://127.0.0.1:" + issuer.getAddress().getPort() + "/token'}");
      rig.server.script(
          (batch, exchange) ->
              Reply.of("Bearer t3".equals(exchange.getRequestHeaders().getFirst("Authorization")) ? 204 : 401));
      rig.append("a.log", "one");
      rig.start().awaitInOrder("one");
      assertThat(asked).hasSize(3).last().asString()
          .isEqualTo("grant_type=client_credentials&scope=a+b&audience=logs&client_id=me&client_secret=s%26cret");
      assertThat(new AgentStatus(rig.agent(), "test").metrics()).doesNotContain("s&cret");
    } finally {
      issuer.stop(0);
    }
  }

  @Test
  void requestsGoThroughAProxyThatWantsAPassword() throws IOException {
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    proxy.createContext(
        "/",
        exchange -> {
          seen.add(exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Proxy-Authorization"));
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    proxy.start();
    try {
      rig.client("proxy_url: 'http://user:pass@127.0.0.1:" + proxy.getAddress().getPort() + "'");
      rig.append("a.log", "one");
      rig.start();
      rig.awaitPosition("a.log", 4);
      assertThat(seen).containsExactly(rig.server.url() + " Basic dXNlcjpwYXNz");
    } finally {
      proxy.stop(0);
    }
  }

  @Test
  void aServerThatRefusesEverythingCostsABoundedNumberOfRequests() {
    rig.server.script((batch, exchange) -> Reply.of(400));
    List<String> lines = Rig.numbered("line", 0, 5000);
    // One batch of exactly these lines, however fast they are read: the next line does not fit and nothing waits so long.
    int bytes = lines.stream().mapToInt(String::length).sum();
    rig.batchwait("1h").client("batchsize: " + bytes);
    rig.append("a.log", lines);
    rig.append("a.log", "one more");
    rig.start();
    Await.until("the drop", Rig.PATIENCE, () -> metric("promtail_dropped_entries_total{") == 5000);
    assertThat(rig.server.requests()).as("the batch and two halves for each of 64 divisions").hasSize(1 + 2 * 64);
  }

  @Test
  void aDeadClientHoldsBackNobodyElse() throws IOException {
    try (FakeServer other = new FakeServer()) {
      rig.topLevel("client: {url: '" + other.url() + "', batchwait: 20ms, backoff_config: {min_period: 10ms, max_period: 50ms}}");
      rig.agentBlock("buffer: {memory: 64KB}");
      other.down();
      List<String> lines = Rig.numbered("x".repeat(200), 0, 2000);
      rig.append("a.log", lines);
      rig.start().awaitInOrder(lines);
      assertThat(other.lines()).isEmpty();
      String position = Rig.read(rig.positions());
      assertThat(position).as("the smallest of both").doesNotContain("\"" + Files.size(rig.log("a.log")) + "\"");
      other.up();
      Await.until("the other to catch up", Rig.PATIENCE, () -> other.lines().size() == lines.size());
      assertThat(other.lines()).containsExactlyElementsOf(lines);
      rig.awaitPosition("a.log", Files.size(rig.log("a.log")));
    }
  }

  @Test
  void tenantsOfEntriesGoInRequestsOfTheirOwn() {
    rig.stages("[{regex: {expression: '^(?P<who>[a-z]+) '}}, {tenant: {source: who}}]");
    rig.append("a.log", "red 1", "blue 1", "red 2", "1 none");
    rig.start().awaitReceived(4);
    assertThat(rig.server.received())
        .extracting(r -> r.tenant() + ": " + r.line())
        .containsExactlyInAnyOrder("red: red 1", "red: red 2", "blue: blue 1", ": 1 none");
    rig.awaitPosition("a.log", Rig.read(rig.log("a.log")).length());
  }

  @Test
  void limitsDropAndCutLines() {
    rig.topLevel("limits_config: {max_line_size: 10b, max_line_size_truncate: true}");
    rig.append("a.log", "short", "123456789é tail");
    rig.start().awaitInOrder("short", "123456789");
    String labels = "{host=\"" + URI.create(rig.server.url()).getAuthority() + "\",reason=\"%s\",tenant=\"\"}";
    assertThat(metric("promtail_mutated_entries_total" + labels.formatted("line_too_long"))).isEqualTo(1);
    assertThat(metric("promtail_mutated_bytes_total" + labels.formatted("line_too_long"))).isEqualTo(7);
    rig.stop();
    rig.topLevel("limits_config: {max_line_size: 10b, max_streams: 1}");
    rig.append("a.log", "0123456789-", "fits");
    rig.start();
    rig.awaitInOrder("short", "123456789", "fits");
    rig.append("b.log", "second");
    Await.until("the drop", Rig.PATIENCE, () -> metric("promtail_dropped_entries_total" + labels.formatted("stream_limited")) == 1);
    assertThat(metric("promtail_dropped_entries_total" + labels.formatted("line_too_long"))).isEqualTo(1);
  }

  @Test
  void theReadRateMayDropOrWait() {
    rig.topLevel("limits_config: {readline_rate_enabled: true, readline_rate: 0.001, readline_burst: 10}");
    rig.append("a.log", Rig.numbered("line", 0, 50));
    rig.start();
    Await.until("the drops", Rig.PATIENCE,
        () -> metric("logentry_dropped_lines_total{reason=\"global_rate_limiter_drop\"}") == 40);
    rig.awaitReceived(10);
  }

  @Test
  void invalidBytesAreRepairedAndAnotherCharsetIsDecoded() throws IOException {
    Files.write(rig.log("a.log"), new byte[] {'a', (byte) 0xff, 'b', '\n'});
    rig.start().awaitInOrder("a\ufffdb");
    rig.stop();
    Files.write(rig.log("b.log"), "größe\n".getBytes(StandardCharsets.ISO_8859_1));
    rig.glob("b.log").encoding("ISO-8859-1").start();
    rig.awaitInOrder("a\ufffdb", "größe");
  }
}
