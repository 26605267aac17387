package io.sigyn.agent.http;

import io.sigyn.agent.config.ClientConfig;
import io.sigyn.agent.config.HttpHeader;
import io.sigyn.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hc.core5.http.HttpMessage;

/**
 * The headers that a file asks for.
 *
 * @param headers one value each; those the agent decides about are left out
 * @param more any number of values each
 */
public record ExtraHeaders(Map<String, String> headers, Map<String, HttpHeader> more) {
  /** Those of a client. */
  public static ExtraHeaders of(ClientConfig client) {
    return new ExtraHeaders(client.headers(), client.httpHeaders());
  }

  /** None. */
  public static final ExtraHeaders NONE = new ExtraHeaders(Map.of(), Map.of());

  /**
   * Adds them to a request.
   *
   * @throws IOException when a file with a value cannot be read or holds what no header may hold
   */
  public void addTo(HttpMessage request) throws IOException {
    headers.forEach(
        (name, value) -> {
          if (!HttpHeader.isOurs(name)) {
            request.setHeader(name, value);
          }
        });
    for (Map.Entry<String, HttpHeader> entry : more.entrySet()) {
      String name = entry.getKey();
      entry.getValue().values().forEach(value -> request.addHeader(name, value));
      for (Secret secret : entry.getValue().secrets()) {
        request.addHeader(name, secret.reveal());
      }
      for (String file : entry.getValue().files()) {
        String value = Files.readString(Path.of(file)).strip();
        if (!HttpHeader.isSendable(name, value)) {
          throw new IOException("http_headers: " + file + " holds no value of a header");
        }
        request.addHeader(name, value);
      }
    }
  }

  @Override
  public String toString() {
    return "ExtraHeaders[]";
  }
}
