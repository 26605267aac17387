package io.sigyn.agent.http;

import io.sigyn.agent.config.ClientConfig.Authorization;
import io.sigyn.agent.config.ClientConfig.BasicAuth;
import io.sigyn.agent.config.HttpAuth;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * The header Authorization. Files are read again for each request, so that a token that is replaced on disk is used at
 * once.
 *
 * @param userInfo of the address, {@code user:password}; sent when nothing else is set; empty for none
 */
public record Credentials(HttpAuth auth, String userInfo) {
  /**
   * The header's value, empty when there is none.
   *
   * @throws IOException when a file with a secret cannot be read
   */
  public String header() throws IOException {
    if (auth.basicAuth().isPresent()) {
      BasicAuth basic = auth.basicAuth().get();
      String user = basic.usernameFile().isEmpty() ? basic.username() : read(basic.usernameFile());
      String password = basic.passwordFile().isEmpty() ? basic.password().reveal() : read(basic.passwordFile());
      return basic(user + ":" + password);
    } else if (auth.authorization().isPresent()) {
      Authorization given = auth.authorization().get();
      String secret =
          given.credentialsFile().isEmpty() ? given.credentials().reveal() : read(given.credentialsFile());
      return given.type() + " " + secret;
    } else if (auth.bearerToken().isSet()) {
      return "Bearer " + auth.bearerToken().reveal();
    } else if (!auth.bearerTokenFile().isEmpty()) {
      return "Bearer " + read(auth.bearerTokenFile());
    }
    return userInfo.isEmpty() ? "" : basic(userInfo);
  }

  private static String basic(String userAndPassword) {
    return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
  }

  private static String read(String file) throws IOException {
    return Files.readString(Path.of(file)).strip();
  }

  @Override
  public String toString() {
    return "Credentials[]";
  }
}
