package io.sigyn.server.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Requests that no socket brought. */
public final class Requests {
  private Requests() {}

  /** A GET with headers, name and value in turn. */
  public static Request get(String path, String query, String... headers) {
    return request("GET", path, query, "", headers);
  }

  /** A POST with a body. */
  public static Request post(String path, String query, String contentType, String body) {
    String[] headers =
        contentType.isEmpty() ? new String[0] : new String[] {"Content-Type", contentType};
    return request("POST", path, query, body, headers);
  }

  private static Request request(
      String method, String path, String query, String body, String... headers) {
    Headers all = new Headers();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1]);
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return new Request(method, path, query, all, Map.of(), bytes, bytes.length, new Abort());
  }
}
