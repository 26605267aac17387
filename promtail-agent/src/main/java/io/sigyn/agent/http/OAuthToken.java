package io.sigyn.agent.http;

import io.sigyn.agent.config.OAuth2;
import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonSyntaxException;
import io.sigyn.json.JsonToken;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;

/** A bearer token by the grant {@code client_credentials}, asked for again shortly before it expires. Thread-safe. */
public final class OAuthToken implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long EARLIER = Duration.ofSeconds(10).toNanos();
  private static final long FOR_EVER = Duration.ofDays(36_500).toNanos();
  private static final int MAX_ANSWER = 1 << 20;

  private final OAuth2 config;
  private final Clock clock;
  private final Proxies proxies;
  private final ExecutorService executor = Threads.virtual("oauth2");
  private final TlsHttp http;
  private boolean inBody;
  private String token = "";
  private long expires;

  /** Nothing is asked for yet. */
  public OAuthToken(OAuth2 config, Map<String, String> environment, Clock clock) {
    this.config = config;
    this.clock = clock;
    this.proxies = new Proxies(config.proxy(), environment);
    this.http =
        new TlsHttp(
            config.tlsConfig(),
            executor,
            builder -> builder.version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).proxy(proxies));
  }

  /**
   * The header's value.
   *
   * @throws IOException with what the token's server said, never with the secret
   */
  public synchronized String header() throws IOException, InterruptedException {
    if (token.isEmpty() || clock.ticks() - expires >= 0) {
      HttpResponse<byte[]> answer = ask();
      boolean refused = answer.statusCode() == 400 || answer.statusCode() == 401;
      if (refused) {
        // Servers differ in where they look for the client's credentials.
        inBody = !inBody;
        answer = ask();
      }
      if (answer.statusCode() != 200) {
        String said = new String(answer.body(), StandardCharsets.UTF_8).strip();
        throw new IOException(
            "oauth2: " + config.tokenUrl() + " says " + answer.statusCode() + " "
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

  private HttpResponse<byte[]> ask() throws IOException, InterruptedException {
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
    URI uri = config.tokenUri();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).timeout(TIMEOUT).header("Content-Type", "application/x-www-form-urlencoded");
    if (inBody) {
      form.put("client_id", config.clientId());
      form.put("client_secret", secret);
    } else {
      String pair = encode(config.clientId()) + ":" + encode(secret);
      request.header(
          "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }
    proxies.authorization(uri).ifPresent(value -> request.header("Proxy-Authorization", value));
    String body =
        String.join("&", form.entrySet().stream().map(e -> encode(e.getKey()) + "=" + encode(e.getValue())).toList());
    return http.client()
        .send(
            request.POST(HttpRequest.BodyPublishers.ofString(body)).build(),
            HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER));
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
    executor.shutdownNow();
  }
}
