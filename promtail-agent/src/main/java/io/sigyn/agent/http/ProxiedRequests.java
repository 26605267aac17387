package io.sigyn.agent.http;

import java.io.IOException;
import java.net.SocketException;
import java.util.Optional;
import org.apache.hc.client5.http.RouteInfo;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** Puts on each request what its proxy wants to hear, and tells the proxy's refusals from the server's answers. */
final class ProxiedRequests extends HttpRequestExecutor {
  private final Optional<ProxyServer> proxy;

  ProxiedRequests(Optional<ProxyServer> proxy) {
    this.proxy = proxy;
  }

  /** A connection that had carried requests before ended without a byte of the answer: the server was done with it. */
  static final class Outdated extends IOException {
    private static final long serialVersionUID = 1;

    Outdated(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      @Nullable HttpResponseInformationCallback information,
      HttpContext context)
      throws IOException, HttpException {
    boolean connect = Method.CONNECT.isSame(request.getMethod());
    RouteInfo route = HttpClientContext.cast(context).getHttpRoute();
    if (proxy.isPresent()) {
      tell(proxy.get(), request, connect, route);
    }
    long before = connection.getEndpointDetails().getRequestCount() - (route != null && route.isTunnelled() ? 1 : 0);
    ClassicHttpResponse response;
    try {
      response = super.execute(request, connection, information, context);
    } catch (NoHttpResponseException | SocketException e) {
      if (connect && proxy.isPresent()) {
        throw new IOException("proxy " + proxy.get() + " ends the connection without an answer", e);
      }
      throw before > 0 ? new Outdated(e) : e;
    }
    int status = response.getCode();
    if (proxy.isPresent() && (connect ? status != HttpStatus.SC_OK : status == HttpStatus.SC_PROXY_AUTHENTICATION_REQUIRED)) {
      throw new IOException(refusal(proxy.get(), response));
    }
    return response;
  }

  private static void tell(ProxyServer proxy, ClassicHttpRequest request, boolean connect, @Nullable RouteInfo route) {
    if (connect) {
      proxy.connectHeader().forEach((name, values) -> values.forEach(value -> request.addHeader(name, value.reveal())));
    }
    boolean overheard = route != null && route.getProxyHost() != null && !route.isTunnelled();
    if (!proxy.authorization().isEmpty() && (connect || overheard)) {
      request.setHeader(HttpHeaders.PROXY_AUTHORIZATION, proxy.authorization());
    }
  }

  private static String refusal(ProxyServer proxy, ClassicHttpResponse response) {
    String said = "proxy " + proxy + " says " + response.getCode();
    String reason = response.getReasonPhrase();
    String hint =
        response.getCode() == HttpStatus.SC_PROXY_AUTHENTICATION_REQUIRED ? "; see the user and the password of the proxy" : "";
    return (reason == null || reason.isEmpty() ? said : said + " " + reason) + hint;
  }
}
