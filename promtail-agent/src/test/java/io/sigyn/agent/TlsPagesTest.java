package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.agent.config.AgentConfig;
import io.sigyn.agent.config.Proxy;
import io.sigyn.agent.config.TlsConfig;
import io.sigyn.agent.http.Certificates;
import io.sigyn.agent.http.HttpCaller;
import io.sigyn.agent.http.Way;
import io.sigyn.config.ConfigException;
import io.sigyn.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TlsPagesTest {
  @TempDir Path dir;

  private AgentConfig config(String tls) {
    try (Rig rig = new Rig(dir)) {
      return AgentConfig.parse(rig.yaml().replace("http_listen_port: 0", "http_listen_port: 0, " + tls));
    }
  }

  private static int status(Agent agent, TlsConfig tls) throws IOException, InterruptedException {
    URI uri = URI.create("https://127.0.0.1:" + agent.port() + "/ready?live");
    Way way = new Way(Optional.of(tls), Proxy.NONE, Map.of());
    try (HttpCaller http = new HttpCaller("tls-pages", uri, way, Rig.PATIENCE, false)) {
      return http.call(new HttpGet(uri), Rig.PATIENCE, 1 << 16).status();
    }
  }

  private static TlsConfig caller(String ca, String cert, String key, String version) {
    return new TlsConfig(ca, cert, new Secret(key), "", "", "", "", false, version, version);
  }

  private static String certificate(KeyStore store) throws Exception {
    return Certificates.pem("CERTIFICATE", store.getCertificate("one").getEncoded());
  }

  private static String key(KeyStore store) throws Exception {
    return Certificates.pem("PRIVATE KEY", store.getKey("one", Certificates.PASSWORD).getEncoded());
  }

  @Test
  void pagesAreServedWithTheCertificateThatTheFilesHoldNow() throws Exception {
    KeyStore first = Certificates.store(dir, "first");
    KeyStore second = Certificates.store(dir, "second");
    Path cert = Files.writeString(dir.resolve("tls.crt"), certificate(first));
    Path key = Files.writeString(dir.resolve("tls.key"), key(first));
    Path ca = Files.writeString(dir.resolve("ca.crt"), certificate(second));
    String block = "http_tls_config: {cert_file: " + cert + ", key_file: " + key;
    AgentConfig open =
        config(block + "}, tls_min_version: VersionTLS12, tls_cipher_suites: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'");
    try (Agent agent = Agent.start(open)) {
      assertThat(status(agent, caller(certificate(first), "", "", ""))).isEqualTo(200);
      assertThat(status(agent, caller(certificate(first), "", "", "TLS12"))).as("the suite that is allowed").isEqualTo(200);
      Files.writeString(key, "# nothing");
      assertThat(status(agent, caller(certificate(first), "", "", ""))).as("half exchanged").isEqualTo(200);
      Files.writeString(key, "# another text\n" + key(second));
      Files.writeString(cert, certificate(second));
      assertThat(status(agent, caller(certificate(second), "", "", ""))).isEqualTo(200);
      assertThatThrownBy(() -> status(agent, caller(certificate(first), "", "", ""))).isInstanceOf(IOException.class);
    }
    AgentConfig asking =
        config(
            block + ", client_ca_file: " + ca + ", client_auth_type: RequireAndVerifyClientCert},"
                + " tls_min_version: VersionTLS13");
    try (Agent agent = Agent.start(asking)) {
      assertThat(status(agent, caller(certificate(second), certificate(second), key(second), ""))).isEqualTo(200);
      assertThatThrownBy(() -> status(agent, caller(certificate(second), "", "", ""))).as("without certificate").isInstanceOf(IOException.class);
      assertThatThrownBy(() -> status(agent, caller(certificate(second), certificate(first), key(first), "")))
          .as("of another authority")
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> status(agent, caller(certificate(second), certificate(second), key(second), "TLS12")))
          .as("too old a version")
          .isInstanceOf(IOException.class);
    }
    Path no = Files.writeString(dir.resolve("no.key"), "");
    assertThatThrownBy(() -> Agent.start(config("http_tls_config: {cert_file: " + cert + ", key_file: " + no + "}")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("server.http_tls_config: no private key found");
    assertThatThrownBy(() -> Agent.start(config(block + "}, tls_cipher_suites: NO_SUCH")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tls_cipher_suites: \"NO_SUCH\" is not supported");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http_tls_config: {cert_file: a}                                           | cert needs key or key_file beside it
          http_tls_config: {key_file: a}                                            | key needs cert or cert_file beside it
          http_tls_config: {cert_file: a, key_file: b, cert: c}                     | use only one of cert, cert_file
          http_tls_config: {cert_file: a, key_file: b, client_ca_file: c}           | so that client_ca has no effect
          http_tls_config: {client_auth_type: RequireAnyClientCert}                 | needs cert_file and key_file
          http_tls_config: {cert_file: a, key_file: b, client_auth_type: require}   | "require" unknown; use NoClientCert
          tls_min_version: TLS12                                                    | "TLS12" unknown; use VersionTLS10
          """)
  void whatDoesNotGoTogetherIsRefused(String yaml, String message) {
    assertThatThrownBy(() -> config(yaml)).isInstanceOf(ConfigException.class).hasMessageContaining(message);
  }
}
