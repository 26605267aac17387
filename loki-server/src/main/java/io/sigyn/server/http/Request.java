package io.sigyn.server.http;

import java.util.Map;

/**
 * A request that has arrived completely.
 *
 * @param method as sent
 * @param path decoded, without the configured prefix
 * @param rawQuery what stands after the question mark, not decoded; empty when there is none
 * @param variables values of the route's variables
 * @param body its first {@code length} bytes are the body; owned by the handler
 * @param abort tells when the client goes away
 */
public record Request(
    String method,
    String path,
    String rawQuery,
    Headers headers,
    Map<String, String> variables,
    byte[] body,
    int length,
    Abort abort) {

  /** The first value of a header, empty when absent. */
  public String header(String name) {
    return headers.first(name);
  }

  /** The value of a variable of the route. */
  public String variable(String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new IllegalArgumentException("route has no variable " + name);
    }
    return value;
  }
}
