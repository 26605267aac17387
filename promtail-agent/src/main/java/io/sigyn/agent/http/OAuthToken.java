package io.sigyn.agent.http;

import io.sigyn.agent.config.OAuth2;
import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonSyntaxException;
import io.sigyn.json.JsonToken;
import io.sigyn.life.Clock;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;

/** A bearer token by the grant {@code client_credentials}, asked for again shortly before it expires. Thread-safe. */
public final class OAuthToken implements AutoCloseable {
  private static final ContentType FORM = ContentType.create("application/x-www-form-urlencoded");
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long EARLIER = Duration.ofSeconds(10).toNanos();
  private static final long FOR_EVER = Duration.ofDays(36_500).toNanos();
  private static final int MAX_ANSWER = 1 << 20;

  private final OAuth2 config;
  private final Clock clock;
  private final HttpCaller http;
  private boolean inBody;
  private String token = "";
  private long expires;

  /** Nothing is asked for yet. */
  public OAuthToken(OAuth2 config, Map<String, String> environment, Clock clock) {
    this.config = config;
    this.clock = clock;
    this.http =
        new HttpCaller(
            "oauth2", config.tokenUri(), new Way(config.tlsConfig(), config.proxy(), environment), TIMEOUT, false);
  }

  /**
   * The header's value.
   *
   * @throws IOException with what the token's server said, never with the secret
   */
  public synchronized String header() throws IOException, InterruptedException {
    if (token.isEmpty() || clock.ticks() - expires >= 0) {
      HttpAnswer answer = ask();
      boolean refused = answer.status() == 400 || answer.status() == 401;
      if (refused) {
        // Servers differ in where they look for the client's credentials.
        inBody = !inBody;
        answer = ask();
      }
      if (answer.status() != 200) {
        String said = new String(answer.body(), StandardCharsets.UTF_8).strip();
        throw new IOException(
            "oauth2: " + config.tokenUrl() + " says " + answer.status() + " "
                + said.substring(0, Math.min(said.length(), 200)).replace('\n', ' '));
      }
      take(answer.body());
    }
    return "Bearer " + token;
  }

  /** Forgets the token: the server did not take it. */
  public synchronized void refused() {
    token = "";
  }

  private HttpAnswer ask() throws IOException, InterruptedException {
    String secret =
        config.clientSecretFile().isEmpty()
            ? config.clientSecret().reveal()
            : Files.readString(Path.of(config.clientSecretFile())).strip();
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "client_credentials");
    if (!config.scopes().isEmpty()) {
      form.put("scope", String.join(" ", config.scopes()));
    }
    form.putAll(config.endpointParams());
    HttpPost request = new HttpPost(config.tokenUri());
    if (inBody) {
      form.put("client_id", config.clientId());
      form.put("client_secret", secret);
    } else {
      String pair = encode(config.clientId()) + ":" + encode(secret);
      request.setHeader(
          "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }
    String body =
        String.join("&", form.entrySet().stream().map(e -> encode(e.getKey()) + "=" + encode(e.getValue())).toList());
    request.setEntity(new StringEntity(body, FORM));
    return http.call(request, TIMEOUT, MAX_ANSWER);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private void take(byte[] json) throws IOException {
    String found = "";
    long seconds = 0;
    try {
      JsonReader in = new JsonReader(json);
      in.expect(JsonToken.BEGIN_OBJECT);
      while (in.nextName()) {
        if (in.stringEquals("access_token")) {
          in.expect(JsonToken.STRING);
          found = in.string();
        } else if (in.stringEquals("expires_in")) {
          JsonToken kind = in.next();
          seconds = kind == JsonToken.NUMBER ? (long) in.doubleValue() : Long.parseLong(in.string());
        } else {
          in.skipValue();
        }
      }
    } catch (JsonSyntaxException | NumberFormatException e) {
      throw new IOException("oauth2: " + config.tokenUrl() + " answers with no token: " + e.getMessage(), e);
    }
    if (found.isEmpty()) {
      throw new IOException("oauth2: " + config.tokenUrl() + " answers without access_token");
    }
    token = found;
    expires = clock.ticks() + (seconds > 0 ? Math.max(0, Duration.ofSeconds(seconds).toNanos() - EARLIER) : FOR_EVER);
  }

  @Override
  public void close() {
    http.close();
  }
}
