package io.sigyn.agent.client;

import io.sigyn.agent.config.ClientConfig;
import io.sigyn.agent.http.Credentials;
import io.sigyn.agent.http.ExtraHeaders;
import io.sigyn.agent.http.HttpAnswer;
import io.sigyn.agent.http.HttpCaller;
import io.sigyn.agent.http.OAuthToken;
import io.sigyn.agent.http.RequestBody;
import io.sigyn.agent.http.Way;
import io.sigyn.life.Clock;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpPost;

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
  private final ClockSkew skew = new ClockSkew();
  private final HttpCaller http;

  PushClient(ClientConfig config, String version, Clock clock) {
    this.config = config;
    this.clock = clock;
    this.uri = withoutUser(URI.create(config.url()));
    this.userAgent = "promtail-agent/" + version;
    String user = URI.create(config.url()).getUserInfo();
    this.credentials = new Credentials(config.auth(), user == null ? "" : user);
    this.extra = ExtraHeaders.of(config);
    this.token = config.oauth2().map(oauth -> new OAuthToken(oauth, System.getenv(), clock));
    this.http =
        new HttpCaller(
            "push", uri, new Way(config.tlsConfig(), config.proxy(), System.getenv()), config.timeout(), false);
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
    HttpPost request = new HttpPost(uri);
    request.setHeader("Content-Type", "application/x-protobuf");
    request.setHeader("User-Agent", userAgent);
    if (!tenant.isEmpty()) {
      request.setHeader("X-Scope-OrgID", tenant);
    }
    try {
      extra.addTo(request);
      String authorization = token.isPresent() ? token.get().header() : credentials.header();
      if (!authorization.isEmpty()) {
        request.setHeader("Authorization", authorization);
      }
    } catch (IOException e) {
      return failed("cannot make the request: " + e.getMessage());
    }
    request.setEntity(new RequestBody(body));
    long sent = clock.epochMillis();
    HttpAnswer answer;
    try {
      answer = http.call(request, config.timeout(), MAX_ANSWER);
    } catch (IOException e) {
      return failed(String.valueOf(e.getMessage()));
    }
    if (answer.status() == 401) {
      token.ifPresent(OAuthToken::refused);
    }
    skew.observe(answer.header("Date"), sent, clock.epochMillis());
    return new Answer(
        answer.status(),
        new String(answer.body(), StandardCharsets.UTF_8),
        answer.header("Retry-After").flatMap(text -> retryAfter(text, Instant.ofEpochMilli(clock.epochMillis()))));
  }

  private static Answer failed(String reason) {
    return new Answer(-1, reason, Optional.empty());
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
  }
}
