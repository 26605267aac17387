package io.sigyn.cli.client;

import io.sigyn.cli.terminal.FailedException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where the server is and who asks.
 *
 * @param base without a slash at the end
 * @param headers sent with every request
 */
public record Connection(URI base, Map<String, String> headers) {
  /** Copies the map. */
  public Connection {
    headers = Map.copyOf(headers);
  }

  /** A server without tenants and passwords. */
  public static Connection to(String address) {
    return of(address, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * Puts the parts together.
   *
   * @param address {@code http} is assumed when it names no scheme; a path before {@code /loki} is
   *     kept
   * @throws FailedException when the parts contradict each other or the address is none
   */
  public static Connection of(
      String address,
      Optional<String> tenant,
      Optional<String> username,
      Optional<String> password,
      Optional<String> bearerToken) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("User-Agent", "sigyn-logcli");
    headers.put("Accept-Encoding", "gzip");
    tenant.ifPresent(name -> headers.put("X-Scope-OrgID", name));
    if (bearerToken.isPresent() && username.isPresent()) {
      throw new FailedException("give either a username and password or a bearer token, not both");
    }
    if (password.isPresent() && username.isEmpty()) {
      throw new FailedException("a password needs a user: --username or LOKI_USERNAME");
    }
    bearerToken.ifPresent(token -> headers.put("Authorization", "Bearer " + token));
    username.ifPresent(name -> {
      byte[] pair = (name + ":" + password.orElse("")).getBytes(StandardCharsets.UTF_8);
      headers.put("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    });
    return new Connection(parse(address), headers);
  }

  private static URI parse(String address) {
    String text = address.contains("://") ? address : "http://" + address;
    while (text.endsWith("/")) {
      text = text.substring(0, text.length() - 1);
    }
    try {
      URI uri = new URI(text);
      String scheme = uri.getScheme();
      if (uri.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
        throw new FailedException(
            "not the address of a server: " + address + " (expected http://host:port)");
      }
      return uri;
    } catch (URISyntaxException e) {
      throw new FailedException(
          "not the address of a server: " + address + " (" + e.getMessage() + ")");
    }
  }
}
