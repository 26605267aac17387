package io.sigyn.agent.http;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.jspecify.annotations.Nullable;

/** A connection that logs neither headers nor bytes at any level: passwords and tokens are among them. */
final class UnloggedConnection extends DefaultManagedHttpClientConnection {
  UnloggedConnection(Http1Config config) {
    super("", null, null, config, null, null, null, null);
  }

  @Override
  public void bind(Socket socket) throws IOException {
    bind(new SocketHolder(socket));
  }

  @Override
  public void bind(SSLSocket secure, Socket below) throws IOException {
    bind(new SocketHolder(secure, below));
  }

  @Override
  protected void onRequestSubmitted(@Nullable ClassicHttpRequest request) {}

  @Override
  protected void onResponseReceived(@Nullable ClassicHttpResponse response) {}
}
