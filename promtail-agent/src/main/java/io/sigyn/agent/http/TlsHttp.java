package io.sigyn.agent.http;

import io.sigyn.agent.config.TlsConfig;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The JDK's HTTP client with TLS from PEM; it is made anew when a file with a certificate changes. Thread-safe. */
public final class TlsHttp implements AutoCloseable {
  private final Optional<TlsConfig> tls;
  private final Executor executor;
  private final UnaryOperator<HttpClient.Builder> settings;
  private String stamp = "";
  private @Nullable HttpClient client;

  /**
   * Nothing is opened yet.
   *
   * @param settings of the client beside TLS
   */
  public TlsHttp(Optional<TlsConfig> tls, Executor executor, UnaryOperator<HttpClient.Builder> settings) {
    this.tls = tls;
    this.executor = executor;
    this.settings = settings;
  }

  /**
   * The client with what the files hold now.
   *
   * @throws IOException when they cannot be read or hold nothing usable
   */
  public synchronized HttpClient client() throws IOException {
    String now = tls.map(TlsHttp::stamp).orElse("");
    HttpClient current = client;
    if (current == null || !now.equals(stamp)) {
      HttpClient.Builder builder = settings.apply(HttpClient.newBuilder().executor(executor));
      if (tls.isPresent()) {
        try {
          SSLContext context = context(tls.get());
          String name = tls.get().serverName();
          builder.sslContext(name.isEmpty() ? context : NamedContext.of(context, name));
        } catch (GeneralSecurityException e) {
          throw new IOException("tls_config: " + e.getMessage(), e);
        }
        List<String> protocols = tls.get().protocols();
        if (!protocols.isEmpty()) {
          SSLParameters parameters = new SSLParameters();
          parameters.setProtocols(protocols.toArray(new String[0]));
          builder.sslParameters(parameters);
        }
      }
      // The client before goes on until its requests are done and nobody holds it.
      current = builder.build();
      client = current;
      stamp = now;
    }
    return current;
  }

  private static String stamp(TlsConfig tls) {
    StringBuilder out = new StringBuilder();
    for (String file : List.of(tls.caFile(), tls.certFile(), tls.keyFile())) {
      if (!file.isEmpty()) {
        try {
          out.append(Files.getLastModifiedTime(Path.of(file)).toMillis()).append(' ').append(Files.size(Path.of(file)));
        } catch (IOException e) {
          out.append('-');
        }
      }
      out.append('/');
    }
    return out.toString();
  }

  private static SSLContext context(TlsConfig tls) throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    KeyManagerFactory keys = null;
    String cert = tls.certFile().isEmpty() ? tls.cert() : Files.readString(Path.of(tls.certFile()));
    if (!cert.isEmpty()) {
      String key = tls.keyFile().isEmpty() ? tls.key().reveal() : Files.readString(Path.of(tls.keyFile()));
      PrivateKey secret = Pem.privateKey(key);
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("client", secret, new char[0], Pem.certificates(cert).toArray(new Certificate[0]));
      keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
    }
    TrustManager[] trust = null;
    String ca = tls.caFile().isEmpty() ? tls.ca() : Files.readString(Path.of(tls.caFile()));
    if (tls.insecureSkipVerify()) {
      trust = new TrustManager[] {new TrustAnybody()};
    } else if (!ca.isEmpty()) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int n = 0;
      for (Certificate trusted : Pem.certificates(ca)) {
        store.setCertificateEntry("ca-" + n++, trusted);
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      trust = factory.getTrustManagers();
    }
    context.init(keys == null ? null : keys.getKeyManagers(), trust, null);
    return context;
  }

  /** What {@code insecure_skip_verify} asks for. */
  private static final class TrustAnybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.shutdownNow();
    }
  }
}
