package io.sigyn.agent.http;

import org.apache.hc.client5.http.impl.DefaultRedirectStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.protocol.HttpContext;

/** Redirects that neither tell another server who we are nor leave TLS. */
final class SafeRedirects extends DefaultRedirectStrategy {
  @Override
  public boolean isRedirectAllowed(HttpHost from, HttpHost to, HttpRequest redirect, HttpContext context) {
    boolean unveiled = from.getSchemeName().equals("https") && !to.getSchemeName().equals("https");
    return !unveiled && super.isRedirectAllowed(from, to, redirect, context);
  }
}
