package io.sigyn.agent.http;

import io.sigyn.agent.config.TlsConfig;
import java.io.IOException;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
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
    return TlsFiles.stamp(List.of(tls.caFile(), tls.certFile(), tls.keyFile()));
  }

  private static SSLContext context(TlsConfig tls) throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        TlsFiles.keys(tls.cert(), tls.certFile(), tls.key(), tls.keyFile()),
        tls.insecureSkipVerify() ? TlsFiles.anybody() : TlsFiles.trust(tls.ca(), tls.caFile()),
        null);
    return context;
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.shutdownNow();
    }
  }
}
