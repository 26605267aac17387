package io.sigyn.agent.client;

import io.sigyn.agent.config.ClientConfig;
import io.sigyn.agent.http.Credentials;
import io.sigyn.agent.http.ExtraHeaders;
import io.sigyn.agent.http.OAuthToken;
import io.sigyn.agent.http.Proxies;
import io.sigyn.agent.http.TlsHttp;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends one batch as one request over HTTP/1.1 and reads the answer. Safe for use by several threads. */
final class PushClient implements AutoCloseable {
  /** The body of a request that holds nothing: snappy for no bytes. */
  static final byte[] NO_ENTRIES = {0};

  private static final int MAX_ANSWER = 1 << 20;
  private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(10);

  private final ClientConfig config;
  private final Clock clock;
  private final URI uri;
  private final String userAgent;
  private final Credentials credentials;
  private final ExtraHeaders extra;
  private final Optional<OAuthToken> token;
  private final Proxies proxies;
  private final ClockSkew skew = new ClockSkew();
  private final ExecutorService executor;
  private final TlsHttp http;

  PushClient(ClientConfig config, String version, Clock clock) {
    this.config = config;
    this.clock = clock;
    this.uri = withoutUser(URI.create(config.url()));
    this.userAgent = "promtail-agent/" + version;
    String user = URI.create(config.url()).getUserInfo();
    this.credentials = new Credentials(config.auth(), user == null ? "" : user);
    this.extra = ExtraHeaders.of(config);
    this.token = config.oauth2().map(oauth -> new OAuthToken(oauth, System.getenv(), clock));
    this.proxies = new Proxies(config.proxy(), System.getenv());
    this.executor = Threads.virtual("push");
    this.http =
        new TlsHttp(
            config.tlsConfig(),
            executor,
            builder ->
                builder
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(config.timeout())
                    .proxy(proxies));
  }

  private static URI withoutUser(URI uri) {
    try {
      return new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), uri.getPath(), uri.getQuery(), null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("url without its user is no URL", e);
    }
  }

  /** The host and port, as metrics name the client. */
  String host() {
    return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }

  /** The address without user and password. */
  String address() {
    return uri.toString();
  }

  /** What is wrong with the clocks of server and machine, as of the last answer. */
  Optional<String> skew() {
    return skew.problem();
  }

  /** Sends a body and waits for the answer, at most the configured timeout. */
  Answer send(byte[] body, String tenant) throws InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(config.timeout());
    request.setHeader("Content-Type", "application/x-protobuf").setHeader("User-Agent", userAgent);
    if (!tenant.isEmpty()) {
      request.setHeader("X-Scope-OrgID", tenant);
    }
    HttpClient client;
    try {
      extra.addTo(request);
      String authorization = token.isPresent() ? token.get().header() : credentials.header();
      if (!authorization.isEmpty()) {
        request.setHeader("Authorization", authorization);
      }
      proxies.authorization(uri).ifPresent(value -> request.setHeader("Proxy-Authorization", value));
      client = http.client();
    } catch (IOException e) {
      return failed("cannot make the request: " + e.getMessage());
    }
    request.POST(HttpRequest.BodyPublishers.ofByteArray(body));
    long sent = clock.epochMillis();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(
            request.build(),
            HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER));
    try {
      HttpResponse<byte[]> response = answer.get(config.timeout().toNanos(), TimeUnit.NANOSECONDS);
      if (response.statusCode() == 401) {
        token.ifPresent(OAuthToken::refused);
      }
      skew.observe(response.headers().firstValue("Date"), sent, clock.epochMillis());
      return new Answer(
          response.statusCode(),
          new String(response.body(), StandardCharsets.UTF_8),
          response
              .headers()
              .firstValue("Retry-After")
              .flatMap(text -> retryAfter(text, Instant.ofEpochMilli(clock.epochMillis()))));
    } catch (TimeoutException e) {
      answer.cancel(true);
      return failed("no answer within " + config.timeout().toMillis() + "ms");
    } catch (ExecutionException e) {
      return failed(reason(e.getCause() == null ? e : e.getCause()));
    }
  }

  private static Answer failed(String reason) {
    return new Answer(-1, reason, Optional.empty());
  }

  private static String reason(Throwable cause) {
    String message = cause.getMessage();
    if (cause instanceof ConnectException && (message == null || message.isEmpty())) {
      return "connection refused";
    }
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  /** Seconds or a date; capped. */
  static Optional<Duration> retryAfter(String text, Instant now) {
    try {
      Duration wanted =
          text.chars().allMatch(c -> c >= '0' && c <= '9') && !text.isEmpty() && text.length() < 10
              ? Duration.ofSeconds(Long.parseLong(text))
              : Duration.between(now, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      if (wanted.isNegative()) {
        return Optional.of(Duration.ZERO);
      }
      return Optional.of(wanted.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wanted);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    http.close();
    token.ifPresent(OAuthToken::close);
    executor.shutdownNow();
  }
}
