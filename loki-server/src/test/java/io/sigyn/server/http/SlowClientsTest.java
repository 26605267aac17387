package io.sigyn.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.server.RawHttp;
import io.sigyn.server.RawHttp.Answer;
import io.sigyn.testkit.Await;
import io.sigyn.testkit.FakeClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that send or take bytes slowly or not at all, by a clock that moves when told to. */
@SuppressWarnings("StringConcatToTextBlock") // a text block would hide where a line ends with CRLF
final class SlowClientsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LONG = Duration.ofDays(1);

  /** By this the server decides how often it looks at a request, which it does by the machine's clock. */
  private static final Duration HEAD = Duration.ofMillis(80);

  private static final Duration WRITE = Duration.ofMinutes(1);

  /** More than the buffers of two sockets take. */
  private static final int MUCH = 20_000_000;

  private final FakeClock clock = new FakeClock(Clock.SYSTEM.epochNanos());
  private final BodyBudget bodies = new BodyBudget(1_000_000);
  private final AnswerBudget answers = new AnswerBudget(1_000_000, 2);
  private final ConcurrentLinkedQueue<String> finished = new ConcurrentLinkedQueue<>();
  private final AtomicLong given = new AtomicLong();
  private final AtomicInteger sockets = new AtomicInteger();
  private HttpServer server = start(WRITE);

  private HttpServer start(Duration write) {
    return HttpServer.start(
        new HttpSettings("127.0.0.1", 0, 1, 0, 4_096, 2_048, HEAD, LONG, write, LONG),
        new Router("", routes()),
        bodies,
        answers,
        new Observer() {
          @Override
          public void started() {}

          @Override
          public void finished(Served served) {
            finished.add(served.route() + " " + served.status());
          }
        },
        clock);
  }

  private List<Route> routes() {
    return List.of(
        route("length", request -> Response.of(200, "text/plain", "" + request.length())),
        route("bytes", request -> Response.of(200, "text/plain", new byte[MUCH])),
        route("stream", this::stream),
        route("never", request -> null),
        route(
            "socket",
            request ->
                Response.socket(
                    socket -> {
                      sockets.incrementAndGet();
                      socket.onClose(sockets::decrementAndGet);
                      while (true) {
                        socket.send(new byte[64 << 10]);
                        given.addAndGet(64 << 10);
                      }
                    })));
  }

  /** Made from as many bytes as the query says, and long. */
  private Response stream(Request request) {
    return Response.stream(
        200,
        "text/plain",
        Long.parseLong(request.rawQuery()),
        out -> {
          byte[] piece = new byte[1_000];
          for (int i = 0; i < MUCH / piece.length; i++) {
            out.write(piece);
            given.addAndGet(piece.length);
          }
        });
  }

  private interface Answers {
    @Nullable Response to(Request request);
  }

  private static Route route(String name, Answers answers) {
    return new Route(
        name,
        Set.of("GET", "POST"),
        "/" + name,
        500_000,
        failure -> Response.error(failure instanceof LokiException ? 503 : 500, String.valueOf(failure.getMessage())),
        request -> {
          Response response = answers.to(request);
          return response == null ? new CompletableFuture<>() : CompletableFuture.completedFuture(response);
        });
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RawHttp connect() throws IOException {
    return new RawHttp(server.port());
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private static String post(int length) {
    return "POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
  }

  private Answer ask(String target) {
    try (RawHttp raw = connect()) {
      return raw.send(get(target)).answer();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void bodiesSlowerThanAKilobyteASecondAreGivenUpHoweverSteadilyTheyCome() throws IOException {
    try (RawHttp slow = connect();
        RawHttp fast = connect()) {
      fast.send(post(20_000) + "x".repeat(10_000));
      slow.send(post(20_000) + "x".repeat(5_000));
      Await.until("both bodies to have begun", PATIENCE, () -> bodies.held() == 40_000);
      // One thread serves all connections: what was there before these two have been answered has been read by then.
      assertThat(ask("/length").status() + ask("/length").status()).isEqualTo(400);
      clock.advance(Duration.ofSeconds(3));
      slow.send("x");
      clock.advance(Duration.ofSeconds(3));
      slow.send("x");
      Answer answer = slow.answer();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.header("connection")).isEqualTo("close");
      assertThat(slow.endsNow()).isTrue();
      Await.until("its room to be given back", PATIENCE, () -> bodies.held() == 20_000);
      assertThat(fast.send("x".repeat(10_000)).answer().body()).isEqualTo("20000");
    }
    Await.until("all to be recorded", PATIENCE, () -> finished.size() == 4);
    assertThat(finished).containsExactly("length 200", "length 200", "length 408", "length 200");
  }

  @Test
  void answersNobodyTakesMakeRoomForOthers() throws IOException {
    try (RawHttp idle = connect()) {
      idle.send(get("/stream?600000"));
      Await.until("its answer to have begun", PATIENCE, () -> answers.held() > 600_000);
      // Its client is not known to be slow yet, so it is the other one that has to wait.
      Answer refused = ask("/bytes");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.body())
          .startsWith("too many bytes of answers that clients have not taken yet (")
          .endsWith(" more wanted, limit: 1000000), try again later");
      assertThat(ask("/length").status()).as("of an answer that takes nothing").isEqualTo(200);
      Await.until(
          "the idle client to be given up",
          PATIENCE,
          () -> {
            clock.advance(Duration.ofSeconds(2));
            return ask("/bytes").status() == 200;
          });
      assertThat(answers.closed()).isEqualTo(1);
    }
    // Room is given back before a request is recorded.
    Await.until(
        "all to be recorded",
        PATIENCE,
        () -> finished.containsAll(List.of("stream 499", "bytes 200", "bytes 503")),
        finished::toString);
    assertThat(answers.held()).isZero();
  }

  @Test
  void queriesThatWaitForRoomCloseWhoeverTakesNothing() throws IOException {
    try (RawHttp idle = connect()) {
      idle.send(get("/stream?2000000"));
      Await.until("its answer to have begun", PATIENCE, () -> answers.held() > 2_000_000);
      answers.awaitRoom(() -> clock.advance(Duration.ofMillis(1)));
      Await.until("its end", PATIENCE, () -> finished.contains("stream 499"));
      assertThat(answers.closed()).isEqualTo(1);
    }
    assertThat(answers.held()).isZero();
  }

  @Test
  void answersLargerThanAllRoomAreGivenAlone() throws IOException {
    assertThat(ask("/stream?5000000").status()).isEqualTo(200);
    Await.until("all room to be given back", PATIENCE, () -> answers.held() == 0);
    assertThat(ask("/bytes").bytes()).hasSize(MUCH);
    Await.until("all room to be given back", PATIENCE, () -> answers.held() == 0);
  }

  @Test
  void clientsThatTakeNothingAreGivenUp() throws IOException {
    for (String target : List.of("bytes", "stream?0")) {
      try (RawHttp raw = connect()) {
        raw.send(get("/" + target));
        String end = target.replace("?0", "") + " 499";
        Await.until(
            "the answer to be given up",
            PATIENCE,
            () -> {
              clock.advance(WRITE.plusMillis(1));
              return finished.contains(end);
            });
      }
    }
    assertThat(answers.held()).isZero();
  }

  @Test
  void clientsThatTakeTheirTimeGetEverything() throws IOException {
    try (RawHttp raw = connect()) {
      raw.send(get("/stream?0"));
      Await.until("the answer to have begun", PATIENCE, () -> given.get() > 0);
      for (int i = 0; i < 12; i++) {
        // Whatever the client takes is seen at this time or an earlier one, hence a few advances to one timeout.
        clock.advance(WRITE.dividedBy(4));
        long before = given.get();
        while (given.get() == before && before < MUCH) {
          take(raw);
        }
      }
      while (given.get() < MUCH) {
        take(raw);
      }
    }
  }

  private static void take(RawHttp raw) throws IOException {
    assertThat(raw.socket().getInputStream().read(new byte[64 << 10])).as("the connection is open").isPositive();
  }

  @Test
  void socketsWhoseClientsTakeNothingAreClosed() throws IOException {
    server.close();
    // Sockets are looked at four times in that time.
    server = start(HEAD);
    try (RawHttp raw = connect()) {
      raw.send(
          "GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
      assertThat(raw.answer().status()).isEqualTo(101);
      Await.until("the conversation to begin", PATIENCE, () -> sockets.get() == 1);
      Await.until(
          "the client to be given up",
          PATIENCE,
          () -> {
            clock.advance(HEAD.plusMillis(1));
            return sockets.get() == 0;
          });
    }
    // Whoever converses is told before the request is recorded.
    Await.until("it to be recorded", PATIENCE, () -> !finished.isEmpty());
    assertThat(finished).containsExactly("socket 101");
  }

  @Test
  void littleIsReadOfRequestsSentAhead() {
    ByteClock bytes = new ByteClock(clock);
    EmbeddedChannel channel = new EmbeddedChannel(bytes, new HttpServerCodec(), new Connection(server, bytes));
    channel.writeInbound(Unpooled.copiedBuffer(get("/never") + post(500_000), StandardCharsets.ISO_8859_1));
    int pieces = 0;
    while (channel.config().isAutoRead()) {
      channel.writeInbound(Unpooled.wrappedBuffer(new byte[8 << 10]));
      pieces++;
    }
    assertThat(pieces).isEqualTo(8);
    var _ = channel.close();
  }
}
