package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.sigyn.agent.FakeServer.Reply;
import io.sigyn.agent.config.AgentConfig;
import io.sigyn.agent.http.Certificates;
import io.sigyn.agent.http.FakeProxy;
import io.sigyn.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Servers that are slow, strict, or reached in an unusual way. */
final class NetworkTest {
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

  private String metrics() {
    return new AgentStatus(rig.agent(), "test").metrics();
  }

  private String get(String path) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + rig.agent().port() + path);
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  @Test
  void credentialsThatAreReplacedOnDiskAreUsedWithoutARestart() throws IOException {
    Path token = Files.writeString(rig.dir.resolve("token"), "old\n");
    rig.client("bearer_token_file: '" + token + "'");
    rig.server.script(
        (batch, exchange) ->
            "Bearer new".equals(exchange.getRequestHeaders().getFirst("Authorization"))
                ? Reply.of(204)
                : new Reply(401, "who are you", Map.of()));
    rig.append("a.log", "one");
    rig.start();
    Await.until("the refusal", Rig.PATIENCE, () -> problem().equals("server refuses the credentials with 401: who are you"));
    Files.writeString(token, "new\n");
    rig.awaitInOrder("one");
    Await.until("the end of it", Rig.PATIENCE, () -> problem().isEmpty());
  }

  @Test
  void aWrongPathIsNamed() {
    rig.server.script((batch, exchange) -> Reply.of(404));
    rig.append("a.log", "one");
    rig.start();
    Await.until(
        "the reason", Rig.PATIENCE,
        () -> problem().equals("server says 404 for " + rig.server.url() + "; is the path /loki/api/v1/push missing?"));
    rig.server.script(FakeServer.TAKE);
    rig.awaitInOrder("one");
  }

  @Test
  void aSlowClientHoldsBackNobodyElse() {
    CountDownLatch end = new CountDownLatch(1);
    try (FakeServer slow = new FakeServer()) {
      slow.script(
          (batch, exchange) -> {
            try {
              end.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return Reply.of(204);
          });
      rig.topLevel("client: {url: '" + slow.url() + "', batchwait: 20ms}");
      rig.agentBlock("buffer: {memory: 64KB}");
      List<String> lines = Rig.numbered("x".repeat(200), 0, 2000);
      rig.append("a.log", lines);
      rig.start().awaitInOrder(lines);
      assertThat(slow.lines()).isEmpty();
      end.countDown();
      Await.until("the slow one", Rig.PATIENCE, () -> slow.storedLines().size() >= 2000);
      assertThat(slow.storedLines()).containsExactlyElementsOf(lines);
    }
  }

  @Test
  void userAndPasswordOfTheAddressAreSentAndNeverShown() throws IOException, InterruptedException {
    AtomicInteger right = new AtomicInteger();
    rig.server.script(
        (batch, exchange) -> {
          boolean sent = "Basic am9lOmh1c2g=".equals(exchange.getRequestHeaders().getFirst("Authorization"));
          right.addAndGet(sent ? 1 : 0);
          return Reply.of(sent ? 204 : 401);
        });
    rig.append("a.log", "one");
    rig.start(AgentConfig.parse(rig.yaml().replace("http://127", "http://joe:hush@127"))).awaitInOrder("one");
    assertThat(right).hasPositiveValue();
    for (String page : List.of("/config", "/metrics", "/targets", "/targets?format=json", "/ready?verbose")) {
      assertThat(get(page)).as(page).doesNotContain("hush");
    }
    assertThat(get("/config")).contains("joe:<secret>@127.0.0.1:");
    rig.server.script((batch, exchange) -> Reply.of(404));
    rig.append("a.log", "two");
    Await.until("a problem", Rig.PATIENCE, () -> !problem().isEmpty());
    assertThat(problem()).doesNotContain("hush").contains("http://127.0.0.1:");
    rig.server.script(FakeServer.TAKE);
  }

  /** What was logged at any level while it is open, with all keys and values. */
  private static final class Logged implements AutoCloseable {
    private final List<Logger> loggers =
        Stream.of("io.sigyn", "org.apache.hc").map(name -> (Logger) LoggerFactory.getLogger(name)).toList();

    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    Logged() {
      events.start();
      for (Logger logger : loggers) {
        logger.setLevel(Level.TRACE);
        logger.setAdditive(false);
        logger.addAppender(events);
      }
    }

    String text() {
      return List.copyOf(events.list).stream()
          .map(event -> event.getFormattedMessage() + " " + event.getKeyValuePairs())
          .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
      for (Logger logger : loggers) {
        logger.detachAppender(events);
        logger.setAdditive(true);
        logger.setLevel(null);
      }
    }
  }

  @Test
  void aProxyThatRefusesIsNamedUntilItLetsRequestsThrough() throws Exception {
    KeyStore store = Certificates.store(rig.dir, "loki");
    Path ca = Files.writeString(rig.dir.resolve("ca.crt"), Certificates.certificate(store));
    try (Logged log = new Logged();
        FakeServer secure = new FakeServer(Certificates.context(store));
        FakeProxy proxy = new FakeProxy()) {
      proxy.require("Basic something else");
      rig.client(
          "proxy_url: '" + proxy.url("joe:hush") + "', proxy_connect_header: {X-Team: [hush-1, hush-2]}, tls_config: {ca_file: '"
              + ca + "'}");
      rig.append("a.log", "one");
      rig.start(AgentConfig.parse(rig.yaml().replace(rig.server.url(), secure.url())));
      String named = "server cannot be reached: proxy http://127.0.0.1:" + proxy.port() + " says ";
      Await.until(
          "the refusal", Rig.PATIENCE,
          () -> problem().equals(named + "407 Who Are You; see the user and the password of the proxy"));
      for (String page : List.of("/config", "/metrics", "/targets", "/agent/diagnosis", "/ready?verbose")) {
        assertThat(get(page)).as(page).doesNotContain("hush");
      }
      assertThat(get("/config")).contains("proxy_url: \"<secret>\"", "X-Team:").contains("- \"<secret>\"");
      proxy.refuseWith(502);
      Await.until("the failure", Rig.PATIENCE, () -> problem().equals(named + "502 Not Now"));
      proxy.require("Basic am9lOmh1c2g=");
      proxy.refuseWith(0);
      Await.until("the line", Rig.PATIENCE, () -> secure.lines().equals(List.of("one")));
      rig.stop();
      assertThat(proxy.heads()).last().asString()
          .startsWith("CONNECT 127.0.0.1:").contains("\r\nX-Team: hush-1\r\nX-Team: hush-2\r\n");
      assertThat(log.text()).contains("proxy http://127.0.0.1:" + proxy.port() + " says 407", "connecting").doesNotContain("hush", "am9lO");
    }
  }

  @Test
  void aTenantOutOfALineCannotAddHeaders() {
    Set<String> headers = ConcurrentHashMap.newKeySet();
    rig.server.script(
        (batch, exchange) -> {
          headers.addAll(exchange.getRequestHeaders().keySet());
          return Reply.of(204);
        });
    rig.stages("[{json: {expressions: {who: who}}}, {tenant: {source: who}}]");
    rig.append("a.log", "{\"who\":\"red\\r\\nX-Added: 1\"}");
    rig.start().awaitReceived(1);
    assertThat(headers).contains("X-scope-orgid").doesNotContain("X-added");
    assertThat(rig.server.received()).singleElement().satisfies(r -> assertThat(r.tenant()).startsWith("red"));
  }

  @Test
  void tokensAreAskedForThroughAProxyOfTheirOwn() throws Exception {
    KeyStore store = Certificates.store(rig.dir, "issuer");
    Path ca = Files.writeString(rig.dir.resolve("ca.crt"), Certificates.certificate(store));
    HttpsServer issuer = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    issuer.setHttpsConfigurator(new HttpsConfigurator(Certificates.context(store)));
    issuer.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          boolean leaked = exchange.getRequestHeaders().containsKey("X-Team");
          byte[] answer = "{\"access_token\":\"t\"}".getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(leaked ? 500 : 200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    issuer.start();
    try (FakeProxy proxy = new FakeProxy()) {
      proxy.require("Basic am9lOmh1c2g=");
      int port = issuer.getAddress().getPort();
      rig.client(
          "oauth2: {client_id: me, client_secret: x, token_url: 'https://issuer.example:" + port + "/', tls_config: {ca_file: '"
              + ca + "'}, proxy_url: '" + proxy.url("joe:hush") + "', proxy_connect_header: {X-Team: [blue]}}");
      rig.server.script(
          (batch, exchange) -> Reply.of("Bearer t".equals(exchange.getRequestHeaders().getFirst("Authorization")) ? 204 : 401));
      rig.append("a.log", "one");
      rig.start().awaitInOrder("one");
      assertThat(proxy.heads()).singleElement().asString()
          .startsWith("CONNECT issuer.example:" + port + " ").contains("\r\nX-Team: blue\r\n");
    } finally {
      issuer.stop(0);
    }
  }

  @Test
  void anAddressOfVersionSixIsReached() throws IOException {
    InetAddress six = InetAddress.getByName("::1");
    try (ServerSocket probe = new ServerSocket(0, 1, six)) {
      assumeThat(probe.isBound()).isTrue();
    } catch (IOException e) {
      assumeThat(e).as("no IPv6 here").isNull();
    }
    AtomicInteger requests = new AtomicInteger();
    HttpServer server = HttpServer.create(new InetSocketAddress(six, 0), 8);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          requests.incrementAndGet();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    try {
      rig.append("a.log", "one");
      String url = "http://[::1]:" + server.getAddress().getPort() + "/loki/api/v1/push";
      rig.start(AgentConfig.parse(rig.yaml().replace(rig.server.url(), url)));
      rig.awaitPosition("a.log", 4);
      assertThat(requests).hasPositiveValue();
      assertThat(metrics()).contains("promtail_sent_entries_total{host=\"[::1]:" + server.getAddress().getPort() + "\"} 1");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void hundredsOfTenantsGetTheirOwnRequests() {
    rig.stages("[{regex: {expression: '^(?P<who>\\S+) '}}, {tenant: {source: who}}]");
    List<String> lines = Rig.numbered("x", 0, 300).stream().map(line -> line.replace(' ', '-') + " hello").toList();
    rig.append("a.log", lines);
    rig.start().awaitReceived(300);
    assertThat(rig.server.received()).allMatch(r -> r.line().equals(r.tenant() + " hello"));
    rig.awaitExactly(lines);
    rig.awaitPosition("a.log", Rig.read(rig.log("a.log")).length());
  }

  @Test
  void theReadRateMayHoldReadingBack() {
    rig.topLevel(
        "limits_config: {readline_rate_enabled: true, readline_rate: 500, readline_burst: 10, readline_rate_drop: false}");
    List<String> lines = Rig.numbered("line", 0, 100);
    rig.append("a.log", lines);
    rig.start().awaitInOrder(lines);
    assertThat(metrics()).doesNotContain("global_rate_limiter_drop\"} 1");
  }
}
