package io.sigyn.agent.config;

import io.sigyn.agent.config.ClientConfig.Authorization;
import io.sigyn.agent.config.ClientConfig.BasicAuth;
import io.sigyn.config.Secret;
import java.util.Optional;

/**
 * How we say who we are to an HTTP server; at most one of the four is set.
 *
 * @param bearerTokenFile read again for each request; empty for none
 */
public record HttpAuth(
    Optional<BasicAuth> basicAuth,
    Optional<Authorization> authorization,
    Secret bearerToken,
    String bearerTokenFile) {
  /** Nothing. */
  public static final HttpAuth NONE = new HttpAuth(Optional.empty(), Optional.empty(), Secret.NONE, "");

  /** A token in a file. */
  public static HttpAuth tokenFile(String file) {
    return new HttpAuth(Optional.empty(), Optional.empty(), Secret.NONE, file);
  }

  /**
   * Refuses more than one way.
   *
   * @param oauth2 whether that block is there too
   */
  void requireOne(boolean oauth2) {
    int ways = (basicAuth.isPresent() ? 1 : 0) + (authorization.isPresent() ? 1 : 0) + (oauth2 ? 1 : 0)
        + (bearerToken.isSet() ? 1 : 0) + (bearerTokenFile.isEmpty() ? 0 : 1);
    if (ways > 1) {
      throw new IllegalArgumentException(
          "use only one of basic_auth, authorization, oauth2, bearer_token, bearer_token_file");
    }
  }
}
