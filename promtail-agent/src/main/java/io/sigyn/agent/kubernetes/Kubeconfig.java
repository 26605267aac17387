package io.sigyn.agent.kubernetes;

import io.sigyn.agent.config.ClientConfig.BasicAuth;
import io.sigyn.agent.config.HttpAuth;
import io.sigyn.agent.config.Proxy;
import io.sigyn.agent.config.TlsConfig;
import io.sigyn.agent.http.ExtraHeaders;
import io.sigyn.agent.http.Way;
import io.sigyn.config.ConfigException;
import io.sigyn.config.ConfigNode;
import io.sigyn.config.ConfigNode.Mapping;
import io.sigyn.config.ConfigNode.Scalar;
import io.sigyn.config.ConfigNode.Sequence;
import io.sigyn.config.Secret;
import io.sigyn.config.YamlReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A kubeconfig file: its current context. Programs that make credentials are not run. */
final class Kubeconfig {
  private final Path file;
  private final ConfigNode root;
  private final Map<String, String> environment;

  private Kubeconfig(Path file, ConfigNode root, Map<String, String> environment) {
    this.file = file;
    this.root = root;
    this.environment = environment;
  }

  /**
   * Reads the current context.
   *
   * @throws ConfigException saying what is missing
   */
  static ApiAccess read(Path file, boolean followRedirects, Map<String, String> environment) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new ConfigException("kubernetes_sd_configs: kubeconfig_file " + file + ": cannot be read: " + e);
    }
    return new Kubeconfig(file, YamlReader.read(file.toString(), text), environment).access(followRedirects);
  }

  private ApiAccess access(boolean followRedirects) {
    String current = text(root, "current-context");
    if (current.isEmpty()) {
      throw bad("current-context is missing");
    }
    ConfigNode context = named("contexts", current, "context");
    ConfigNode cluster = named("clusters", text(context, "cluster"), "cluster");
    String userName = text(context, "user");
    ConfigNode user = userName.isEmpty() ? new Mapping(root.mark(), List.of()) : named("users", userName, "user");
    for (String program : List.of("exec", "auth-provider")) {
      if (user instanceof Mapping mapping && mapping.get(program).isPresent()) {
        throw bad("user " + userName + " uses " + program + ", which the agent does not run; give it a token or tokenFile");
      }
    }
    return new ApiAccess(
        ApiAccess.checked(text(cluster, "server")),
        auth(user),
        Optional.empty(),
        ExtraHeaders.NONE,
        new Way(tls(cluster, user), proxy(cluster), environment),
        followRedirects,
        text(context, "namespace"));
  }

  /** As other clients of the API do: the environment says so where the file does not. */
  private Proxy proxy(ConfigNode cluster) {
    String given = text(cluster, "proxy-url");
    if (!given.isEmpty()) {
      try {
        Proxy.parse("proxy-url", given);
      } catch (IllegalArgumentException e) {
        throw bad(String.valueOf(e.getMessage()));
      }
    }
    return new Proxy(new Secret(given), "", given.isEmpty(), Map.of());
  }

  private HttpAuth auth(ConfigNode user) {
    if (!text(user, "tokenFile").isEmpty()) {
      return HttpAuth.tokenFile(beside(text(user, "tokenFile")));
    } else if (!text(user, "token").isEmpty()) {
      return new HttpAuth(Optional.empty(), Optional.empty(), new Secret(text(user, "token")), "");
    } else if (!text(user, "username").isEmpty()) {
      BasicAuth basic = new BasicAuth(text(user, "username"), "", new Secret(text(user, "password")), "");
      return new HttpAuth(Optional.of(basic), Optional.empty(), Secret.NONE, "");
    }
    return HttpAuth.NONE;
  }

  private Optional<TlsConfig> tls(ConfigNode cluster, ConfigNode user) {
    String cert = decoded(user, "client-certificate-data");
    String key = decoded(user, "client-key-data");
    String ca = decoded(cluster, "certificate-authority-data");
    TlsConfig tls =
        new TlsConfig(
            ca,
            cert,
            new Secret(key),
            ca.isEmpty() ? beside(text(cluster, "certificate-authority")) : "",
            cert.isEmpty() ? beside(text(user, "client-certificate")) : "",
            key.isEmpty() ? beside(text(user, "client-key")) : "",
            text(cluster, "tls-server-name"),
            text(cluster, "insecure-skip-tls-verify").equals("true"),
            "",
            "");
    return tls.equals(TlsConfig.DEFAULT) ? Optional.empty() : Optional.of(tls);
  }

  private String decoded(ConfigNode node, String key) {
    try {
      return new String(Base64.getMimeDecoder().decode(text(node, key)), StandardCharsets.US_ASCII);
    } catch (IllegalArgumentException e) {
      throw bad(key + " is no base64");
    }
  }

  /** File names are relative to the file they stand in. */
  private String beside(String name) {
    return name.isEmpty() ? "" : file.toAbsolutePath().resolveSibling(name).toString();
  }

  private ConfigNode named(String list, String name, String key) {
    if (root instanceof Mapping mapping && mapping.get(list).orElse(root) instanceof Sequence items) {
      for (ConfigNode item : items.items()) {
        if (text(item, "name").equals(name) && item instanceof Mapping found && found.get(key).isPresent()) {
          return found.get(key).get();
        }
      }
    }
    throw bad(list + " has none called \"" + name + "\"");
  }

  private static String text(ConfigNode node, String key) {
    return node instanceof Mapping mapping
            && mapping.get(key).orElse(node) instanceof Scalar scalar
            && !scalar.isNull()
        ? scalar.text()
        : "";
  }

  private ConfigException bad(String problem) {
    return new ConfigException("kubernetes_sd_configs: kubeconfig_file " + file + ": " + problem);
  }
}
