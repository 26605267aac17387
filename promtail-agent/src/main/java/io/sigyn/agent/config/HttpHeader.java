package io.sigyn.agent.config;

import io.sigyn.config.Secret;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One item of {@code http_headers}: a header with all its values, in this order.
 *
 * @param files whose whole text is a value; read again for each request
 */
public record HttpHeader(List<String> values, List<Secret> secrets, List<String> files) {
  /** No value. */
  public static final HttpHeader DEFAULT = new HttpHeader(List.of(), List.of(), List.of());

  private static final Set<String> OURS =
      Set.of(
          "authorization", "connection", "content-encoding", "content-length", "content-type", "expect", "host",
          "proxy-authorization", "transfer-encoding", "upgrade", "user-agent", "x-scope-orgid");

  /** Whether the agent or HTTP itself decides about a header, so that no setting does. */
  public static boolean isOurs(String name) {
    return OURS.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Whether HTTP has room for such a name and such a value. */
  public static boolean isSendable(String name, String value) {
    try {
      HttpRequest.newBuilder().setHeader(name, value);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Refuses what cannot stand in a request, with {@code KEY: problem}; the value may be a secret and is not named. */
  static void requireSendable(String key, String name, String value) {
    if (!isSendable(name, value)) {
      throw new IllegalArgumentException(key + ": \"" + name + "\" is no header with a value that can be sent");
    }
  }

  /** The same for headers that a request may have by other settings. */
  static void check(String key, String name, String value) {
    if (!isOurs(name)) {
      requireSendable(key, name, value);
    }
  }

  /** Checks the name and what is known of the values. */
  void check(String name) {
    if (isOurs(name)) {
      throw new IllegalArgumentException("http_headers: \"" + name + "\" cannot be set here, the agent decides about it");
    }
    check("http_headers", name, "");
    values.forEach(value -> check("http_headers", name, value));
    secrets.forEach(value -> check("http_headers", name, value.reveal()));
  }
}
