package io.sigyn.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.sigyn.agent.config.TlsConfig;
import io.sigyn.config.Secret;
import io.sigyn.life.Threads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsHttpTest {
  @TempDir Path dir;

  private static byte[] tagged(int tag, byte[]... values) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] value : values) {
      all.writeBytes(value);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    out.write(all.size());
    out.writeBytes(all.toByteArray());
    return out.toByteArray();
  }

  /** The key as OpenSSL and kubeadm write it. */
  private static byte[] sec1(ECPrivateKey key) {
    byte[] secret = new byte[32];
    byte[] number = key.getS().toByteArray();
    int length = Math.min(32, number.length);
    System.arraycopy(number, number.length - length, secret, 32 - length, length);
    byte[] curve = HexFormat.of().parseHex("06082a8648ce3d030107");
    return tagged(0x30, new byte[] {2, 1, 1}, tagged(4, secret), tagged(0xa0, curve));
  }

  private static TlsHttp http(TlsConfig like, String serverName, ExecutorService threads) {
    TlsConfig tls =
        new TlsConfig(
            "", "", Secret.NONE, like.caFile(), like.certFile(), like.keyFile(), serverName, false, "TLS12", "");
    return new TlsHttp(Optional.of(tls), threads, b -> b.version(HttpClient.Version.HTTP_1_1));
  }

  private static int get(TlsHttp http, int port) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/")).build();
    return http.client().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  @Test
  void certificatesOfBothSidesComeFromFilesThatMayBeExchanged() throws Exception {
    KeyStore mine = Certificates.store(dir, "mine");
    KeyStore other = Certificates.store(dir, "other");
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(mine, Certificates.PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("client", mine.getCertificate("one"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    Set<String> names = ConcurrentHashMap.newKeySet();
    SNIMatcher asked =
        new SNIMatcher(StandardConstants.SNI_HOST_NAME) {
          @Override
          public boolean matches(SNIServerName name) {
            names.add(new String(name.getEncoded(), StandardCharsets.US_ASCII));
            return true;
          }
        };
    HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ours = getSSLContext().getDefaultSSLParameters();
            ours.setNeedClientAuth(true);
            ours.setSNIMatchers(List.of(asked));
            parameters.setSSLParameters(ours);
          }
        });
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    Path ca = Files.writeString(dir.resolve("ca.crt"), Certificates.pem("CERTIFICATE", other.getCertificate("one").getEncoded()));
    Path cert = Files.writeString(dir.resolve("tls.crt"), Certificates.pem("CERTIFICATE", mine.getCertificate("one").getEncoded()));
    ECPrivateKey key = (ECPrivateKey) mine.getKey("one", Certificates.PASSWORD);
    Path secret = Files.writeString(dir.resolve("tls.key"), Certificates.pem("EC PRIVATE KEY", sec1(key)));
    TlsConfig files =
        new TlsConfig("", "", Secret.NONE, ca.toString(), cert.toString(), secret.toString(), "", false, "TLS12", "");
    TlsConfig careless =
        new TlsConfig(
            "", Certificates.pem("CERTIFICATE", mine.getCertificate("one").getEncoded()), new Secret(Certificates.pem("PRIVATE KEY", key.getEncoded())),
            "", "", "", "", true, "", "");
    ExecutorService threads = Threads.virtual("tls-test");
    try (TlsHttp http = new TlsHttp(Optional.of(files), threads, b -> b.version(HttpClient.Version.HTTP_1_1));
        TlsHttp trusting = new TlsHttp(Optional.of(careless), threads, b -> b.version(HttpClient.Version.HTTP_1_1));
        TlsHttp plain = new TlsHttp(Optional.empty(), threads, b -> b.version(HttpClient.Version.HTTP_1_1))) {
      int port = server.getAddress().getPort();
      assertThatThrownBy(() -> get(http, port)).as("an authority that did not sign").isInstanceOf(IOException.class);
      assertThatThrownBy(() -> get(plain, port)).as("nobody we know").isInstanceOf(IOException.class);
      assertThat(get(trusting, port)).isEqualTo(204);
      assertThat(names).as("addresses are not asked for").isEmpty();
      Files.writeString(ca, "# another text\n" + Certificates.pem("CERTIFICATE", mine.getCertificate("one").getEncoded()));
      assertThat(get(http, port)).isEqualTo(204);
      try (TlsHttp named = http(files, "mine.example", threads);
          TlsHttp misnamed = http(files, "other.example", threads)) {
        assertThat(get(named, port)).isEqualTo(204);
        assertThat(names).containsExactly("mine.example");
        assertThatThrownBy(() -> get(misnamed, port))
            .as("the certificate has another name")
            .hasMessageContaining("other.example");
      }
    } finally {
      server.stop(0);
      threads.shutdownNow();
    }
  }

  @Test
  void rsaKeysAreReadInBothForms() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    PrivateKey key = generator.generateKeyPair().getPrivate();
    byte[] pkcs8 = key.getEncoded();
    // Behind version and algorithm stands the older form as it is.
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
    assertThat(Pem.privateKey(Certificates.pem("PRIVATE KEY", pkcs8))).isEqualTo(key);
    assertThat(Pem.privateKey(Certificates.pem("RSA PRIVATE KEY", pkcs1))).isEqualTo(key);
    assertThatThrownBy(() -> Pem.privateKey("nothing")).hasMessageContaining("no private key found");
  }
}
