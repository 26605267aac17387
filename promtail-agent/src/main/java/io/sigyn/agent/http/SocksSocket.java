package io.sigyn.agent.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * A socket whose connections go through a SOCKS 5 proxy (RFC 1928), with user and password (RFC 1929) where there are any. The
 * JDK's own asks an Authenticator of the whole JVM for these, which another part of a program may have set.
 */
final class SocksSocket extends Socket {
  private static final int VERSION = 5;
  private static final int LOGIN_VERSION = 1;
  private static final int NO_LOGIN = 0;
  private static final int LOGIN = 2;
  private static final int NO_METHOD = 0xFF;
  private static final int CONNECT = 1;
  private static final int IPV4 = 1;
  private static final int NAME = 3;
  private static final int IPV6 = 4;
  private static final int MOST_NAME = 255;

  private final ProxyServer proxy;

  /** Not connected yet. */
  SocksSocket(ProxyServer proxy) {
    this.proxy = proxy;
  }

  @Override
  public void connect(SocketAddress to, int timeout) throws IOException {
    InetSocketAddress server = (InetSocketAddress) to;
    super.connect(new InetSocketAddress(InetAddress.getByName(proxy.host()), proxy.port()), timeout);
    int silence = getSoTimeout();
    setSoTimeout(timeout);
    try {
      logIn();
      ask(server);
    } catch (EOFException e) {
      throw new IOException("proxy " + proxy + " ends the connection without an answer", e);
    }
    setSoTimeout(silence);
  }

  private void logIn() throws IOException {
    boolean known = !proxy.user().isEmpty();
    getOutputStream().write(known ? new byte[] {VERSION, 2, NO_LOGIN, LOGIN} : new byte[] {VERSION, 1, NO_LOGIN});
    byte[] answer = read(2);
    int method = answer[1] & 0xFF;
    if (answer[0] != VERSION || method == LOGIN && !known || method != LOGIN && method != NO_LOGIN && method != NO_METHOD) {
      throw new IOException("proxy " + proxy + " does not speak SOCKS 5");
    } else if (method == NO_METHOD) {
      throw new IOException("proxy " + proxy + (known ? " takes no user and password" : " wants a user and a password"));
    } else if (method == LOGIN) {
      int colon = proxy.user().indexOf(':');
      ByteArrayOutputStream login = new ByteArrayOutputStream();
      login.write(LOGIN_VERSION);
      write(login, proxy.user().substring(0, colon).getBytes(StandardCharsets.UTF_8));
      write(login, proxy.user().substring(colon + 1).getBytes(StandardCharsets.UTF_8));
      getOutputStream().write(login.toByteArray());
      if (read(2)[1] != 0) {
        throw new IOException("proxy " + proxy + " refuses the user or the password");
      }
    }
  }

  private void ask(InetSocketAddress server) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(new byte[] {VERSION, CONNECT, 0});
    String host = server.getHostString();
    try {
      byte[] address = InetAddress.ofLiteral(host).getAddress();
      request.write(address.length == 4 ? IPV4 : IPV6);
      request.writeBytes(address);
    } catch (IllegalArgumentException e) {
      byte[] name = host.getBytes(StandardCharsets.US_ASCII);
      if (name.length > MOST_NAME) {
        throw new IOException("proxy " + proxy + " takes names of up to " + MOST_NAME + " bytes", e);
      }
      request.write(NAME);
      write(request, name);
    }
    request.write(server.getPort() >>> 8);
    request.write(server.getPort());
    getOutputStream().write(request.toByteArray());
    byte[] answer = read(4);
    if (answer[0] != VERSION || answer[1] != 0) {
      throw new IOException("proxy " + proxy + " says " + said(answer[1] & 0xFF));
    }
    int rest =
        switch (answer[3]) {
          case IPV4 -> 4;
          case IPV6 -> 16;
          default -> read(1)[0] & 0xFF;
        };
    read(rest + Short.BYTES);
  }

  private static String said(int code) {
    return switch (code) {
      case 2 -> "not allowed";
      case 3 -> "network unreachable";
      case 4 -> "host unreachable";
      case 5 -> "connection refused";
      case 6 -> "time to live over";
      default -> "failure " + code;
    };
  }

  private static void write(ByteArrayOutputStream out, byte[] text) {
    out.write(text.length);
    out.writeBytes(text);
  }

  private byte[] read(int length) throws IOException {
    InputStream in = getInputStream();
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }
}
