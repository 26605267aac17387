package io.sigyn.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.sigyn.life.Threads;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.wire.push.PushReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A push server that decodes what it gets, keeps it, and answers as it is told. */
final class FakeServer implements AutoCloseable {
  /** An entry that was acknowledged. */
  record Received(Labels labels, long timestamp, String line, Labels metadata, String tenant) {}

  /** An answer; 2xx keeps the entries. */
  record Reply(int status, String text, Map<String, String> headers) {
    static Reply of(int status) {
      return new Reply(status, "status " + status, Map.of());
    }
  }

  /** Decides about a request; throwing IOException breaks the connection. */
  interface Script {
    Reply answer(EntryBatch batch, HttpExchange exchange) throws IOException;
  }

  /** Takes everything. */
  static final Script TAKE = (batch, exchange) -> Reply.of(204);

  private final List<Received> received = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();
  private final int port;
  private volatile Script script = TAKE;
  private volatile boolean interrupted;
  private @Nullable HttpServer http;
  private @Nullable ExecutorService threads;

  private final @Nullable SSLContext tls;

  FakeServer() {
    this(null);
  }

  /** Behind TLS when a context is given. */
  FakeServer(@Nullable SSLContext tls) {
    this.tls = tls;
    HttpServer first = bind(0);
    http = first;
    port = first.getAddress().getPort();
  }

  private HttpServer bind(int wanted) {
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted);
      HttpServer server = tls == null ? HttpServer.create(address, 64) : secure(address, tls);
      server.createContext("/", this::handle);
      ExecutorService executor = Threads.virtual("fake-server");
      threads = executor;
      server.setExecutor(executor);
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpServer secure(InetSocketAddress address, SSLContext tls) throws IOException {
    HttpsServer server = HttpsServer.create(address, 64);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return server;
  }

  String url() {
    return (tls == null ? "http" : "https") + "://127.0.0.1:" + port + "/loki/api/v1/push";
  }

  void script(Script next) {
    script = next;
  }

  /** Stops listening; connections are refused. A request that is under way may be kept and never answered. */
  synchronized void down() {
    interrupted = true;
    if (http != null) {
      http.stop(0);
      http = null;
    }
    if (threads != null) {
      threads.shutdownNow();
    }
  }

  /** Listens again on the same port. */
  synchronized void up() {
    if (http == null) {
      http = bind(port);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
      EntryBatch batch =
          body.length > 1 ? PushReader.read(body, body.length, type, "", 64 << 20) : EntryBatch.EMPTY;
      Reply reply = script.answer(batch, exchange);
      String tenant = exchange.getRequestHeaders().getFirst("X-Scope-OrgID");
      synchronized (received) {
        requests.add(reply.status() + " " + batch.entries());
        if (reply.status() < 300) {
          keep(batch, tenant == null ? "" : tenant);
        }
      }
      reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      byte[] text = reply.text().getBytes(StandardCharsets.UTF_8);
      if (reply.status() == 204) {
        exchange.sendResponseHeaders(204, -1);
      } else {
        exchange.sendResponseHeaders(reply.status(), text.length);
        exchange.getResponseBody().write(text);
      }
    }
  }

  private void keep(EntryBatch batch, String tenant) {
    for (int s = 0; s < batch.streams(); s++) {
      for (int e = batch.firstEntry(s); e < batch.endEntry(s); e++) {
        String line =
            new String(
                batch.arena(), batch.lineStart(e), batch.lineEnd(e) - batch.lineStart(e), StandardCharsets.UTF_8);
        received.add(new Received(batch.labels(s), batch.timestamp(e), line, batch.metadata(e), tenant));
      }
    }
  }

  /** Keeps entries of a request that is answered with an error, as Loki does with the good ones. */
  void keepAnyway(EntryBatch batch) {
    synchronized (received) {
      keep(batch, "");
    }
  }

  List<Received> received() {
    synchronized (received) {
      return List.copyOf(received);
    }
  }

  /** The lines in the order in which they were acknowledged. */
  List<String> lines() {
    return received().stream().map(Received::line).toList();
  }

  /** The lines that remain when exact duplicates are stored once, as Loki does. */
  List<String> storedLines() {
    Set<Received> stored = new HashSet<>();
    return received().stream().filter(stored::add).map(Received::line).toList();
  }

  /**
   * What counts as delivered: every line that was taken; after an outage, those that are left when exact duplicates are
   * stored once, since an answer that got lost makes a request come again.
   */
  List<String> delivered() {
    return interrupted ? storedLines() : lines();
  }

  /** Status and number of entries of each request. */
  List<String> requests() {
    synchronized (received) {
      return List.copyOf(requests);
    }
  }

  @Override
  public void close() {
    down();
  }
}
