package io.sigyn.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.sigyn.agent.config.Proxy;
import io.sigyn.agent.config.TlsConfig;
import io.sigyn.config.Secret;
import io.sigyn.life.Threads;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HttpCallerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path dir;

  private static byte[] tagged(int tag, byte[]... values) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] value : values) {
      all.writeBytes(value);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    out.write(all.size());
    out.writeBytes(all.toByteArray());
    return out.toByteArray();
  }

  /** The key as OpenSSL and kubeadm write it. */
  private static byte[] sec1(ECPrivateKey key) {
    byte[] secret = new byte[32];
    byte[] number = key.getS().toByteArray();
    int length = Math.min(32, number.length);
    System.arraycopy(number, number.length - length, secret, 32 - length, length);
    byte[] curve = HexFormat.of().parseHex("06082a8648ce3d030107");
    return tagged(0x30, new byte[] {2, 1, 1}, tagged(4, secret), tagged(0xa0, curve));
  }

  private static TlsConfig named(TlsConfig like, String serverName) {
    return new TlsConfig(
        "", "", Secret.NONE, like.caFile(), like.certFile(), like.keyFile(), serverName, false, "TLS12", "");
  }

  private static HttpCaller caller(Optional<TlsConfig> tls, int port) {
    URI uri = URI.create("https://127.0.0.1:" + port + "/");
    return new HttpCaller("test", uri, new Way(tls, Proxy.NONE, Map.of()), PATIENCE, false);
  }

  private static int get(HttpCaller http, int port) throws IOException, InterruptedException {
    return http.call(new HttpGet("https://127.0.0.1:" + port + "/"), PATIENCE, 100).status();
  }

  @Test
  void certificatesOfBothSidesComeFromFilesThatMayBeExchanged() throws Exception {
    KeyStore mine = Certificates.store(dir, "mine");
    KeyStore other = Certificates.store(dir, "other");
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(mine, Certificates.PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("client", mine.getCertificate("one"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    Set<String> names = ConcurrentHashMap.newKeySet();
    SNIMatcher asked =
        new SNIMatcher(StandardConstants.SNI_HOST_NAME) {
          @Override
          public boolean matches(SNIServerName name) {
            names.add(new String(name.getEncoded(), StandardCharsets.US_ASCII));
            return true;
          }
        };
    HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ours = getSSLContext().getDefaultSSLParameters();
            ours.setNeedClientAuth(true);
            ours.setSNIMatchers(List.of(asked));
            parameters.setSSLParameters(ours);
          }
        });
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    Path ca = Files.writeString(dir.resolve("ca.crt"), Certificates.pem("CERTIFICATE", other.getCertificate("one").getEncoded()));
    Path cert = Files.writeString(dir.resolve("tls.crt"), Certificates.pem("CERTIFICATE", mine.getCertificate("one").getEncoded()));
    ECPrivateKey key = (ECPrivateKey) mine.getKey("one", Certificates.PASSWORD);
    Path secret = Files.writeString(dir.resolve("tls.key"), Certificates.pem("EC PRIVATE KEY", sec1(key)));
    TlsConfig files =
        new TlsConfig("", "", Secret.NONE, ca.toString(), cert.toString(), secret.toString(), "", false, "TLS12", "");
    TlsConfig careless =
        new TlsConfig(
            "", Certificates.pem("CERTIFICATE", mine.getCertificate("one").getEncoded()), new Secret(Certificates.pem("PRIVATE KEY", key.getEncoded())),
            "", "", "", "", true, "", "");
    int port = server.getAddress().getPort();
    try (HttpCaller http = caller(Optional.of(files), port);
        HttpCaller trusting = caller(Optional.of(careless), port);
        HttpCaller plain = caller(Optional.empty(), port)) {
      assertThatThrownBy(() -> get(http, port)).as("an authority that did not sign").isInstanceOf(IOException.class);
      assertThatThrownBy(() -> get(plain, port)).as("nobody we know").isInstanceOf(IOException.class);
      assertThat(get(trusting, port)).isEqualTo(204);
      assertThat(names).as("addresses are not asked for").isEmpty();
      Files.writeString(ca, "# another text\n" + Certificates.pem("CERTIFICATE", mine.getCertificate("one").getEncoded()));
      assertThat(get(http, port)).isEqualTo(204);
      try (HttpCaller named = caller(Optional.of(named(files, "mine.example")), port);
          HttpCaller misnamed = caller(Optional.of(named(files, "other.example")), port)) {
        assertThat(get(named, port)).isEqualTo(204);
        assertThat(names).containsExactly("mine.example");
        assertThatThrownBy(() -> get(misnamed, port))
            .as("the certificate has another name")
            .hasMessageContaining("other.example");
      }
    } finally {
      server.stop(0);
    }
  }

  /** Reads a head and its body, if it has one of some bytes. */
  private static String request(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException();
      }
      head.append((char) b);
    }
    int at = head.indexOf("Content-Length: ");
    return at < 0
        ? ""
        : new String(
            in.readNBytes(Integer.parseInt(head.substring(at + 16, head.indexOf("\r", at)))), StandardCharsets.US_ASCII);
  }

  private static byte[] answer(String body) {
    return ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
  }

  private static HttpPost post(URI uri, String text) {
    HttpPost request = new HttpPost(uri);
    request.setEntity(new StringEntity(text));
    return request;
  }

  /** A server whose first connection answers once and ends at the second request, as servers do that were silent for long. */
  @Test
  void aConnectionThatTheServerWasDoneWithIsReplaced() throws Exception {
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorService threads = Threads.virtual("server");
        ServerSocket listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      URI uri = URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/");
      Future<?> served =
          threads.submit(
              () -> {
                try (Socket first = listening.accept()) {
                  seen.add("first " + request(first.getInputStream()));
                  first.getOutputStream().write(answer("one"));
                  seen.add("first " + request(first.getInputStream()));
                }
                try (Socket second = listening.accept()) {
                  seen.add("second " + request(second.getInputStream()));
                  second.getOutputStream().write(answer("two"));
                  seen.add("second " + second.getInputStream().read());
                }
                try (Socket third = listening.accept()) {
                  seen.add("third " + request(third.getInputStream()));
                }
                return "done";
              });
      Way way = new Way(Optional.empty(), Proxy.NONE, Map.of());
      try (HttpCaller http = new HttpCaller("test", uri, way, PATIENCE, false)) {
        assertThat(http.call(post(uri, "a"), PATIENCE, 10).body()).asString().isEqualTo("one");
        assertThat(http.call(post(uri, "b"), PATIENCE, 10).body()).asString().isEqualTo("two");
      }
      try (HttpCaller http = new HttpCaller("test", uri, way, PATIENCE, false)) {
        assertThatThrownBy(() -> http.call(post(uri, "c"), PATIENCE, 10))
            .as("a new connection that ends is no old one")
            .isInstanceOf(IOException.class);
      }
      served.get();
    }
    assertThat(seen).containsExactly("first a", "first b", "second b", "second -1", "third c");
  }

  @Test
  void anAnswerThatComesBeforeTheWholeRequestWentOutCounts() throws Exception {
    try (ExecutorService threads = Threads.virtual("server");
        ServerSocket listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Future<?> served =
          threads.submit(
              () -> {
                try (Socket socket = listening.accept()) {
                  socket.getInputStream().readNBytes(100);
                  String refusal = "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig";
                  socket.getOutputStream().write(refusal.getBytes(StandardCharsets.US_ASCII));
                }
                return "closed with bytes that nobody read";
              });
      URI uri = URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/");
      try (HttpCaller http = new HttpCaller("test", uri, new Way(Optional.empty(), Proxy.NONE, Map.of()), PATIENCE, false)) {
        HttpPost request = new HttpPost(uri);
        request.setEntity(new RequestBody(new byte[8 << 20]));
        HttpAnswer answer = http.call(request, PATIENCE, 10);
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.body()).asString().isEqualTo("big");
      }
      served.get();
    }
  }

  @Test
  void timeSizeAndInterruptsBoundACall() throws Exception {
    try (ExecutorService threads = Threads.virtual("server");
        ServerSocket listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      BlockingQueue<String> ended = new LinkedBlockingQueue<>();
      threads.execute(
          () -> {
            while (!listening.isClosed()) {
              try (Socket socket = listening.accept()) {
                String text = request(socket.getInputStream());
                if (text.equals("much")) {
                  socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                  socket.getOutputStream().write(new byte[1000]);
                }
                ended.add(text + " " + socket.getInputStream().read());
              } catch (IOException e) {
                ended.add("broken");
              }
            }
          });
      URI uri = URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/");
      try (HttpCaller http = new HttpCaller("test", uri, new Way(Optional.empty(), Proxy.NONE, Map.of()), PATIENCE, false)) {
        assertThatThrownBy(() -> http.call(post(uri, "slow"), Duration.ofSeconds(1), 10))
            .isInstanceOf(IOException.class)
            .hasMessage("no answer within 1000ms");
        assertThat(ended.take()).as("the connection is given up").isIn("slow -1", "broken");
        assertThatThrownBy(() -> http.call(post(uri, "much"), PATIENCE, 999))
            .isInstanceOf(IOException.class)
            .hasMessage("the answer is larger than 999 bytes");
        assertThat(ended.take()).isIn("much -1", "broken");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> http.call(post(uri, "any"), PATIENCE, 10)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
      }
    }
  }

  @Test
  void aStreamIsReadWhileItComesAndClosedByAnother() throws Exception {
    try (ExecutorService threads = Threads.virtual("server");
        ServerSocket listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Future<Integer> served =
          threads.submit(
              () -> {
                try (Socket socket = listening.accept()) {
                  request(socket.getInputStream());
                  String begin = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n";
                  socket.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
                  return socket.getInputStream().read();
                } catch (SocketException e) {
                  return -1;
                }
              });
      URI uri = URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/");
      try (HttpCaller http = new HttpCaller("test", uri, new Way(Optional.empty(), Proxy.NONE, Map.of()), PATIENCE, false)) {
        HttpCaller.Stream stream = http.open(new HttpGet(uri), PATIENCE);
        assertThat(stream.status()).isEqualTo(200);
        assertThat(stream.body().readNBytes(3)).asString().isEqualTo("one");
        Future<Integer> more = threads.submit(() -> stream.body().read());
        stream.body().close();
        assertThatThrownBy(more::get).hasCauseInstanceOf(IOException.class);
        assertThat(served.get()).isEqualTo(-1);
      }
    }
  }

  /** Redirects {@code /?TARGET} to the target, and answers anything else. */
  private static <T extends HttpServer> T redirecting(T server) {
    server.createContext(
        "/",
        exchange -> {
          String query = exchange.getRequestURI().getRawQuery();
          if (query != null) {
            exchange.getResponseHeaders().set("Location", query);
          }
          exchange.sendResponseHeaders(query == null ? 204 : 302, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void redirectsAreFollowedWhereNothingIsGivenAway() throws Exception {
    KeyStore mine = Certificates.store(dir, "mine");
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpsServer secure = HttpsServer.create(any, 8);
    secure.setHttpsConfigurator(new HttpsConfigurator(Certificates.context(mine)));
    redirecting(secure);
    HttpServer plain = redirecting(HttpServer.create(any, 8));
    String there = "https://127.0.0.1:" + secure.getAddress().getPort() + "/";
    String bare = "http://127.0.0.1:" + plain.getAddress().getPort() + "/";
    TlsConfig tls = new TlsConfig(Certificates.certificate(mine), "", Secret.NONE, "", "", "", "", false, "", "");
    Way way = new Way(Optional.of(tls), Proxy.NONE, Map.of());
    try (HttpCaller follows = new HttpCaller("test", URI.create(there), way, PATIENCE, true);
        HttpCaller stays = new HttpCaller("test", URI.create(there), way, PATIENCE, false)) {
      assertThat(follows.call(new HttpGet(there + "?/here"), PATIENCE, 10).status()).isEqualTo(204);
      assertThat(follows.call(new HttpGet(bare + "?" + there), PATIENCE, 10).status()).isEqualTo(204);
      assertThat(follows.call(new HttpGet(there + "?" + bare), PATIENCE, 10).status()).as("leaves TLS").isEqualTo(302);
      HttpGet known = new HttpGet(bare + "?" + there);
      known.setHeader("Authorization", "Bearer t");
      assertThat(follows.call(known, PATIENCE, 10).status()).as("tells another who we are").isEqualTo(302);
      assertThat(stays.call(new HttpGet(there + "?/here"), PATIENCE, 10).status()).isEqualTo(302);
    } finally {
      secure.stop(0);
      plain.stop(0);
    }
  }

  @Test
  void filesThatCannotBeUsedAreNamed() throws Exception {
    Path ca = dir.resolve("ca.crt");
    TlsConfig missing = new TlsConfig("", "", Secret.NONE, ca.toString(), "", "", "", false, "", "");
    try (HttpCaller http = caller(Optional.of(missing), 1)) {
      assertThatThrownBy(() -> get(http, 1))
          .isInstanceOf(IOException.class)
          .hasMessage("tls_config: java.nio.file.NoSuchFileException: " + ca);
      Files.writeString(ca, "nothing");
      assertThatThrownBy(() -> get(http, 1)).isInstanceOf(IOException.class).hasMessageStartingWith("tls_config: No certificate");
    }
  }

  @Test
  void rsaKeysAreReadInBothForms() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    PrivateKey key = generator.generateKeyPair().getPrivate();
    byte[] pkcs8 = key.getEncoded();
    // Behind version and algorithm stands the older form as it is.
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
    assertThat(Pem.privateKey(Certificates.pem("PRIVATE KEY", pkcs8))).isEqualTo(key);
    assertThat(Pem.privateKey(Certificates.pem("RSA PRIVATE KEY", pkcs1))).isEqualTo(key);
    assertThatThrownBy(() -> Pem.privateKey("nothing")).hasMessageContaining("no private key found");
  }
}
