package io.sigyn.agent.kubernetes;

import io.sigyn.agent.http.Credentials;
import io.sigyn.agent.http.HttpAnswer;
import io.sigyn.agent.http.HttpCaller;
import io.sigyn.agent.http.OAuthToken;
import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonSyntaxException;
import io.sigyn.json.JsonToken;
import io.sigyn.life.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpGet;

/** Requests to one API server. The token and the certificates are read again for each. Thread-safe. */
final class ApiClient implements AutoCloseable {
  private static final int MAX_LIST = 256 << 20;
  private static final int MAX_ERROR = 1 << 16;
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration HEADERS = Duration.ofSeconds(30);
  private static final Duration WHOLE = Duration.ofSeconds(60);

  private final ApiAccess access;
  private final Credentials credentials;
  private final Optional<OAuthToken> token;
  private final HttpCaller http;

  ApiClient(ApiAccess access) {
    this.access = access;
    this.credentials = new Credentials(access.auth(), "");
    this.token = access.oauth2().map(oauth -> new OAuthToken(oauth, access.way().environment(), Clock.SYSTEM));
    this.http =
        new HttpCaller("kubernetes-http", URI.create(access.server()), access.way(), CONNECT, access.followRedirects());
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
    HttpAnswer answer = http.call(request(path), WHOLE, MAX_LIST);
    if (answer.status() != 200) {
      throw refusal(answer.status(), answer.body());
    }
    return answer.body();
  }

  /**
   * The answer as it comes; the caller closes it.
   *
   * @throws ApiRefusal for a status other than 200
   */
  InputStream stream(String path) throws IOException, InterruptedException {
    HttpCaller.Stream answer = http.open(request(path), HEADERS);
    if (answer.status() != 200) {
      try (InputStream body = answer.body()) {
        throw refusal(answer.status(), body.readNBytes(MAX_ERROR));
      }
    }
    return answer.body();
  }

  private HttpGet request(String path) throws IOException, InterruptedException {
    HttpGet request = new HttpGet(URI.create(access.server() + path));
    request.setHeader("Accept", "application/json");
    access.extra().addTo(request);
    String authorization = token.isPresent() ? token.get().header() : credentials.header();
    if (!authorization.isEmpty()) {
      request.setHeader("Authorization", authorization);
    }
    return request;
  }

  private ApiRefusal refusal(int status, byte[] body) {
    if (status == 401) {
      token.ifPresent(OAuthToken::refused);
    }
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
    token.ifPresent(OAuthToken::close);
  }
}
