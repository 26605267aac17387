package io.sigyn.agent.http;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import io.sigyn.agent.config.ServerConfig;
import io.sigyn.agent.config.ServerTls;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of the agent's own pages. Each connection gets what the files with the certificates hold at that moment; while they
 * cannot be used, what they held before. Safe for use by several threads.
 */
public final class ServedTls extends HttpsConfigurator {
  private final ServerConfig config;

  private ServedTls(ServerConfig config, SSLContext context) {
    super(context);
    this.config = config;
  }

  /**
   * Reads the files.
   *
   * @param config with a certificate
   * @throws IOException when they cannot be read or hold nothing usable, or a cipher suite is unknown
   */
  public static ServedTls of(ServerConfig config) throws IOException {
    Exchanged exchanged = new Exchanged(config.httpTlsConfig());
    SSLContext context =
        new SSLContext(exchanged, exchanged.context().getProvider(), exchanged.context().getProtocol()) {};
    List<String> known = List.of(context.getSupportedSSLParameters().getCipherSuites());
    for (String suite : suites(config)) {
      if (!known.contains(suite)) {
        throw new IOException("tls_cipher_suites: \"" + suite + "\" is not supported; use some of " + String.join(", ", known));
      }
    }
    return new ServedTls(config, context);
  }

  /** As named by Go, which leaves the hash out in two of them. */
  private static List<String> suites(ServerConfig config) {
    return config.tlsCipherSuites().stream()
        .map(String::strip)
        .map(name -> name.endsWith("CHACHA20_POLY1305") ? name + "_SHA256" : name)
        .toList();
  }

  @Override
  public void configure(HttpsParameters connection) {
    SSLParameters parameters = getSSLContext().getDefaultSSLParameters();
    if (!config.tlsProtocols().isEmpty()) {
      parameters.setProtocols(config.tlsProtocols().toArray(new String[0]));
    }
    List<String> suites = suites(config);
    if (!suites.isEmpty()) {
      // As with Go, those of TLS 1.3 are not for choice.
      List<String> allowed = new ArrayList<>(suites);
      for (String suite : parameters.getCipherSuites()) {
        if (!suite.contains("_WITH_") && suite.startsWith("TLS_") && !allowed.contains(suite)) {
          allowed.add(suite);
        }
      }
      parameters.setCipherSuites(allowed.toArray(new String[0]));
    }
    ServerTls tls = config.httpTlsConfig();
    if (tls.insistsOnCertificate()) {
      parameters.setNeedClientAuth(true);
    } else if (tls.asksForCertificate()) {
      parameters.setWantClientAuth(true);
    }
    connection.setSSLParameters(parameters);
  }

  /** Makes engines of the newest files. */
  private static final class Exchanged extends EngineContext {
    private static final Logger log = LoggerFactory.getLogger(ServedTls.class);

    private final ServerTls tls;
    private SSLContext current;
    private String stamp;

    Exchanged(ServerTls tls) throws IOException {
      this.tls = tls;
      this.stamp = stampOf(tls);
      this.current = read(tls);
    }

    private static String stampOf(ServerTls tls) {
      return TlsFiles.stamp(List.of(tls.certFile(), tls.keyFile(), tls.clientCaFile()));
    }

    private static SSLContext read(ServerTls tls) throws IOException {
      try {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
            TlsFiles.keys(tls.cert(), tls.certFile(), tls.key(), tls.keyFile()),
            tls.asksForCertificate() && !tls.verifiesCertificate()
                ? TlsFiles.anybody()
                : TlsFiles.trust(tls.clientCa(), tls.clientCaFile()),
            null);
        return context;
      } catch (IOException | GeneralSecurityException e) {
        throw new IOException("server.http_tls_config: " + reason(e), e);
      }
    }

    private static String reason(Exception e) {
      return e instanceof GeneralSecurityException && e.getMessage() != null ? e.getMessage() : e.toString();
    }

    @Override
    synchronized SSLContext context() {
      String now = stampOf(tls);
      if (!now.equals(stamp)) {
        stamp = now;
        try {
          current = read(tls);
          log.info("certificate of the pages was exchanged file={}", tls.certFile());
        } catch (IOException e) {
          log.warn("certificate of the pages cannot be read, the one before stays in use err=\"{}\"", e.getMessage());
        }
      }
      return current;
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return context().createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return context().createSSLEngine(host, port);
    }
  }
}
