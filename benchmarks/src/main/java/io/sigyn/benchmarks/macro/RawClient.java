package io.sigyn.benchmarks.macro;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A socket that says HTTP/1.1 by hand, for clients that no library lets be: idle, slow, thousands of them. */
final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;

  private final Socket socket = new Socket();
  private final String host;
  private final InputStream in;

  /** Bytes of the body of the answer whose head was read last. */
  private long length;

  /**
   * Connects.
   *
   * @param receiveBuffer bytes the system may hold for us; 0 leaves that to it
   */
  RawClient(URI url, int receiveBuffer) throws IOException {
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    host = url.getAuthority();
    in = new BufferedInputStream(socket.getInputStream(), 1024);
  }

  /** Sends a request without a body. */
  void get(String target, String... headers) throws IOException {
    send("GET " + target, new byte[0], headers);
  }

  /** Sends a request with a body. */
  void post(String target, byte[] body, String... headers) throws IOException {
    send("POST " + target, body, headers);
  }

  private void send(String start, byte[] body, String... headers) throws IOException {
    StringBuilder head = new StringBuilder(start).append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    if (body.length > 0) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    byte[] text = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = new byte[text.length + body.length];
    System.arraycopy(text, 0, all, 0, text.length);
    System.arraycopy(body, 0, all, text.length, body.length);
    socket.getOutputStream().write(all);
  }

  /** Reads an answer that says its length, throws its body away and gives its status. */
  int answer() throws IOException {
    int status = head();
    in.skipNBytes(length);
    return status;
  }

  /** Reads the head of an answer and gives its status. */
  int head() throws IOException {
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    length = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    return status;
  }

  /** Reads at most so many bytes; -1 at the end. */
  int read(byte[] buffer) throws IOException {
    return in.read(buffer);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("connection ended after \"" + line + "\"");
      } else if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
