package io.sigyn.agent.config;

import io.sigyn.agent.config.ClientConfig.Authorization;
import io.sigyn.agent.config.ClientConfig.BasicAuth;
import io.sigyn.config.Key;
import io.sigyn.config.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One item of {@code kubernetes_sd_configs}: pods of this node as targets. Without {@code api_server} and {@code
 * kubeconfig_file} the agent's own service account is used.
 *
 * @param role must be given; only pods can be found
 */
public record KubernetesSd(
    String apiServer,
    Optional<Role> role,
    String kubeconfigFile,
    Namespaces namespaces,
    List<Selector> selectors,
    AttachMetadata attachMetadata,
    Optional<BasicAuth> basicAuth,
    Optional<Authorization> authorization,
    Secret bearerToken,
    String bearerTokenFile,
    Optional<TlsConfig> tlsConfig,
    boolean followRedirects,
    boolean enableHttp2,
    @Key("oauth2") Optional<OAuth2> oauth2,
    Secret proxyUrl,
    String noProxy,
    boolean proxyFromEnvironment,
    Map<String, List<Secret>> proxyConnectHeader,
    Map<String, HttpHeader> httpHeaders) {

  /** The service account, all namespaces. {@link ConfigCheck} asks for the role. */
  public static final KubernetesSd DEFAULT =
      new KubernetesSd(
          "", Optional.empty(), "", Namespaces.DEFAULT, List.of(), AttachMetadata.DEFAULT, Optional.empty(),
          Optional.empty(), Secret.NONE, "", Optional.empty(), true, true, Optional.empty(), Secret.NONE, "", false,
          Map.of(), Map.of());

  /** Checks what goes together. */
  public KubernetesSd {
    if (role.isPresent() && role.get() != Role.POD) {
      throw new IllegalArgumentException(
          "role: this role is known but not implemented in this build; only pod is, since only pods have log files");
    }
    if (!apiServer.isEmpty() && !kubeconfigFile.isEmpty()) {
      throw new IllegalArgumentException("kubeconfig_file: use only one of api_server, kubeconfig_file");
    }
    boolean inCluster = apiServer.isEmpty() && kubeconfigFile.isEmpty();
    if (!inCluster && namespaces.ownNamespace()) {
      throw new IllegalArgumentException(
          "namespaces: own_namespace works with the service account only, not with api_server or kubeconfig_file");
    }
    HttpAuth auth = new HttpAuth(basicAuth, authorization, bearerToken, bearerTokenFile);
    auth.requireOne(oauth2.isPresent());
    oauth2.ifPresent(OAuth2::requireComplete);
    httpHeaders.forEach((header, given) -> given.check(header));
    Proxy proxy = new Proxy(proxyUrl, noProxy, proxyFromEnvironment, proxyConnectHeader);
    proxy.check();
    if (apiServer.isEmpty()
        && (!auth.equals(HttpAuth.NONE)
            || oauth2.isPresent()
            || tlsConfig.isPresent()
            || !proxy.equals(Proxy.NONE)
            || !httpHeaders.isEmpty())) {
      throw new IllegalArgumentException("settings of the HTTP client need api_server beside them");
    }
    if (selectors.size() > 1) {
      throw new IllegalArgumentException("selectors: only one selector for each role, found " + selectors.size());
    }
  }

  /** The way to {@link #apiServer}. */
  public Proxy proxy() {
    return new Proxy(proxyUrl, noProxy, proxyFromEnvironment, proxyConnectHeader);
  }

  /** How to say who we are to {@link #apiServer}. */
  public HttpAuth auth() {
    return new HttpAuth(basicAuth, authorization, bearerToken, bearerTokenFile);
  }

  /** What targets are made of. */
  public enum Role {
    /** One target for each port of each container. */
    POD,
    /** Refused. */
    SERVICE,
    /** Refused. */
    ENDPOINTS,
    /** Refused. */
    ENDPOINTSLICE,
    /** Refused. */
    NODE,
    /** Refused. */
    INGRESS
  }

  /**
   * Whose pods.
   *
   * @param ownNamespace those of the agent's own namespace, beside the named ones
   * @param names empty for all
   */
  public record Namespaces(boolean ownNamespace, List<String> names) {
    /** All. */
    public static final Namespaces DEFAULT = new Namespaces(false, List.of());
  }

  /**
   * Which pods, in Kubernetes' own selector syntax; the field selector is joined with the one for this node.
   *
   * @param role taken for the role of the config, as promtail does
   */
  public record Selector(String role, String label, String field) {
    /** Every pod. */
    public static final Selector DEFAULT = new Selector("", "", "");

    /** Checks the role. */
    public Selector {
      if (!role.isEmpty() && !role.equals("pod")) {
        throw new IllegalArgumentException("role: role pod takes selectors of role pod only, found \"" + role + "\"");
      }
    }
  }

  /** Labels and annotations of what pods belong to. */
  public record AttachMetadata(boolean node, boolean namespace) {
    /** None. */
    public static final AttachMetadata DEFAULT = new AttachMetadata(false, false);
  }
}
