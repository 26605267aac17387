package io.sigyn.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A server on a real socket that answers whatever a test says, and remembers what it was asked. */
public final class PlaybackServer implements AutoCloseable {
  private final HttpServer server;
  private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());

  /** A request. */
  public record Asked(String path, Map<String, String> parameters, Map<String, String> headers) {}

  /** An answer. */
  public record Played(int status, String body) {
    /** A success. */
    public static Played ok(String body) {
      return new Played(200, body);
    }
  }

  /** Listens on a free port of 127.0.0.1. */
  public PlaybackServer(Function<Asked, Played> play) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", exchange -> answer(exchange, play));
    server.start();
  }

  private void answer(HttpExchange exchange, Function<Asked, Played> play) throws IOException {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
    Asked request =
        new Asked(
            exchange.getRequestURI().getPath(),
            parameters(exchange.getRequestURI().getRawQuery()),
            headers);
    asked.add(request);
    Played played = play.apply(request);
    byte[] body = played.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(played.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static Map<String, String> parameters(@org.jspecify.annotations.Nullable String query) {
    Map<String, String> parameters = new TreeMap<>();
    for (String pair : query == null ? new String[0] : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      parameters.put(
          URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
          URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return parameters;
  }

  /** Where it listens. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What it was asked so far. */
  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
