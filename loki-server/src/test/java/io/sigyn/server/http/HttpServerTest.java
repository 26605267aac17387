package io.sigyn.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.server.RawHttp;
import io.sigyn.server.RawHttp.Answer;
import io.sigyn.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // a text block would hide where a line ends with CRLF
final class HttpServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final String HOST = "Host: localhost\r\n";

  private final ExecutorService pool = Threads.virtual("test");
  private final BodyBudget budget = new BodyBudget(100_000);
  private final ConcurrentLinkedQueue<String> finished = new ConcurrentLinkedQueue<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger aborted = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private HttpServer server = start(settings(LONG, LONG, LONG, LONG, 0));

  private static HttpSettings settings(
      Duration head, Duration stall, Duration write, Duration idle, int connections) {
    return new HttpSettings("127.0.0.1", 0, 1, connections, 4_096, 2_048, head, stall, write, idle);
  }

  private HttpServer start(HttpSettings settings) {
    return HttpServer.start(
        settings,
        new Router("", routes()),
        budget,
        new AnswerBudget(10_000_000),
        new Recorder(),
        Clock.SYSTEM);
  }

  private void restart(HttpSettings settings) {
    server.close();
    server = start(settings);
  }

  private final class Recorder implements Observer {
    @Override
    public void started() {}

    @Override
    public void finished(Served served) {
      finished.add(served.method() + " " + served.route() + " " + served.status() + " " + served.requestBytes());
    }
  }

  private List<Route> routes() {
    return List.of(
        route(
            "echo",
            Set.of("POST", "GET"),
            "/echo",
            1_000,
            r ->
                now(
                    Response.of(
                        200,
                        "text/plain",
                        new String(r.body(), 0, r.length(), StandardCharsets.UTF_8)))),
        route(
            "big",
            Set.of("POST"),
            "/big",
            80_000,
            r -> now(Response.of(200, "text/plain", "" + r.length()))),
        route(
            "names",
            Set.of("GET"),
            "/label/{name}/values",
            0,
            r -> now(Response.of(200, "text/plain", r.variable("name") + "?" + r.rawQuery()))),
        route("wait", Set.of("GET"), "/wait", 0, this::waitForRelease),
        route(
            "socket",
            Set.of("GET"),
            "/socket",
            0,
            r -> waitForRelease(r).thenApply(released -> Response.socket(HttpServerTest::untilItsEnd))),
        route(
            "boom",
            Set.of("GET"),
            "/boom",
            0,
            r -> {
              throw new IllegalStateException("boom");
            }),
        route(
            "large",
            Set.of("GET"),
            "/large",
            0,
            r -> now(Response.of(200, "text/plain", "x".repeat(300_000)))),
        route(
            "stream",
            Set.of("GET"),
            "/stream",
            0,
            r ->
                now(
                    Response.stream(
                        200,
                        "text/plain",
                        0,
                        out -> {
                          byte[] line = "0123456789abcde\n".getBytes(StandardCharsets.UTF_8);
                          int lines = Integer.parseInt(r.rawQuery());
                          for (int i = 0; i < lines; i++) {
                            out.write(line);
                          }
                        }))),
        route(
            "torn",
            Set.of("GET"),
            "/torn",
            0,
            r ->
                now(
                    Response.stream(
                        200,
                        "text/plain",
                        0,
                        out -> {
                          out.write(new byte[100_000]);
                          throw new IllegalStateException("torn");
                        }))));
  }

  private static Route route(
      String name, Set<String> methods, String path, int limit, Handler handler) {
    return new Route(
        name, methods, path, limit, e -> Response.error(500, "failed: " + e.getMessage()), handler);
  }

  private static CompletableFuture<Response> now(Response response) {
    return CompletableFuture.completedFuture(response);
  }

  private CompletableFuture<Response> waitForRelease(Request request) {
    request.abort().onAbort(aborted::incrementAndGet);
    waiting.incrementAndGet();
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return Response.of(200, "text/plain", "released");
        },
        pool);
  }

  private static void untilItsEnd(Socket socket) throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    socket.onClose(end::countDown);
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
    pool.shutdownNow();
  }

  private RawHttp connect() throws IOException {
    return new RawHttp(server.port());
  }

  private static String post(String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\n"
        + HOST
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\n" + HOST + "\r\n";
  }

  @Test
  void answersRequestsSentAheadInOrder() throws IOException {
    try (RawHttp raw = connect()) {
      raw.send(post("/echo", "one") + post("/echo", "two") + get("/nope") + post("/echo", "three"));
      assertThat(raw.answer().body()).isEqualTo("one");
      assertThat(raw.answer().body()).isEqualTo("two");
      assertThat(raw.answer().status()).isEqualTo(404);
      assertThat(raw.answer().body()).isEqualTo("three");
    }
  }

  @Test
  void waitsWithLaterRequestsUntilTheFirstIsAnswered() throws IOException {
    try (RawHttp raw = connect()) {
      raw.send(get("/wait") + get("/echo").repeat(200));
      Await.until("the handler to start", PATIENCE, () -> waiting.get() == 1);
      release.countDown();
      assertThat(raw.answer().body()).isEqualTo("released");
      for (int i = 0; i < 200; i++) {
        assertThat(raw.answer().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void readsChunkedBodies() throws IOException {
    try (RawHttp raw = connect()) {
      raw.send(
          "POST /echo HTTP/1.1\r\n"
              + HOST
              + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");
      assertThat(raw.answer().body()).isEqualTo("abcde");
    }
  }

  @Test
  void followsThePathRules() throws IOException {
    try (RawHttp raw = connect()) {
      Answer unknown = raw.send(get("/")).answer();
      assertThat(unknown.status()).isEqualTo(404);
      assertThat(unknown.body()).isEqualTo("404 page not found\n");
      assertThat(unknown.header("content-type")).isEqualTo("text/plain; charset=utf-8");
      assertThat(unknown.header("x-content-type-options")).isEqualTo("nosniff");
      assertThat(raw.send(get("/Echo")).answer().status()).isEqualTo(404);
      assertThat(raw.send(get("/echo/")).answer().status()).isEqualTo(404);
      Answer method = raw.send("DELETE /echo HTTP/1.1\r\n" + HOST + "\r\n").answer();
      assertThat(method.status()).isEqualTo(405);
      assertThat(method.bytes()).isEmpty();
      assertThat(method.headers()).doesNotContainKey("allow");
      for (String dirty :
          List.of("/label//values?a=b", "/label/./values?a=b", "/x/../label/values?a=b")) {
        Answer redirect = raw.send(get(dirty)).answer();
        assertThat(redirect.status()).isEqualTo(301);
        assertThat(redirect.header("location")).isEqualTo("/label/values?a=b");
      }
      assertThat(raw.send(get("/label/a%2Fb/values")).answer().status()).isEqualTo(404);
      assertThat(raw.send(get("/label/%E6%B5%B7/values?q=1")).answer().body()).isEqualTo("海?q=1");
      assertThat(raw.send(get("/label/app")).answer().status()).isEqualTo(404);
    }
  }

  @Test
  void refusesBrokenEscapesInPaths() throws IOException {
    try (RawHttp raw = connect()) {
      assertThat(raw.send(get("/label/%zz/values")).answer().status()).isEqualTo(400);
    }
  }

  @Test
  void refusesTooLargeBodiesByTheirAnnouncedLength() throws IOException {
    try (RawHttp raw = connect()) {
      raw.send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 1001\r\n\r\n");
      Answer answer = raw.answer();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.body())
          .isEqualTo("request body too large: message size too large than max (1001 vs 1000)\n");
      assertThat(answer.header("connection")).isEqualTo("close");
      assertThat(raw.endsNow()).isTrue();
    }
    assertThat(budget.held()).isZero();
  }

  @Test
  void refusesChunkedBodiesOnceTheyAreTooLarge() throws IOException {
    try (RawHttp raw = connect()) {
      raw.send("POST /echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n");
      raw.send("3e8\r\n" + "x".repeat(1000) + "\r\n1\r\ny\r\n");
      assertThat(raw.answer().status()).isEqualTo(413);
    }
    Await.until("the budget to be given back", PATIENCE, () -> budget.held() == 0);
  }

  @Test
  void deliversTheRefusalToAClientThatIsStillSending() throws IOException {
    try (RawHttp raw = connect()) {
      raw.send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 2000000\r\n\r\n");
      raw.send(new byte[1_000_000]);
      assertThat(raw.answer().status()).isEqualTo(413);
    }
  }

  @Test
  void answers503WhenAllBodiesTogetherAreTooLarge() throws IOException {
    try (RawHttp first = connect();
        RawHttp second = connect()) {
      first.send(
          "POST /big HTTP/1.1\r\n" + HOST + "Content-Length: 80000\r\n\r\n" + "x".repeat(79_999));
      Await.until("the first body to be accounted for", PATIENCE, () -> budget.held() == 80_000);
      second.send("POST /big HTTP/1.1\r\n" + HOST + "Content-Length: 30000\r\n\r\n");
      Answer answer = second.answer();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.body()).contains("80000 of 100000 bytes held");
      assertThat(Integer.parseInt(answer.header("retry-after"))).isBetween(1, 5);
      first.send("x");
      assertThat(first.answer().body()).isEqualTo("80000");
    }
    Await.until("the budget to be given back", PATIENCE, () -> budget.held() == 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /echo HTTP/1.1\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET http://other/echo HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /echo HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Content-Length: 3\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc",
        "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "xyz\r\n"
            + "abc\r\n"
            + "0\r\n\r\n",
        "POST /echo HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "0\r\n"
            + "X-Late: 1\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n",
        "\0GET /echo HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /echo\r\nHost: a\r\n\r\n",
        "gibberish\r\n\r\n"
      })
  void answersMalformedRequestsOnceAndLooksAtNothingAfterThem(String malformed) throws IOException {
    try (RawHttp raw = connect()) {
      raw.send(malformed + get("/echo"));
      Answer answer = raw.answer();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).startsWith("400 Bad Request");
      assertThat(answer.header("connection")).isEqualTo("close");
      assertThat(raw.endsNow()).isTrue();
    }
    try (RawHttp raw = connect()) {
      assertThat(raw.send(post("/echo", "fine")).answer().body()).isEqualTo("fine");
    }
  }

  @Test
  void takesAbsoluteFormWhenItNamesTheSameHost() throws IOException {
    try (RawHttp raw = connect()) {
      assertThat(raw.send(get("http://localhost/label/a/values?x")).answer().body())
          .isEqualTo("a?x");
    }
  }

  @Test
  void refusesTooLongRequestLinesAndHeaders() throws IOException {
    try (RawHttp raw = connect()) {
      assertThat(raw.send(get("/echo?" + "q".repeat(5_000))).answer().status()).isEqualTo(414);
    }
    try (RawHttp raw = connect()) {
      raw.send("GET /echo HTTP/1.1\r\n" + HOST + "X: " + "y".repeat(3_000) + "\r\n\r\n");
      assertThat(raw.answer().status()).isEqualTo(431);
    }
  }

  @Test
  void asksForTheBodyOfWhoeverWaitsToSendIt() throws IOException {
    try (RawHttp raw = connect()) {
      raw.send(
          "POST /echo HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
      assertThat(raw.answer().status()).isEqualTo(100);
      assertThat(raw.send("ok").answer().body()).isEqualTo("ok");
    }
    try (RawHttp raw = connect()) {
      raw.send(
          "POST /echo HTTP/1.1\r\n"
              + HOST
              + "Expect: 100-continue\r\nContent-Length: 2000\r\n\r\n");
      assertThat(raw.answer().status()).isEqualTo(413);
    }
  }

  @Test
  void servesOldClients() throws IOException {
    try (RawHttp raw = connect()) {
      Answer answer = raw.send("GET /stream?10000 HTTP/1.0\r\n\r\n").answer();
      assertThat(answer.headers()).doesNotContainKey("transfer-encoding");
      assertThat(answer.bytes()).hasSize(160_000);
    }
    try (RawHttp raw = connect()) {
      String keep = "GET /label/a/values HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
      assertThat(raw.send(keep).answer().body()).isEqualTo("a?");
      assertThat(raw.send(keep).answer().body()).isEqualTo("a?");
    }
  }

  @Test
  void closesWhenTheClientWantsIt() throws IOException {
    try (RawHttp raw = connect()) {
      raw.send(
          "GET /label/a/values HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n" + get("/echo"));
      assertThat(raw.answer().header("connection")).isEqualTo("close");
      assertThat(raw.endsNow()).isTrue();
    }
  }

  @Test
  void sendsShortAnswersWithTheirLengthAndLongOnesInChunks() throws IOException {
    try (RawHttp raw = connect()) {
      Answer brief = raw.send(get("/stream?2")).answer();
      assertThat(brief.header("content-length")).isEqualTo("32");
      Answer lengthy = raw.send(get("/stream?20000")).answer();
      assertThat(lengthy.header("transfer-encoding")).isEqualTo("chunked");
      assertThat(lengthy.bytes())
          .hasSize(320_000)
          .endsWith("0123456789abcde\n".getBytes(StandardCharsets.UTF_8));
      assertThat(raw.send(get("/large")).answer().bytes()).hasSize(300_000);
      assertThat(raw.send(get("/echo")).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void tearsTheConnectionWhenAnAnswerBreaksOff() throws IOException {
    try (RawHttp raw = connect()) {
      raw.send(get("/torn"));
      assertThatThrownBy(raw::answer).isInstanceOf(Exception.class);
    }
  }

  @Test
  void turnsWhatAHandlerThrowsIntoAnAnswer() throws IOException {
    try (RawHttp raw = connect()) {
      Answer answer = raw.send(get("/boom")).answer();
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.body()).isEqualTo("failed: boom");
      assertThat(raw.send(get("/echo")).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void tellsHandlersThatTheirClientIsGone() throws IOException {
    try (RawHttp raw = connect()) {
      raw.send(get("/wait"));
      Await.until("the handler to start", PATIENCE, () -> waiting.get() == 1);
    }
    Await.until("the handler to hear of it", PATIENCE, () -> aborted.get() == 1);
    release.countDown();
    Await.until(
        "the request to be recorded",
        PATIENCE,
        () -> finished.contains("GET wait 499 0"),
        finished::toString);
  }

  @Test
  void givesUpOnHeadsThatDoNotCome() throws IOException {
    restart(settings(Duration.ofMillis(200), LONG, LONG, LONG, 0));
    try (RawHttp raw = connect()) {
      raw.send("GET /echo HT");
      assertThat(raw.answer().status()).isEqualTo(408);
      assertThat(raw.endsNow()).isTrue();
    }
  }

  @Test
  void givesUpOnHeadsThatDrip() throws IOException {
    restart(settings(Duration.ofMillis(300), LONG, LONG, LONG, 0));
    try (RawHttp raw = connect()) {
      raw.send("GET /echo HTTP/1.1\r\n" + HOST);
      CompletableFuture<Void> dripping =
          CompletableFuture.runAsync(
              () -> {
                try {
                  while (true) {
                    raw.send("X: y\r\n");
                    Threads.pause(20_000_000L);
                  }
                } catch (IOException e) {
                  // The server has had enough.
                }
              },
              pool);
      assertThat(raw.answer().status()).isEqualTo(408);
      dripping.join();
    }
  }

  @Test
  void keepsConnectionsOpenBetweenRequestsLongerThanHeadsMayTake() throws IOException {
    // Long enough for a client that is kept from the processor between connecting and sending.
    restart(settings(Duration.ofMillis(100), LONG, LONG, Duration.ofSeconds(2), 0));
    try (RawHttp raw = connect()) {
      assertThat(raw.send(post("/echo", "one")).answer().status()).isEqualTo(200);
      // Ends by the idle time, without the 408 that an unfinished head would get.
      assertThat(raw.endsNow()).isTrue();
    }
  }

  @Test
  void givesUpOnBodiesThatStopComing() throws IOException {
    restart(settings(LONG, Duration.ofMillis(200), LONG, LONG, 0));
    try (RawHttp raw = connect()) {
      raw.send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 10\r\n\r\nabc");
      assertThat(raw.answer().status()).isEqualTo(408);
    }
    Await.until("the budget to be given back", PATIENCE, () -> budget.held() == 0);
  }

  @Test
  void givesUpOnClientsThatTakeNothing() throws IOException {
    restart(settings(LONG, LONG, Duration.ofMillis(200), LONG, 0));
    try (RawHttp raw = connect()) {
      raw.send(get("/stream?10000000"));
      Await.until(
          "the answer to be given up", PATIENCE, () -> finished.contains("GET stream 499 0"));
    }
  }

  @Test
  void refusesMoreConnectionsThanAllowed() throws IOException {
    restart(settings(LONG, LONG, LONG, LONG, 1));
    try (RawHttp first = connect()) {
      assertThat(first.send(get("/echo")).answer().status()).isEqualTo(200);
      try (RawHttp second = connect()) {
        assertThat(second.answer().status()).isEqualTo(503);
      }
      assertThat(first.send(get("/echo")).answer().status()).isEqualTo(200);
    }
    Await.until("the place to be free", PATIENCE, () -> server.connections() == 0);
    try (RawHttp third = connect()) {
      assertThat(third.send(get("/echo")).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void letsRunningRequestsEndWhenItStops() throws Exception {
    try (RawHttp busy = connect();
        RawHttp idle = connect()) {
      assertThat(idle.send(get("/echo")).answer().status()).isEqualTo(200);
      busy.send(get("/wait"));
      Await.until("the handler to start", PATIENCE, () -> waiting.get() == 1);
      CompletableFuture<Void> drained =
          CompletableFuture.runAsync(() -> server.drain(PATIENCE), pool);
      assertThat(idle.endsNow()).isTrue();
      assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
      release.countDown();
      Answer answer = busy.answer();
      assertThat(answer.body()).isEqualTo("released");
      assertThat(answer.header("connection")).isEqualTo("close");
      drained.get();
    }
  }

  @Test
  void saysGoodByeToSocketsThatBeginWhileItStops() throws Exception {
    try (RawHttp raw = connect()) {
      raw.send(
          "GET /socket HTTP/1.1\r\n"
              + HOST
              + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
      Await.until("the handler to start", PATIENCE, () -> waiting.get() == 1);
      CompletableFuture<Void> drained = CompletableFuture.runAsync(() -> server.drain(LONG), pool);
      Await.until("the drain to begin", PATIENCE, server::isDraining);
      release.countDown();
      assertThat(raw.answer().status()).isEqualTo(101);
      // A frame that closes, its length, and 1001.
      assertThat(raw.socket().getInputStream().readNBytes(4)).startsWith(0x88).endsWith(0x03, 0xe9);
      drained.get();
    }
  }

  @Test
  void saysWhichAddressIsTaken() {
    HttpSettings same =
        new HttpSettings("127.0.0.1", server.port(), 1, 0, 4_096, 2_048, LONG, LONG, LONG, LONG);
    assertThatThrownBy(() -> start(same).close())
        .isInstanceOf(LokiException.class)
        .hasMessageStartingWith("cannot listen on 127.0.0.1:" + server.port() + ": ")
        .hasMessageContaining("server.http_listen_port");
  }
}
