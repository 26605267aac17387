package io.sigyn.agent.http;

import io.sigyn.life.Threads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/**
 * A proxy that speaks CONNECT, plain HTTP and SOCKS 5, writes down what it is told, and takes every name for this machine.
 */
public final class FakeProxy implements AutoCloseable {
  private final String scheme;
  private final ServerSocket listening;
  private final ExecutorService threads = Threads.virtual("fake-proxy");
  private final List<Socket> open = Collections.synchronizedList(new ArrayList<>());
  private final List<String> heads = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile String wanted = "";
  private volatile int refusal;

  /** Over TCP alone. */
  public FakeProxy() {
    this("http", ServerSocketFactory.getDefault());
  }

  /** Behind TLS of its own. */
  public static FakeProxy secure(SSLContext context) {
    return new FakeProxy("https", context.getServerSocketFactory());
  }

  private FakeProxy(String scheme, ServerSocketFactory sockets) {
    this.scheme = scheme;
    try {
      listening = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /** Refuses with 407 whoever does not send this as {@code Proxy-Authorization}, and SOCKS without this user and password. */
  public void require(String authorization) {
    wanted = authorization;
  }

  /** Answers everything with a status; 0 does what is asked, -1 says nothing and ends the connection. */
  public void refuseWith(int status) {
    refusal = status;
  }

  /** The address, with a user and a password or without. */
  public String url(String user) {
    return scheme + "://" + (user.isEmpty() ? "" : user + "@") + "127.0.0.1:" + listening.getLocalPort();
  }

  public int port() {
    return listening.getLocalPort();
  }

  /** Heads of requests, and {@code SOCKS HOST:PORT}, as they came. */
  public List<String> heads() {
    synchronized (heads) {
      return List.copyOf(heads);
    }
  }

  private void accept() {
    try {
      while (!listening.isClosed()) {
        Socket socket = listening.accept();
        open.add(socket);
        threads.execute(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed.
    } finally {
      ended.countDown();
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = client.getInputStream();
      int first = in.read();
      if (first == 5) {
        socks(client, in);
      } else if (first >= 0) {
        http(client, (char) first + head(in));
      }
    } catch (IOException e) {
      // The other side is gone.
    }
  }

  /** To the empty line. */
  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    String text;
    do {
      int b = in.read();
      if (b < 0) {
        throw new IOException("no head");
      }
      head.write(b);
      text = head.toString(StandardCharsets.ISO_8859_1);
    } while (!text.endsWith("\r\n\r\n"));
    return text;
  }

  private void http(Socket client, String head) throws IOException {
    heads.add(head);
    OutputStream out = client.getOutputStream();
    if (refusal < 0) {
      return;
    } else if (refusal != 0) {
      out.write(("HTTP/1.1 " + refusal + " Not Now\r\nContent-Length: 2\r\n\r\nno").getBytes(StandardCharsets.ISO_8859_1));
    } else if (!wanted.isEmpty() && !head.contains("\r\nProxy-Authorization: " + wanted + "\r\n")) {
      out.write(
          "HTTP/1.1 407 Who Are You\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"
              .getBytes(StandardCharsets.ISO_8859_1));
    } else if (head.startsWith("CONNECT ")) {
      String authority = head.split(" ", 3)[1];
      out.write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      relay(client, port(authority), "");
    } else {
      // One request a connection, so that each passes by here.
      String uri = head.split(" ", 3)[1];
      String authority = uri.split("/", 4)[2];
      String rest = head.replaceFirst(" http://[^/]*", " ").replaceAll("Proxy-[^\r]*\r\n", "");
      relay(client, port(authority), rest.replaceFirst("\r\n", "\r\nConnection: close\r\n"));
    }
  }

  private static int port(String authority) {
    return Integer.parseInt(authority.substring(authority.lastIndexOf(':') + 1));
  }

  private void socks(Socket client, InputStream in) throws IOException {
    byte[] methods = in.readNBytes(in.read());
    OutputStream out = client.getOutputStream();
    if (wanted.isEmpty()) {
      out.write(new byte[] {5, 0});
    } else if (methods.length < 2) {
      out.write(new byte[] {5, -1});
      return;
    } else {
      out.write(new byte[] {5, 2});
      in.readNBytes(1);
      String user = new String(in.readNBytes(in.read()), StandardCharsets.UTF_8);
      boolean known = wanted.equals(user + ":" + new String(in.readNBytes(in.read()), StandardCharsets.UTF_8));
      out.write(new byte[] {1, (byte) (known ? 0 : 1)});
      if (!known) {
        return;
      }
    }
    byte[] asked = in.readNBytes(4);
    byte[] host = in.readNBytes(asked[3] == 3 ? in.read() : asked[3] == 4 ? 16 : 4);
    int port = in.read() << 8 | in.read();
    heads.add("SOCKS " + (asked[3] == 3 ? new String(host, StandardCharsets.US_ASCII) : "address") + ":" + port);
    if (refusal < 0) {
      return;
    }
    out.write(new byte[] {5, (byte) refusal, 0, 1, 127, 0, 0, 1, 0, 0});
    if (refusal != 0) {
      return;
    }
    relay(client, port, "");
  }

  private void relay(Socket client, int port, String begin) throws IOException {
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
      open.add(server);
      server.getOutputStream().write(begin.getBytes(StandardCharsets.ISO_8859_1));
      threads.execute(() -> copy(client, server));
      server.getInputStream().transferTo(client.getOutputStream());
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // The other direction ends with it.
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
      // Until then the system may still take a connection.
      ended.await();
      for (Socket socket : List.copyOf(open)) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
  }
}
