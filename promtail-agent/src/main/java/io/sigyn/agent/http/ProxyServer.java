package io.sigyn.agent.http;

import io.sigyn.config.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A proxy and what it is told.
 *
 * @param scheme {@code http}, {@code https}, {@code socks5} or {@code socks5h}
 * @param user {@code USER:PASSWORD}, or a user alone; empty for none
 * @param connectHeader further headers of CONNECT
 */
record ProxyServer(
    String scheme, String host, int port, String user, Map<String, List<Secret>> connectHeader) {
  static ProxyServer of(URI address, Map<String, List<Secret>> connectHeader) {
    String host = address.getHost();
    int standard =
        switch (address.getScheme()) {
          case "http" -> 80;
          case "https" -> 443;
          default -> 1080;
        };
    return new ProxyServer(
        address.getScheme(),
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        address.getPort() < 0 ? standard : address.getPort(),
        address.getUserInfo() == null ? "" : address.getUserInfo(),
        connectHeader);
  }

  /** The value of {@code Proxy-Authorization}, empty for none. */
  String authorization() {
    if (user.isEmpty()) {
      return "";
    }
    String pair = user.indexOf(':') < 0 ? user + ":" : user;
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether connections are asked for by SOCKS, of which HTTP knows nothing. */
  boolean isSocks() {
    return scheme.startsWith("socks5");
  }

  /** The address without user and password. */
  @Override
  public String toString() {
    return scheme + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
