package io.sigyn.agent.config;

import io.sigyn.config.Secret;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The block {@code oauth2}: a token is asked for with the credentials of a client and sent as bearer.
 *
 * @param clientSecretFile read again for each token
 * @param tokenUrl http or https
 * @param endpointParams sent beside the rest when a token is asked for
 */
public record OAuth2(
    String clientId,
    Secret clientSecret,
    String clientSecretFile,
    List<String> scopes,
    String tokenUrl,
    Map<String, String> endpointParams,
    Optional<TlsConfig> tlsConfig,
    Secret proxyUrl,
    String noProxy,
    boolean proxyFromEnvironment,
    Map<String, List<Secret>> proxyConnectHeader) {
  /** Nothing set. */
  public static final OAuth2 DEFAULT =
      new OAuth2(
          "", Secret.NONE, "", List.of(), "", Map.of(), Optional.empty(), Secret.NONE, "", false, Map.of());

  /** Checks what goes together. */
  public OAuth2 {
    if (clientSecret.isSet() && !clientSecretFile.isEmpty()) {
      throw new IllegalArgumentException("client_secret_file: use only one of client_secret, client_secret_file");
    }
    if (!tokenUrl.isEmpty()) {
      ClientConfig.requireHttp("token_url", "http://HOST/PATH", tokenUrl);
    }
    new Proxy(proxyUrl, noProxy, proxyFromEnvironment, proxyConnectHeader).check();
  }

  /** Refuses a block without what it cannot do without. */
  void requireComplete() {
    if (clientId.isEmpty()) {
      throw new IllegalArgumentException("oauth2: client_id is missing");
    }
    if (tokenUrl.isEmpty()) {
      throw new IllegalArgumentException("oauth2: token_url is missing");
    }
  }

  /** The way to the token's server. */
  public Proxy proxy() {
    return new Proxy(proxyUrl, noProxy, proxyFromEnvironment, proxyConnectHeader);
  }

  /** The token's server. */
  public URI tokenUri() {
    return URI.create(tokenUrl);
  }
}
