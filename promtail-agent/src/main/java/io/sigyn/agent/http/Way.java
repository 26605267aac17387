package io.sigyn.agent.http;

import io.sigyn.agent.config.Proxy;
import io.sigyn.agent.config.TlsConfig;
import java.util.Map;
import java.util.Optional;

/**
 * What lies between the agent and a server.
 *
 * @param environment of the process, where the proxy may stand
 */
public record Way(Optional<TlsConfig> tls, Proxy proxy, Map<String, String> environment) {
  @Override
  public String toString() {
    return "Way[]";
  }
}
