package io.sigyn.server;

import io.sigyn.testkit.Await;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The client most programs in Java would use to listen to a live tail. */
final class Listener implements WebSocket.Listener, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<String> frames = new ArrayList<>();
  private final StringBuilder partial = new StringBuilder();
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebSocket socket;
  private String closed = "";

  private Listener(URI uri, String... headers) throws Exception {
    WebSocket.Builder builder = client.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    socket = builder.buildAsync(uri, this).get(20, TimeUnit.SECONDS);
  }

  static Listener to(LokiServer server, String path, String query, String more, String... headers) throws Exception {
    String uri = server.uri().toString().replace("http:", "ws:") + path + "?query=" + Http.encode(query) + more;
    return new Listener(URI.create(uri), headers);
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    synchronized (this) {
      partial.append(data);
      if (last) {
        frames.add(partial.toString());
        partial.setLength(0);
      }
    }
    webSocket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
    synchronized (this) {
      closed = statusCode + " " + reason;
    }
    return null;
  }

  synchronized List<String> frames() {
    return List.copyOf(frames);
  }

  synchronized String closed() {
    return closed;
  }

  /** All frames, once the text was in one. */
  String await(String text) {
    Await.until(text + " in a frame", PATIENCE, () -> String.join("\n", frames()).contains(text));
    return String.join("\n", frames());
  }

  /** Status and reason, once it was closed. */
  String awaitClosed() {
    Await.until("a good-bye", PATIENCE, () -> !closed().isEmpty());
    return closed();
  }

  @Override
  public void close() {
    socket.abort();
    client.close();
  }
}
