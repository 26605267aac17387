package io.sigyn.agent.http;

import io.sigyn.agent.config.Proxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Chooses the proxy of a request by promtail's keys. */
public final class Proxies extends ProxySelector {
  private final Proxy config;
  private final Map<String, String> environment;

  /**
   * Reads nothing yet.
   *
   * @param environment of the process
   */
  public Proxies(Proxy config, Map<String, String> environment) {
    this.config = config;
    this.environment = environment;
  }

  /** The proxy for an address; empty for none. */
  Optional<URI> proxy(URI target) {
    if (config.url().isSet()) {
      return isExcepted(target, config.noProxy())
          ? Optional.empty()
          : Optional.of(Proxy.parse("proxy_url", config.url().reveal(), target.toString()));
    } else if (!config.fromEnvironment() || isLoopback(target.getHost())) {
      return Optional.empty();
    }
    boolean secure = "https".equals(target.getScheme());
    String text = variable(secure ? "HTTPS_PROXY" : "HTTP_PROXY");
    return text.isEmpty() || isExcepted(target, variable("NO_PROXY"))
        ? Optional.empty()
        : Optional.of(Proxy.parse(secure ? "HTTPS_PROXY" : "HTTP_PROXY", text, target.toString()));
  }

  private String variable(String name) {
    String upper = environment.getOrDefault(name, "");
    return upper.isEmpty() ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "") : upper;
  }

  /** The header {@code Proxy-Authorization} for an address; empty for none. */
  public Optional<String> authorization(URI target) {
    return proxy(target)
        .map(URI::getUserInfo)
        .map(user -> "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
  }

  /** Like the environment of Go: this machine is always reached directly. */
  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  static boolean isExcepted(URI target, String noProxy) {
    String host = target.getHost().toLowerCase(Locale.ROOT);
    int port = target.getPort() >= 0 ? target.getPort() : "https".equals(target.getScheme()) ? 443 : 80;
    return Arrays.stream(noProxy.split(",", -1))
        .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
        .filter(entry -> !entry.isEmpty())
        .anyMatch(entry -> matches(entry, host, port));
  }

  private static boolean matches(String entry, String host, int port) {
    if (entry.equals("*")) {
      return true;
    }
    int slash = entry.indexOf('/');
    if (slash >= 0) {
      return isIn(entry.substring(0, slash), entry.substring(slash + 1), host);
    }
    int colon = entry.lastIndexOf(':');
    boolean hasPort = colon > 0 && entry.indexOf(':') == colon;
    if (hasPort && !entry.substring(colon + 1).equals(Integer.toString(port))) {
      return false;
    }
    String name = hasPort ? entry.substring(0, colon) : entry;
    if (name.startsWith("*.")) {
      name = name.substring(1);
    }
    return name.startsWith(".") ? host.endsWith(name) : host.equals(name) || host.endsWith("." + name);
  }

  /** Whether an IPv4 address is in a network. */
  private static boolean isIn(String network, String bits, String host) {
    long a = address(network);
    long b = address(host);
    try {
      int length = Integer.parseInt(bits);
      return a >= 0 && b >= 0 && length >= 0 && length <= 32 && (a ^ b) >>> (32 - length) == 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** An IPv4 address as a number, -1 for anything else. */
  private static long address(String text) {
    String[] parts = text.split("\\.", -1);
    long value = 0;
    for (String part : parts) {
      if (parts.length != 4 || part.isEmpty() || part.length() > 3 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return -1;
      }
      value = value << 8 | Integer.parseInt(part);
    }
    return value;
  }

  @Override
  public List<java.net.Proxy> select(URI uri) {
    return proxy(uri)
        .map(
            at ->
                List.of(
                    new java.net.Proxy(
                        java.net.Proxy.Type.HTTP,
                        InetSocketAddress.createUnresolved(at.getHost(), at.getPort() < 0 ? 80 : at.getPort()))))
        .orElse(List.of(java.net.Proxy.NO_PROXY));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress at, IOException problem) {
    // The request fails with the same problem.
  }
}
