package io.sigyn.server;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A socket that sends exactly the bytes it is told to and reads answers one by one. */
public final class RawHttp implements AutoCloseable {
  /** How long a test waits for bytes before it fails. */
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket = new Socket();
  private final InputStream in;

  /** Connects to the loopback address. */
  public RawHttp(int port) throws IOException {
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = socket.getInputStream();
  }

  /**
   * One answer.
   *
   * @param headers names in lower case
   */
  public record Answer(int status, Map<String, String> headers, byte[] bytes) {
    /** The body as text. */
    public String body() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A header's value, empty when absent. */
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** Sends text, one byte for one char. */
  public RawHttp send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends bytes. */
  public RawHttp send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** The underlying socket, for tests that abuse it. */
  public Socket socket() {
    return socket;
  }

  /** Reads the next answer, which is one to HEAD and has no body whatever its headers say. */
  public Answer head() throws IOException {
    return read(false);
  }

  /** Reads the next answer. */
  public Answer answer() throws IOException {
    return read(true);
  }

  private Answer read(boolean hasBody) throws IOException {
    String[] status = line().split(" ", 3);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    byte[] body = {};
    if (!hasBody) {
      return new Answer(Integer.parseInt(status[1]), headers, body);
    }
    if ("chunked".equals(headers.get("transfer-encoding"))) {
      body = chunks();
    } else if (headers.containsKey("content-length")) {
      body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    } else if ("close".equals(headers.get("connection"))) {
      body = in.readAllBytes();
    }
    return new Answer(Integer.parseInt(status[1]), headers, body);
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line(), 16);
      body.write(in.readNBytes(size));
      line();
      if (size == 0) {
        return body.toByteArray();
      }
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException(
            "connection ended after \"" + line.toString(StandardCharsets.UTF_8) + "\"");
      } else if (b == '\n') {
        return line.toString(StandardCharsets.UTF_8);
      } else if (b != '\r') {
        line.write(b);
      }
    }
  }

  /** Waits until the server has closed the connection; true when nothing more came before. */
  public boolean endsNow() throws IOException {
    try {
      return in.read() < 0;
    } catch (java.net.SocketException reset) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
