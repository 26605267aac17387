package io.sigyn.agent.kubernetes;

import io.sigyn.agent.http.Credentials;
import io.sigyn.agent.http.TlsHttp;
import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonSyntaxException;
import io.sigyn.json.JsonToken;
import io.sigyn.life.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Requests to one API server. The token and the certificates are read again for each. Thread-safe. */
final class ApiClient implements AutoCloseable {
  private static final int MAX_LIST = 256 << 20;
  private static final int MAX_ERROR = 1 << 16;
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration HEADERS = Duration.ofSeconds(30);
  private static final Duration WHOLE = Duration.ofSeconds(60);

  private final ApiAccess access;
  private final Credentials credentials;
  private final ExecutorService executor = Threads.virtual("kubernetes-http");
  private final TlsHttp http;

  ApiClient(ApiAccess access) {
    this.access = access;
    this.credentials = new Credentials(access.auth(), "");
    HttpClient.Redirect redirect =
        access.followRedirects() ? HttpClient.Redirect.NORMAL : HttpClient.Redirect.NEVER;
    this.http =
        new TlsHttp(
            access.tls(),
            executor,
            builder ->
                builder.version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).followRedirects(redirect));
  }

  String server() {
    return access.server();
  }

  /**
   * The whole answer.
   *
   * @throws ApiRefusal for a status other than 200
   */
  byte[] get(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        answer(path, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MAX_LIST), WHOLE);
    if (answer.statusCode() != 200) {
      throw refusal(answer.statusCode(), answer.body());
    }
    return answer.body();
  }

  /**
   * The answer as it comes; the caller closes it.
   *
   * @throws ApiRefusal for a status other than 200
   */
  InputStream stream(String path) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer = answer(path, HttpResponse.BodyHandlers.ofInputStream(), HEADERS);
    if (answer.statusCode() != 200) {
      try (InputStream body = answer.body()) {
        throw refusal(answer.statusCode(), body.readNBytes(MAX_ERROR));
      }
    }
    return answer.body();
  }

  private <T> HttpResponse<T> answer(String path, HttpResponse.BodyHandler<T> body, Duration most)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(access.server() + path)).timeout(HEADERS).setHeader("Accept", "application/json");
    String authorization = credentials.header();
    if (!authorization.isEmpty()) {
      request.setHeader("Authorization", authorization);
    }
    CompletableFuture<HttpResponse<T>> answer = http.client().sendAsync(request.build(), body);
    try {
      return answer.get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("no answer within " + most.toSeconds() + "s", e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      boolean silent = cause.getMessage() == null || cause.getMessage().isEmpty();
      String reason = silent && cause instanceof ConnectException ? "connection refused" : cause.toString();
      throw new IOException(reason, cause);
    }
  }

  private static ApiRefusal refusal(int status, byte[] body) {
    String said = new String(body, 0, Math.min(body.length, 1024), StandardCharsets.UTF_8).strip();
    try {
      said = message(new JsonReader(body));
    } catch (JsonSyntaxException e) {
      // Not every answer comes from the API itself.
    }
    return new ApiRefusal(status, "status " + status + (said.isEmpty() ? "" : ": " + said.replace('\n', ' ')));
  }

  /** The message of a Status object. */
  private static String message(JsonReader in) {
    String message = "";
    in.expect(JsonToken.BEGIN_OBJECT);
    while (in.nextName()) {
      if (in.stringEquals("message")) {
        message = ObjectReader.text(in);
      } else {
        in.skipValue();
      }
    }
    return message;
  }

  @Override
  public void close() {
    http.close();
    executor.shutdownNow();
  }
}
