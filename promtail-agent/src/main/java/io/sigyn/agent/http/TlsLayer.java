package io.sigyn.agent.http;

import io.sigyn.agent.config.TlsConfig;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.FileSystemException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Speaks TLS over connected sockets, with what PEM files hold at that moment. Thread-safe. */
final class TlsLayer {
  private final Optional<TlsConfig> config;
  private String stamp = "";
  private @Nullable SSLContext context;

  /** Reads nothing yet. */
  TlsLayer(Optional<TlsConfig> config) {
    this.config = config;
  }

  /**
   * Reads the files again if they changed; whether they did, so that connections made before are of the past.
   *
   * @throws IOException when they cannot be read or hold nothing usable
   */
  synchronized boolean renew() throws IOException {
    String now =
        config.map(tls -> TlsFiles.stamp(List.of(tls.caFile(), tls.certFile(), tls.keyFile()))).orElse("");
    if (context != null && now.equals(stamp)) {
      return false;
    }
    boolean changed = context != null;
    try {
      context = config.isPresent() ? read(config.get()) : SSLContext.getDefault();
    } catch (FileSystemException e) {
      throw new IOException("tls_config: " + e, e);
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException("tls_config: " + e.getMessage(), e);
    }
    stamp = now;
    return changed;
  }

  private static SSLContext read(TlsConfig tls) throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        TlsFiles.keys(tls.cert(), tls.certFile(), tls.key(), tls.keyFile()),
        tls.insecureSkipVerify() ? TlsFiles.anybody() : TlsFiles.trust(tls.ca(), tls.caFile()),
        null);
    return context;
  }

  private synchronized SSLContext context() throws IOException {
    renew();
    if (context == null) {
      throw new IllegalStateException("renewed without a result");
    }
    return context;
  }

  /** Shakes hands with the server of a URL, or with the one that {@code server_name} names instead. */
  SSLSocket toServer(Socket socket, String host, int port) throws IOException {
    return shakeHands(socket, config.map(TlsConfig::serverName).filter(name -> !name.isEmpty()).orElse(host), port);
  }

  /** Shakes hands with a proxy. */
  SSLSocket toProxy(Socket socket, ProxyServer proxy) throws IOException {
    try {
      return shakeHands(socket, proxy.host(), proxy.port());
    } catch (IOException e) {
      throw new IOException("proxy " + proxy + ": " + e.getMessage(), e);
    }
  }

  private SSLSocket shakeHands(Socket socket, String name, int port) throws IOException {
    SSLSocket secure = (SSLSocket) context().getSocketFactory().createSocket(socket, name, port, true);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    // Left alone, the JDK asks for no name without a dot. Addresses are checked but not asked for.
    parameters.setServerNames(isAddress(name) ? List.of() : List.of(new SNIHostName(name)));
    List<String> protocols = config.map(TlsConfig::protocols).orElse(List.of());
    if (!protocols.isEmpty()) {
      parameters.setProtocols(protocols.toArray(new String[0]));
    }
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    return secure;
  }

  private static boolean isAddress(String name) {
    return name.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.') || name.indexOf(':') >= 0;
  }
}
