package io.sigyn.agent.client;

import io.sigyn.agent.config.ClientConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * The header Authorization of a client. Files are read again for each request, so that a token that is replaced on disk
 * is used at once.
 */
final class Credentials {
  private final ClientConfig config;

  Credentials(ClientConfig config) {
    this.config = config;
  }

  /**
   * The header's value, empty when there is none.
   *
   * @throws IOException when a file with a secret cannot be read
   */
  String header() throws IOException {
    if (config.basicAuth().isPresent()) {
      ClientConfig.BasicAuth basic = config.basicAuth().get();
      String user = basic.usernameFile().isEmpty() ? basic.username() : read(basic.usernameFile());
      String password = basic.passwordFile().isEmpty() ? basic.password().reveal() : read(basic.passwordFile());
      return basic(user + ":" + password);
    } else if (config.authorization().isPresent()) {
      ClientConfig.Authorization auth = config.authorization().get();
      String secret =
          auth.credentialsFile().isEmpty() ? auth.credentials().reveal() : read(auth.credentialsFile());
      return auth.type() + " " + secret;
    } else if (config.bearerToken().isSet()) {
      return "Bearer " + config.bearerToken().reveal();
    } else if (!config.bearerTokenFile().isEmpty()) {
      return "Bearer " + read(config.bearerTokenFile());
    }
    String inUrl = URI.create(config.url()).getUserInfo();
    return inUrl == null ? "" : basic(inUrl);
  }

  private static String basic(String userAndPassword) {
    return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
  }

  private static String read(String file) throws IOException {
    return Files.readString(Path.of(file)).strip();
  }
}
