package io.sigyn.agent.config;

import io.sigyn.config.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Whether requests go through a proxy.
 *
 * @param url {@code http://[USER:PASSWORD@]HOST:PORT}, or with {@code https}, {@code socks5}, or {@code socks5h}, its other
 *     name
 * @param noProxy names, {@code .domains}, addresses and networks that are reached directly, separated by commas
 * @param fromEnvironment whether {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY} say so instead
 * @param connectHeader sent to the proxy alone, when it is asked for a connection to a server that speaks TLS
 */
public record Proxy(Secret url, String noProxy, boolean fromEnvironment, Map<String, List<Secret>> connectHeader) {
  /** Directly. */
  public static final Proxy NONE = new Proxy(Secret.NONE, "", false, Map.of());

  private static final Set<String> SCHEMES = Set.of("http", "https", "socks5", "socks5h");

  /** Those of a CONNECT that are given by where it goes. */
  private static final Set<String> OF_CONNECT =
      Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

  /** Refuses what does not go together. */
  void check() {
    if (fromEnvironment && url.isSet()) {
      throw new IllegalArgumentException("proxy_from_environment: use only one of proxy_url, proxy_from_environment");
    }
    if (!noProxy.isEmpty() && !url.isSet()) {
      throw new IllegalArgumentException("no_proxy: needs proxy_url beside it");
    }
    if (!connectHeader.isEmpty() && !url.isSet() && !fromEnvironment) {
      throw new IllegalArgumentException("proxy_connect_header: needs proxy_url or proxy_from_environment beside it");
    }
    connectHeader.forEach(
        (name, values) -> {
          if (OF_CONNECT.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("proxy_connect_header: \"" + name + "\" cannot be set here, HTTP decides about it");
          }
          HttpHeader.requireSendable("proxy_connect_header", name, "");
          values.forEach(value -> HttpHeader.requireSendable("proxy_connect_header", name, value.reveal()));
        });
    if (url.isSet()) {
      parse("proxy_url", url.reveal());
    }
  }

  private static boolean isSocksUser(String user) {
    int colon = user.indexOf(':');
    return colon >= 0 && isSocksText(user.substring(0, colon)) && isSocksText(user.substring(colon + 1));
  }

  private static boolean isSocksText(String text) {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    return length >= 1 && length <= 255;
  }

  /**
   * The proxy's address.
   *
   * @throws IllegalArgumentException for what is none, or one that cannot be used; the address is not named, it may hold
   *     a password
   */
  public static URI parse(String key, String text) {
    URI uri;
    try {
      uri = URI.create(text.contains("://") ? text : "http://" + text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + ": is no URL");
    }
    if (!SCHEMES.contains(uri.getScheme()) || uri.getHost() == null) {
      throw new IllegalArgumentException(key + ": expected http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT");
    }
    if (uri.getUserInfo() != null && uri.getScheme().startsWith("socks5") && !isSocksUser(uri.getUserInfo())) {
      throw new IllegalArgumentException(
          key + ": a SOCKS proxy takes USER:PASSWORD of 1 to 255 bytes each, found another length");
    }
    return uri;
  }
}
