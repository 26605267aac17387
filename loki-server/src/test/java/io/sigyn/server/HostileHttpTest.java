package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.server.RawHttp.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that two servers in a row may read differently, on a whole server: one answer, the end, nothing stored. */
@SuppressWarnings("StringConcatToTextBlock") // a text block would hide where a line ends with CRLF
final class HostileHttpTest {
  private static final String PUSH = "POST /loki/api/v1/push HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
  private static final String SMUGGLED = "GET /loki/api/v1/labels HTTP/1.1\r\nHost: a\r\n\r\n";

  @TempDir static Path dir;
  private static LokiServer server;

  @BeforeAll
  static void start() {
    server = Servers.start(dir, "");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void othersAreServed() throws IOException {
    try (RawHttp raw = new RawHttp(server.port())) {
      assertThat(raw.send("GET /ready HTTP/1.1\r\nHost: a\r\n\r\n").answer().status()).isEqualTo(200);
    }
  }

  @Test
  void foldedHeadersAndForbiddenTrailersChangeNothing() throws IOException {
    try (RawHttp raw = new RawHttp(server.port())) {
      raw.send(PUSH + "X: a\r\n Content-Length: 9\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED);
      assertThat(raw.answer().status()).as("of an empty push").isEqualTo(422);
      assertThat(raw.answer().status()).as("the next request begins where the first one says").isEqualTo(200);
      raw.send(PUSH + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n" + SMUGGLED);
      assertThat(raw.answer().status()).isEqualTo(422);
      assertThat(raw.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void chunkExtensionsAreIgnoredAndBounded() throws IOException {
    try (RawHttp raw = new RawHttp(server.port())) {
      raw.send(PUSH + "Transfer-Encoding: chunked\r\n\r\n2;a=\"b\"\r\n{}\r\n0;x\r\n\r\n");
      assertThat(raw.answer().status()).isEqualTo(422);
    }
    try (RawHttp raw = new RawHttp(server.port())) {
      raw.send(PUSH + "Transfer-Encoding: chunked\r\n\r\n2;");
      raw.send("x=".repeat(200_000));
      assertThat(raw.answer().status()).isIn(400, 414, 431);
      assertThat(raw.endsNow()).isTrue();
    }
  }

  @Test
  void headersWithoutEndAreBounded() throws IOException {
    // None of them ends its head.
    for (String piece : List.of("X: y\r\n", "X: " + "y".repeat(1_000) + "\r\n", "z".repeat(1_000))) {
      try (RawHttp raw = new RawHttp(server.port())) {
        raw.send("GET /ready HTTP/1.1\r\nHost: a\r\n" + piece.repeat(300_000 / piece.length()));
        assertThat(raw.answer().status()).as(piece.substring(0, 4)).isEqualTo(431);
        assertThat(raw.endsNow()).isTrue();
      }
    }
    try (RawHttp raw = new RawHttp(server.port())) {
      raw.send("GET /ready HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(5_000) + "\r\n");
      assertThat(raw.answer().status()).isEqualTo(431);
    }
    try (RawHttp raw = new RawHttp(server.port())) {
      raw.send("GET /ready?" + "q".repeat(300 << 10) + " HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(raw.answer().status()).isEqualTo(414);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Lengths that contradict each other, or are none.
        PUSH + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        PUSH + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        PUSH + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
        PUSH + "Content-Length: 2, 3\r\n\r\n{}x",
        PUSH + "Content-Length: 0x2\r\n\r\n{}",
        PUSH + "Content-Length: 2_0\r\n\r\n{}",
        PUSH + "Content-Length: 99999999999999999999\r\n\r\n{}",
        PUSH + "Content-Length:\r\n\r\n{}",
        // Codings that are not chunked alone.
        PUSH + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        PUSH + "Transfer-Encoding: identity\r\n\r\n{}",
        PUSH + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        PUSH + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        PUSH + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        PUSH + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        PUSH + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        PUSH + "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n",
        PUSH + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
        // Lines that end, begin or go on strangely.
        PUSH + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        " X: leading\r\n\r\n",
        "POST /loki/api/v1/push HTTP/1.1\nHost: a\nContent-Length: 2\n\n{}",
        "POST /loki/api/v1/push HTTP/1.1\r\nHost: a\nContent-Length: 2\r\n\r\n{}",
        "POST /loki/api/v1/push HTTP/1.1\r\nHost: a\rX: y\r\nContent-Length: 2\r\n\r\n{}",
        "POST /loki/api/v1/push HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        "POST /loki/api/v1/push HTTP/1.1\r\nHost: a\r\n: no name\r\n\r\n",
        "POST /loki/api/v1/push HTTP/1.1\r\nHost: a\r\nX y: z\r\n\r\n",
        "POST /loki/api/v1/push HTTP/1.1 \r\nHost: a\r\n\r\n",
        "POST /loki/api/v1/push HTTP/1.1 x\r\nHost: a\r\n\r\n",
        "P\u00d6ST /loki/api/v1/push HTTP/1.1\r\nHost: a\r\n\r\n",
        // Chunks.
        PUSH + "Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n",
        PUSH + "Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
        PUSH + "Transfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n",
        PUSH + "Transfer-Encoding: chunked\r\n\r\n\r\n{}\r\n0\r\n\r\n",
        PUSH + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n",
        PUSH + "Transfer-Encoding: chunked\r\n\r\n80000002\r\n{}\r\n0\r\n\r\n",
        PUSH + "Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n",
        PUSH + "Transfer-Encoding: chunked\r\n\r\n2;a\nb\r\n{}\r\n0\r\n\r\n",
        PUSH + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}X\r\n0\r\n\r\n",
        PUSH + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\n0\r\n\r\n",
        // Other protocols and versions.
        "GET /loki/api/v1/labels HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET /loki/api/v1/labels HTTP/11\r\nHost: a\r\n\r\n",
        "GET /loki/api/v1/labels ICY/1.1\r\nHost: a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
        "GET http://b/loki/api/v1/labels HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a@b/loki/api/v1/labels HTTP/1.1\r\nHost: b\r\n\r\n",
        "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
      })
  void isAnsweredOnceAndEndsTheConnection(String request) throws IOException {
    try (RawHttp raw = new RawHttp(server.port())) {
      raw.send(request + SMUGGLED);
      Answer answer = raw.answer();
      assertThat(answer.status()).as(answer.body()).isIn(400, 413, 501, 505);
      assertThat(answer.header("connection")).isEqualTo("close");
      assertThat(raw.endsNow()).as("nothing after it is looked at").isTrue();
    }
  }
}
