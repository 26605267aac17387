package io.sigyn.agent.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/** Bytes of a request. A server that closes the connection meanwhile may have answered before: the answer is looked for. */
public final class RequestBody extends HttpEntityWrapper {
  /** The bytes are shared. */
  public RequestBody(byte[] bytes) {
    super(new ByteArrayEntity(bytes, null));
  }

  @Override
  public void writeTo(OutputStream to) throws IOException {
    try {
      super.writeTo(to);
    } catch (SocketException e) {
      // Where there is no answer, reading it fails too.
    }
  }
}
