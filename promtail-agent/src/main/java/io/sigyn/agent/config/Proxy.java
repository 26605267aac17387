package io.sigyn.agent.config;

import io.sigyn.config.Secret;
import java.net.URI;

/**
 * Whether requests go through a proxy.
 *
 * @param url {@code http://[USER:PASSWORD@]HOST:PORT}
 * @param noProxy names, {@code .domains}, addresses and networks that are reached directly, separated by commas
 * @param fromEnvironment whether {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY} say so instead
 */
public record Proxy(Secret url, String noProxy, boolean fromEnvironment) {
  /** Directly. */
  public static final Proxy NONE = new Proxy(Secret.NONE, "", false);

  /**
   * Refuses what does not go together.
   *
   * @param target the address requests are for
   */
  void check(String target) {
    if (fromEnvironment && url.isSet()) {
      throw new IllegalArgumentException("proxy_from_environment: use only one of proxy_url, proxy_from_environment");
    }
    if (!noProxy.isEmpty() && !url.isSet()) {
      throw new IllegalArgumentException("no_proxy: needs proxy_url beside it");
    }
    if (url.isSet()) {
      parse("proxy_url", url.reveal(), target);
    }
  }

  /**
   * The proxy's address.
   *
   * @throws IllegalArgumentException for what is none, or one that cannot be used; the address is not named, it may hold
   *     a password
   */
  public static URI parse(String key, String text, String target) {
    URI uri;
    try {
      uri = URI.create(text.contains("://") ? text : "http://" + text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + ": is no URL");
    }
    if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
      throw new IllegalArgumentException(key + ": expected http://HOST:PORT; other proxies are not implemented in this build");
    }
    if (uri.getUserInfo() != null && target.startsWith("https:")) {
      throw new IllegalArgumentException(
          key + ": a proxy with a password is known but not implemented for https in this build");
    }
    return uri;
  }
}
