package io.sigyn.agent.http;

import io.sigyn.config.Secret;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** What TLS needs, from PEM that stands in the configuration or in files it names; empty is not given. */
final class TlsFiles {
  private TlsFiles() {}

  /** Another text when one of the files changed. */
  static String stamp(List<String> files) {
    StringBuilder out = new StringBuilder();
    for (String file : files) {
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

  private static String text(String given, String file) throws IOException {
    return file.isEmpty() ? given : Files.readString(Path.of(file));
  }

  /** A certificate and its key; null without a certificate. */
  static KeyManager @Nullable [] keys(String cert, String certFile, Secret key, String keyFile)
      throws GeneralSecurityException, IOException {
    String chain = text(cert, certFile);
    if (chain.isEmpty()) {
      return null;
    }
    PrivateKey secret = Pem.privateKey(text(key.reveal(), keyFile));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("own", secret, new char[0], Pem.certificates(chain).toArray(new Certificate[0]));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    return keys.getKeyManagers();
  }

  /** Trust in what these authorities signed; null, which is the JDK's trust store, without them. */
  static TrustManager @Nullable [] trust(String ca, String caFile) throws GeneralSecurityException, IOException {
    String authorities = text(ca, caFile);
    if (authorities.isEmpty()) {
      return null;
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int n = 0;
    for (Certificate trusted : Pem.certificates(authorities)) {
      store.setCertificateEntry("ca-" + n++, trusted);
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  /** Trust in everybody. */
  static TrustManager[] anybody() {
    return new TrustManager[] {new TrustAnybody()};
  }

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
}
