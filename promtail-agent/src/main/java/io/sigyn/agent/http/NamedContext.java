package io.sigyn.agent.http;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** A context whose engines ask for one server, and take no certificate of another, whatever host a URL names. */
final class NamedContext extends EngineContext {
  private final SSLContext context;
  private final String name;

  private NamedContext(SSLContext context, String name) {
    this.context = context;
    this.name = name;
  }

  /** The same context for one server. */
  static SSLContext of(SSLContext context, String name) {
    return new SSLContext(new NamedContext(context, name), context.getProvider(), context.getProtocol()) {};
  }

  @Override
  SSLContext context() {
    return context;
  }

  @Override
  protected SSLEngine engineCreateSSLEngine() {
    return engineCreateSSLEngine(name, -1);
  }

  @Override
  protected SSLEngine engineCreateSSLEngine(String host, int port) {
    return new NamedEngine(context.createSSLEngine(name, port), name);
  }
}
