package io.sigyn.agent.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** How connections to one server are made: how many, where to first, and what is spoken there. */
final class Connections {
  /** What the library is told to be the scheme of a proxy behind TLS: a server is asked for by another name than a proxy. */
  private static final String SECURE_PROXY = "secure-proxy";

  private static final Http1Config HEADS =
      Http1Config.custom().setMaxLineLength(1 << 16).setMaxHeaderCount(1000).build();
  private static final int ANY_NUMBER = 1 << 16;

  private Connections() {}

  static PoolingHttpClientConnectionManager open(TlsLayer tls, Optional<ProxyServer> proxy, Duration connect) {
    Optional<ProxyServer> socks = proxy.filter(ProxyServer::isSocks);
    DefaultHttpClientConnectionOperator operator =
        new DefaultHttpClientConnectionOperator(
            direct -> socks.<Socket>map(SocksSocket::new).orElseGet(Socket::new),
            DefaultSchemePortResolver.INSTANCE,
            socks.isPresent() ? new LeftToProxy() : SystemDefaultDnsResolver.INSTANCE,
            scheme -> layer(scheme, tls, proxy));
    PoolingHttpClientConnectionManager connections =
        new PoolingHttpClientConnectionManager(
            operator,
            PoolConcurrencyPolicy.STRICT,
            PoolReusePolicy.LIFO,
            TimeValue.NEG_ONE_MILLISECOND,
            socket -> new UnloggedConnection(HEADS));
    connections.setMaxTotal(ANY_NUMBER);
    connections.setDefaultMaxPerRoute(ANY_NUMBER);
    // Whoever asks has a limit for the whole; an answer that is read as it comes may be silent for long.
    connections.setDefaultSocketConfig(SocketConfig.custom().setSoTimeout(Timeout.DISABLED).build());
    connections.setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(Timeout.of(connect)).build());
    return connections;
  }

  private static @Nullable TlsSocketStrategy layer(String scheme, TlsLayer tls, Optional<ProxyServer> proxy) {
    return switch (scheme) {
      case "https" -> (socket, host, port, attachment, context) -> tls.toServer(socket, host, port);
      case SECURE_PROXY -> (socket, host, port, attachment, context) -> tls.toProxy(socket, proxy.orElseThrow());
      default -> null;
    };
  }

  /** Servers with TLS are asked for by CONNECT. */
  static HttpRoute route(HttpHost target, Optional<ProxyServer> proxy) {
    HttpHost server = RoutingSupport.normalize(target, DefaultSchemePortResolver.INSTANCE);
    boolean secure = server.getSchemeName().equals("https");
    return proxy
        .filter(found -> !found.isSocks())
        .map(
            found ->
                new HttpRoute(
                    server,
                    null,
                    new HttpHost(found.scheme().equals("https") ? SECURE_PROXY : "http", found.host(), found.port()),
                    secure))
        .orElseGet(() -> new HttpRoute(server, null, secure));
  }

  /** Names that only the proxy can look up. */
  private static final class LeftToProxy implements DnsResolver {
    @Override
    public List<InetSocketAddress> resolve(String host, int port) {
      return List.of(InetSocketAddress.createUnresolved(host, port));
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      throw new UnknownHostException(host + " is looked up by the proxy");
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }
}
