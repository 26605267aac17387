package io.sigyn.agent.http;

import io.sigyn.life.Threads;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;

/**
 * Asks one server over HTTP/1.1, through TLS and a proxy where they are configured. A request has one time limit for all of
 * it, and an interrupt ends it at once. Thread-safe.
 */
public final class HttpCaller implements AutoCloseable {
  private static final TimeValue KEPT_OPEN = TimeValue.ofSeconds(30);

  private final ExecutorService threads;
  private final TlsLayer tls;
  private final Optional<ProxyServer> proxy;
  private final String unusable;
  private final PoolingHttpClientConnectionManager connections;
  private final CloseableHttpClient client;

  /**
   * Nothing is opened yet.
   *
   * @param name of the threads
   * @param server the proxy is the one for this address, for what it redirects to as well
   * @param connect the time limit for a connection
   */
  public HttpCaller(String name, URI server, Way way, Duration connect, boolean followRedirects) {
    this.threads = Threads.virtual(name);
    this.tls = new TlsLayer(way.tls());
    Optional<ProxyServer> found = Optional.empty();
    String problem = "";
    try {
      found = Proxies.proxy(way.proxy(), way.environment(), server);
    } catch (IllegalArgumentException e) {
      problem = String.valueOf(e.getMessage());
    }
    this.proxy = found;
    this.unusable = problem;
    this.connections = Connections.open(tls, proxy, connect);
    HttpClientBuilder settings =
        HttpClientBuilder.create()
            .setConnectionManager(connections)
            .setRoutePlanner((target, context) -> Connections.route(target, proxy))
            .setRequestExecutor(new ProxiedRequests(proxy))
            .setRetryStrategy(new AnotherConnection())
            .setUserAgent("promtail-agent")
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setAuthenticationEnabled(false)
                    .setProtocolUpgradeEnabled(false)
                    .setConnectionKeepAlive(KEPT_OPEN)
                    .build())
            .disableAuthCaching()
            .disableConnectionState()
            .disableContentCompression()
            .disableCookieManagement();
    this.client =
        (followRedirects ? settings.setRedirectStrategy(new SafeRedirects()) : settings.disableRedirectHandling()).build();
  }

  /**
   * The whole answer.
   *
   * @param most the time limit for all of it
   * @param bytes the limit of its body
   * @throws IOException when there is none, with the reason as its message
   */
  public HttpAnswer call(HttpUriRequestBase request, Duration most, int bytes) throws IOException, InterruptedException {
    return await(
        request,
        most,
        () -> {
          try (ClassicHttpResponse response = client.executeOpen(null, request, null)) {
            HttpEntity entity = response.getEntity();
            byte[] body = entity == null ? new byte[0] : entity.getContent().readNBytes(bytes + 1);
            if (body.length > bytes) {
              request.cancel();
              throw new IOException("the answer is larger than " + bytes + " bytes");
            }
            return new HttpAnswer(response.getCode(), response, body);
          }
        });
  }

  /**
   * An answer whose body is read as it comes, without a time limit.
   *
   * @param body to be closed, by any thread, which ends a read in another
   */
  public record Stream(int status, InputStream body) {}

  /**
   * The answer from its head on.
   *
   * @param most the time limit until then
   * @throws IOException when there is none, with the reason as its message
   */
  public Stream open(HttpUriRequestBase request, Duration most) throws IOException, InterruptedException {
    return await(
        request,
        most,
        () -> {
          ClassicHttpResponse response = client.executeOpen(null, request, null);
          HttpEntity entity = response.getEntity();
          InputStream body = entity == null ? InputStream.nullInputStream() : entity.getContent();
          return new Stream(
              response.getCode(),
              new FilterInputStream(body) {
                @Override
                public void close() {
                  // Closing what is below would first read an answer that has no end.
                  request.cancel();
                }
              });
        });
  }

  private <T> T await(HttpUriRequestBase request, Duration most, Callable<T> work) throws IOException, InterruptedException {
    if (!unusable.isEmpty()) {
      throw new IOException(unusable);
    }
    if (tls.renew()) {
      connections.closeIdle(TimeValue.ZERO_MILLISECONDS);
    }
    Future<T> answer;
    try {
      answer = threads.submit(work);
    } catch (RejectedExecutionException e) {
      throw new IOException("closed", e);
    }
    try {
      return answer.get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      request.cancel();
      answer.cancel(true);
      throw new IOException("no answer within " + most.toMillis() + "ms", e);
    } catch (InterruptedException e) {
      request.cancel();
      answer.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(reason(cause), cause);
    }
  }

  /** In the words of the system; whoever shows it says for which server. */
  private String reason(Throwable cause) {
    String said = cause.getMessage();
    if (said == null || said.isEmpty()) {
      return cause.toString();
    }
    boolean connecting =
        cause instanceof ConnectException || cause instanceof SocketTimeoutException || cause instanceof UnknownHostException;
    // "Connect to ADDRESS failed: REASON" of the library.
    int at = connecting ? said.indexOf(" failed: ") : -1;
    String why = at < 0 ? said : said.substring(at + " failed: ".length());
    why = why.equals("Connection refused") ? "connection refused" : why;
    return connecting && proxy.isPresent() ? "proxy " + proxy.get() + ": " + why : why;
  }

  @Override
  public void close() {
    // Closed at once, connections are reset, which servers tell of in their logs.
    connections.closeIdle(TimeValue.ZERO_MILLISECONDS);
    client.close(CloseMode.IMMEDIATE);
    threads.shutdownNow();
  }
}
