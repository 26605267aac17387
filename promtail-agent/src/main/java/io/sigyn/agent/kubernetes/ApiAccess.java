package io.sigyn.agent.kubernetes;

import io.sigyn.agent.config.HttpAuth;
import io.sigyn.agent.config.KubernetesSd;
import io.sigyn.agent.config.OAuth2;
import io.sigyn.agent.config.Proxy;
import io.sigyn.agent.config.TlsConfig;
import io.sigyn.agent.http.ExtraHeaders;
import io.sigyn.agent.http.Way;
import io.sigyn.config.ConfigException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the API is and how to get in.
 *
 * @param server without a slash at its end
 * @param oauth2 how to get a token, in the place of {@code auth}
 * @param namespace of the agent itself, empty when it has none
 */
record ApiAccess(
    String server,
    HttpAuth auth,
    Optional<OAuth2> oauth2,
    ExtraHeaders extra,
    Way way,
    boolean followRedirects,
    String namespace) {
  /** Where Kubernetes puts a pod's service account. */
  static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  /**
   * As configured: a given address, a kubeconfig file, or the service account.
   *
   * @throws ConfigException when what is needed is not there
   */
  static ApiAccess of(KubernetesSd config, Map<String, String> environment) {
    if (!config.kubeconfigFile().isEmpty()) {
      return Kubeconfig.read(Path.of(config.kubeconfigFile()), config.followRedirects(), environment);
    } else if (!config.apiServer().isEmpty()) {
      return new ApiAccess(
          checked(config.apiServer()),
          config.auth(),
          config.oauth2(),
          new ExtraHeaders(Map.of(), config.httpHeaders()),
          new Way(config.tlsConfig(), config.proxy(), environment),
          config.followRedirects(),
          "");
    }
    return inCluster(environment, SERVICE_ACCOUNT);
  }

  /** With the service account in a directory. */
  static ApiAccess inCluster(Map<String, String> environment, Path account) {
    String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "");
    if (host.isEmpty() || port.isEmpty()) {
      throw new ConfigException(
          "kubernetes_sd_configs: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: the agent does not"
              + " run in a pod; give api_server or kubeconfig_file");
    }
    Path token = account.resolve("token");
    if (!Files.isReadable(token)) {
      throw new ConfigException(
          "kubernetes_sd_configs: " + token + " cannot be read: the pod has no service account; set"
              + " serviceAccountName and leave automountServiceAccountToken on");
    }
    String name = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    return new ApiAccess(
        "https://" + name + ":" + port,
        HttpAuth.tokenFile(token.toString()),
        Optional.empty(),
        ExtraHeaders.NONE,
        new Way(Optional.of(TlsConfig.trusting(account.resolve("ca.crt").toString())), Proxy.NONE, environment),
        true,
        namespace(account));
  }

  private static String namespace(Path account) {
    try {
      return Files.readString(account.resolve("namespace")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** The address without a slash at its end. */
  static String checked(String address) {
    String server = address;
    while (server.endsWith("/")) {
      server = server.substring(0, server.length() - 1);
    }
    try {
      URI uri = URI.create(server);
      if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return server;
      }
    } catch (IllegalArgumentException e) {
      throw new ConfigException("kubernetes_sd_configs: " + address + " is no URL");
    }
    throw new ConfigException(
        "kubernetes_sd_configs: expected http://HOST:PORT or https://HOST:PORT for the API server, found " + address);
  }
}
