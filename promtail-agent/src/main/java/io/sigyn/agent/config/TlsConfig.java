package io.sigyn.agent.config;

import io.sigyn.config.Secret;
import java.util.List;
import javax.net.ssl.SNIHostName;

/**
 * The block {@code tls_config}: whom to trust and who we are, as PEM in the file itself or in files of their own. Files
 * are read again when they change.
 *
 * @param serverName the name that is asked for and that the server's certificate must have; empty takes the URL's host
 * @param minVersion {@code TLS10} to {@code TLS13}, empty for the JDK's choice
 * @param maxVersion the same
 */
public record TlsConfig(
    String ca,
    String cert,
    Secret key,
    String caFile,
    String certFile,
    String keyFile,
    String serverName,
    boolean insecureSkipVerify,
    String minVersion,
    String maxVersion) {
  /** The JDK's trust store, no certificate of our own. */
  public static final TlsConfig DEFAULT =
      new TlsConfig("", "", Secret.NONE, "", "", "", "", false, "", "");

  private static final List<String> VERSIONS = List.of("TLS10", "TLS11", "TLS12", "TLS13");

  /** The same in the JDK's words. */
  private static final List<String> PROTOCOLS = List.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");

  /** Checks that nothing is given twice or by half. */
  public TlsConfig {
    once("ca", !ca.isEmpty(), caFile);
    once("cert", !cert.isEmpty(), certFile);
    once("key", key.isSet(), keyFile);
    boolean hasCert = !cert.isEmpty() || !certFile.isEmpty();
    boolean hasKey = key.isSet() || !keyFile.isEmpty();
    if (hasCert != hasKey) {
      throw new IllegalArgumentException(
          hasCert ? "cert needs key or key_file beside it" : "key needs cert or cert_file beside it");
    }
    if (!serverName.isEmpty() && !isHost(serverName)) {
      throw new IllegalArgumentException("server_name: \"" + serverName + "\" is no host name and no address");
    }
    version("min_version", minVersion);
    version("max_version", maxVersion);
  }

  /** Refuses what is given in the file and as a file of its own. */
  static void once(String key, boolean given, String file) {
    if (given && !file.isEmpty()) {
      throw new IllegalArgumentException(key + "_file: use only one of " + key + ", " + key + "_file");
    }
  }

  private static boolean isHost(String name) {
    try {
      return name.indexOf(':') >= 0 || !new SNIHostName(name).getAsciiName().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The protocols from a version of {@code tls_min_version} on, in the JDK's words; empty for its own choice. */
  static List<String> protocolsFrom(String minimum) {
    if (minimum.isEmpty()) {
      return List.of();
    }
    int from = minimum.startsWith("Version") ? VERSIONS.indexOf(minimum.substring("Version".length())) : -1;
    if (from < 0) {
      throw new IllegalArgumentException(
          "tls_min_version: \"" + minimum + "\" unknown; use VersionTLS10, VersionTLS11, VersionTLS12, VersionTLS13");
    }
    return PROTOCOLS.subList(from, PROTOCOLS.size());
  }

  private static void version(String key, String text) {
    if (!text.isEmpty() && !VERSIONS.contains(text)) {
      throw new IllegalArgumentException(key + ": \"" + text + "\" unknown; use " + String.join(", ", VERSIONS));
    }
  }

  /** With the certificates of this file trusted, as a service account needs it. */
  public static TlsConfig trusting(String caFile) {
    return new TlsConfig("", "", Secret.NONE, caFile, "", "", "", false, "", "");
  }

  /** The protocols allowed, in the JDK's words; empty for its own choice. */
  public List<String> protocols() {
    if (minVersion.isEmpty() && maxVersion.isEmpty()) {
      return List.of();
    }
    int from = minVersion.isEmpty() ? VERSIONS.indexOf("TLS12") : VERSIONS.indexOf(minVersion);
    int to = maxVersion.isEmpty() ? VERSIONS.size() - 1 : VERSIONS.indexOf(maxVersion);
    return PROTOCOLS.subList(Math.min(from, to), to + 1);
  }
}
