package io.sigyn.server;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The client most programs in Java use, with one line per request. */
public final class Http implements AutoCloseable {
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final URI server;

  /** A client of one server. */
  public Http(URI server) {
    this.server = server;
  }

  /** A GET; headers are name and value in turn. */
  public HttpResponse<String> get(String pathAndQuery, String... headers)
      throws IOException, InterruptedException {
    return send(request(pathAndQuery, headers).GET().build());
  }

  /** A POST of bytes. */
  public HttpResponse<String> post(String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    return send(request(path, headers).POST(BodyPublishers.ofByteArray(body)).build());
  }

  /** A DELETE. */
  public HttpResponse<String> delete(String pathAndQuery, String... headers)
      throws IOException, InterruptedException {
    return send(request(pathAndQuery, headers).DELETE().build());
  }

  /** A push as JSON. */
  public HttpResponse<String> pushJson(String json, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request("/loki/api/v1/push", headers).header("Content-Type", "application/json");
    return send(request.POST(BodyPublishers.ofString(json)).build());
  }

  /** A log query over a range of nanoseconds, oldest first. */
  public HttpResponse<String> query(String query, long start, long end, String... headers)
      throws IOException, InterruptedException {
    return get(
        "/loki/api/v1/query_range?direction=forward&limit=5000&start="
            + start
            + "&end="
            + end
            + "&query="
            + encode(query),
        headers);
  }

  /** A parameter's value, escaped. */
  public static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private HttpRequest.Builder request(String pathAndQuery, String... headers) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(server + pathAndQuery)).timeout(Duration.ofSeconds(60));
    return headers.length == 0 ? builder : builder.headers(headers);
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofString());
  }

  @Override
  public void close() {
    client.close();
  }
}
