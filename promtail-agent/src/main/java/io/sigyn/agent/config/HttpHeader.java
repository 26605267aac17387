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
          "proxy-authorization", "upgrade", "user-agent", "x-scope-orgid");

  /** Whether the agent or HTTP itself decides about a header, so that no setting does. */
  public static boolean isOurs(String name) {
    return OURS.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Refuses what cannot stand in a request, with {@code KEY: problem}. */
  static void check(String key, String name, String value) {
    if (!isOurs(name)) {
      try {
        HttpRequest.newBuilder().setHeader(name, value);
      } catch (IllegalArgumentException e) {
        // What was thrown has the value in its text, which may be a secret.
        throw new IllegalArgumentException(key + ": \"" + name + "\" is no header with a value that can be sent");
      }
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
