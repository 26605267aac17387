package io.sigyn.agent.config;

import io.sigyn.config.Key;
import io.sigyn.config.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One item of {@code clients}: a server that gets every entry.
 *
 * @param url the full push path; user and password in it are sent as basic authentication
 * @param name for logs and for the state on disk; empty takes a hash of the url, tenant and labels
 * @param batchwait the age at which a batch is sent
 * @param batchsize the bytes of lines at which a batch is sent
 * @param timeout for one request with its answer
 * @param headers added to every request, but for those that the agent decides about
 * @param tenantId the tenant of entries that name none; empty sends no tenant
 * @param externalLabels lose against labels of the entry
 * @param dropRateLimitedBatches whether 429 drops the batch
 * @param httpHeaders more headers, with secrets and values from files
 */
public record ClientConfig(
    String url,
    String name,
    Duration batchwait,
    int batchsize,
    Duration timeout,
    Map<String, String> headers,
    String tenantId,
    Map<String, String> externalLabels,
    BackoffConfig backoffConfig,
    boolean dropRateLimitedBatches,
    Optional<BasicAuth> basicAuth,
    Optional<Authorization> authorization,
    Secret bearerToken,
    String bearerTokenFile,
    boolean followRedirects,
    boolean enableHttp2,
    @Key("oauth2") Optional<OAuth2> oauth2,
    Optional<TlsConfig> tlsConfig,
    Secret proxyUrl,
    String noProxy,
    boolean proxyFromEnvironment,
    Map<String, List<Secret>> proxyConnectHeader,
    Map<String, HttpHeader> httpHeaders) {
  /** promtail's defaults. */
  public static final ClientConfig DEFAULT =
      new ClientConfig(
          "",
          "",
          Duration.ofSeconds(1),
          1 << 20,
          Duration.ofSeconds(10),
          Map.of(),
          "",
          Map.of(),
          BackoffConfig.DEFAULT,
          false,
          Optional.empty(),
          Optional.empty(),
          Secret.NONE,
          "",
          true,
          true,
          Optional.empty(),
          Optional.empty(),
          Secret.NONE,
          "",
          false,
          Map.of(),
          Map.of());

  /** Checks what can be checked without the network. */
  public ClientConfig {
    Names.labels("external_labels", externalLabels);
    if (batchwait.isNegative() || batchwait.isZero()) {
      throw new IllegalArgumentException("batchwait: must be greater than 0");
    }
    if (batchsize <= 0) {
      throw new IllegalArgumentException("batchsize: must be greater than 0, is " + batchsize);
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: must be greater than 0");
    }
    new HttpAuth(basicAuth, authorization, bearerToken, bearerTokenFile).requireOne(oauth2.isPresent());
    oauth2.ifPresent(OAuth2::requireComplete);
    headers.forEach((header, value) -> HttpHeader.check("headers", header, value));
    httpHeaders.forEach((header, given) -> given.check(header));
    if (!url.isEmpty()) {
      requireHttp("url", "http://HOST:PORT/loki/api/v1/push", url);
    }
    new Proxy(proxyUrl, noProxy, proxyFromEnvironment, proxyConnectHeader).check();
  }

  /** The way to the server. */
  public Proxy proxy() {
    return new Proxy(proxyUrl, noProxy, proxyFromEnvironment, proxyConnectHeader);
  }

  /** How to say who we are. */
  public HttpAuth auth() {
    return new HttpAuth(basicAuth, authorization, bearerToken, bearerTokenFile);
  }

  /** The same with the url alone changed. */
  public ClientConfig withUrl(String pushUrl) {
    return new ClientConfig(
        pushUrl, name, batchwait, batchsize, timeout, headers, tenantId, externalLabels, backoffConfig,
        dropRateLimitedBatches, basicAuth, authorization, bearerToken, bearerTokenFile, followRedirects, enableHttp2,
        oauth2, tlsConfig, proxyUrl, noProxy, proxyFromEnvironment, proxyConnectHeader, httpHeaders);
  }

  static void requireHttp(String key, String form, String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + ": " + url + " is no URL", e);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme();
    if (!(scheme.equals("http") || scheme.equals("https")) || uri.getHost() == null) {
      throw new IllegalArgumentException(
          key + ": expected " + form + " or https, found " + url.substring(url.lastIndexOf('@') + 1));
    }
  }

  /**
   * How failed requests are repeated.
   *
   * @param maxRetries requests in total before a batch that cannot be read again is given up; files can be read again
   */
  public record BackoffConfig(Duration minPeriod, Duration maxPeriod, int maxRetries) {
    /** promtail's defaults. */
    public static final BackoffConfig DEFAULT =
        new BackoffConfig(Duration.ofMillis(500), Duration.ofMinutes(5), 10);

    /** Checks the periods. */
    public BackoffConfig {
      if (minPeriod.isNegative() || minPeriod.isZero()) {
        throw new IllegalArgumentException("min_period: must be greater than 0");
      }
      if (maxPeriod.compareTo(minPeriod) < 0) {
        throw new IllegalArgumentException("max_period: is smaller than min_period");
      }
    }
  }

  /** A user and a password, each given or in a file. */
  public record BasicAuth(String username, String usernameFile, Secret password, String passwordFile) {
    /** Nothing set. */
    public static final BasicAuth DEFAULT = new BasicAuth("", "", Secret.NONE, "");

    /** Checks that nothing is given twice. */
    public BasicAuth {
      if (!username.isEmpty() && !usernameFile.isEmpty()) {
        throw new IllegalArgumentException("username_file: use only one of username, username_file");
      }
      if (password.isSet() && !passwordFile.isEmpty()) {
        throw new IllegalArgumentException("password_file: use only one of password, password_file");
      }
    }
  }

  /** The header Authorization as {@code TYPE CREDENTIALS}. */
  public record Authorization(String type, Secret credentials, String credentialsFile) {
    /** Bearer tokens. */
    public static final Authorization DEFAULT = new Authorization("Bearer", Secret.NONE, "");

    /** Checks that nothing is given twice. */
    public Authorization {
      if (type.equalsIgnoreCase("basic")) {
        throw new IllegalArgumentException("type: use basic_auth for type basic");
      }
      if (credentials.isSet() && !credentialsFile.isEmpty()) {
        throw new IllegalArgumentException("credentials_file: use only one of credentials, credentials_file");
      }
    }
  }
}
