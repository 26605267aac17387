package io.sigyn.agent.http;

import io.sigyn.agent.config.Proxy;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Chooses the proxy to a server by promtail's keys. */
final class Proxies {
  private Proxies() {}

  /**
   * The proxy for an address; empty for none.
   *
   * @throws IllegalArgumentException naming the variable, when the environment holds none that can be used
   */
  static Optional<ProxyServer> proxy(Proxy config, Map<String, String> environment, URI target) {
    if (config.url().isSet()) {
      return isExcepted(target, config.noProxy())
          ? Optional.empty()
          : Optional.of(ProxyServer.of(Proxy.parse("proxy_url", config.url().reveal()), config.connectHeader()));
    } else if (!config.fromEnvironment() || isLoopback(target.getHost())) {
      return Optional.empty();
    }
    String name = "https".equals(target.getScheme()) ? "HTTPS_PROXY" : "HTTP_PROXY";
    String text = variable(environment, name);
    return text.isEmpty() || isExcepted(target, variable(environment, "NO_PROXY"))
        ? Optional.empty()
        : Optional.of(ProxyServer.of(Proxy.parse(name, text), config.connectHeader()));
  }

  private static String variable(Map<String, String> environment, String name) {
    String upper = environment.getOrDefault(name, "");
    return upper.isEmpty() ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "") : upper;
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
}
