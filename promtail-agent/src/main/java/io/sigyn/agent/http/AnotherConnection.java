package io.sigyn.agent.http;

import java.io.IOException;
import org.apache.hc.client5.http.HttpRequestRetryStrategy;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;

/** Sends a request again at once when the server had ended the connection that was kept open. */
final class AnotherConnection implements HttpRequestRetryStrategy {
  private static final int TRIES = 3;

  @Override
  public boolean retryRequest(HttpRequest request, IOException problem, int tries, HttpContext context) {
    return problem instanceof ProxiedRequests.Outdated && tries < TRIES;
  }

  @Override
  public boolean retryRequest(HttpResponse response, int tries, HttpContext context) {
    return false;
  }

  @Override
  public TimeValue getRetryInterval(HttpResponse response, int tries, HttpContext context) {
    return TimeValue.ZERO_MILLISECONDS;
  }

  @Override
  public TimeValue getRetryInterval(HttpRequest request, IOException problem, int tries, HttpContext context) {
    return TimeValue.ZERO_MILLISECONDS;
  }
}
