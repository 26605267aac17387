package io.sigyn.agent.config;

import io.sigyn.config.Secret;
import java.util.List;

/**
 * The block {@code http_tls_config}: the certificate of the agent's own pages, and whether callers must have one. PEM in
 * the file itself or in files of their own, which are read again when they change.
 *
 * @param clientAuthType one of Go's names, empty for {@code NoClientCert}
 */
public record ServerTls(
    String cert,
    Secret key,
    String clientCa,
    String certFile,
    String keyFile,
    String clientAuthType,
    String clientCaFile) {
  /** No TLS. */
  public static final ServerTls DEFAULT = new ServerTls("", Secret.NONE, "", "", "", "", "");

  private static final List<String> TYPES =
      List.of(
          "NoClientCert", "RequestClientCert", "RequireAnyClientCert", "VerifyClientCertIfGiven",
          "RequireAndVerifyClientCert");

  /** Checks that nothing is given twice or by half. */
  public ServerTls {
    TlsConfig.once("cert", !cert.isEmpty(), certFile);
    TlsConfig.once("key", key.isSet(), keyFile);
    TlsConfig.once("client_ca", !clientCa.isEmpty(), clientCaFile);
    boolean hasCert = !cert.isEmpty() || !certFile.isEmpty();
    boolean hasKey = key.isSet() || !keyFile.isEmpty();
    if (hasCert != hasKey) {
      throw new IllegalArgumentException(
          hasCert ? "cert needs key or key_file beside it" : "key needs cert or cert_file beside it");
    }
    if (!clientAuthType.isEmpty() && !TYPES.contains(clientAuthType)) {
      throw new IllegalArgumentException(
          "client_auth_type: \"" + clientAuthType + "\" unknown; use " + String.join(", ", TYPES));
    }
    boolean asksNobody = clientAuthType.isEmpty() || clientAuthType.equals(TYPES.getFirst());
    boolean hasCa = !clientCa.isEmpty() || !clientCaFile.isEmpty();
    if (hasCa && asksNobody) {
      throw new IllegalArgumentException(
          "client_auth_type: callers are not asked for certificates, so that client_ca has no effect; use"
              + " RequireAndVerifyClientCert, or leave client_ca out");
    }
    if (!hasCert && !asksNobody) {
      throw new IllegalArgumentException("client_auth_type: needs cert_file and key_file beside it");
    }
  }

  /** Whether pages are served with TLS. */
  public boolean isOn() {
    return !cert.isEmpty() || !certFile.isEmpty();
  }

  /** Whether nobody is served without a certificate. */
  public boolean insistsOnCertificate() {
    return clientAuthType.startsWith("Require");
  }

  /** Whether callers are asked for a certificate. */
  public boolean asksForCertificate() {
    return !clientAuthType.isEmpty() && !clientAuthType.equals(TYPES.getFirst());
  }

  /** Whether a caller's certificate must be signed by an authority that is trusted. */
  public boolean verifiesCertificate() {
    return clientAuthType.contains("Verify");
  }
}
