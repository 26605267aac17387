package io.sigyn.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.sigyn.agent.config.Proxy;
import io.sigyn.agent.config.TlsConfig;
import io.sigyn.config.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real servers behind a real proxy, all on this machine. */
final class ProxiedCallsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Map<String, List<Secret>> HEADERS =
      Map.of("X-Team", List.of(new Secret("hush-1"), new Secret("hush-2")), "User-Agent", List.of(new Secret("hush-3")));

  @TempDir static Path dir;
  private static SSLContext ours;
  private static SSLContext proxys;
  private static TlsConfig trusting;

  private HttpServer plain;
  private HttpServer secure;
  private FakeProxy proxy;
  private final List<Map<String, List<String>>> seen = Collections.synchronizedList(new ArrayList<>());

  @BeforeAll
  static void makeCertificates() throws Exception {
    KeyStore server = Certificates.store(dir, "server");
    KeyStore between = Certificates.store(dir, "between");
    ours = Certificates.context(server);
    proxys = Certificates.context(between);
    String both = Certificates.certificate(server) + Certificates.certificate(between);
    trusting = new TlsConfig(both, "", Secret.NONE, "", "", "", "", false, "", "");
  }

  @AfterAll
  static void forget() {
    trusting = TlsConfig.DEFAULT;
  }

  @BeforeEach
  void startServers() throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpsServer behindTls = HttpsServer.create(any, 8);
    behindTls.setHttpsConfigurator(new HttpsConfigurator(ours));
    secure = started(behindTls);
    plain = started(HttpServer.create(any, 8));
    proxy = new FakeProxy();
  }

  private HttpServer started(HttpServer server) {
    server.createContext(
        "/",
        exchange -> {
          seen.add(Map.copyOf(exchange.getRequestHeaders()));
          byte[] body = exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  @AfterEach
  void stopServers() {
    proxy.close();
    plain.stop(0);
    secure.stop(0);
  }

  private static HttpCaller caller(URI server, Proxy proxy, Map<String, String> environment) {
    return new HttpCaller("test", server, new Way(Optional.of(trusting), proxy, environment), PATIENCE, false);
  }

  private static HttpCaller caller(URI server, String proxy, String noProxy) {
    return caller(server, new Proxy(new Secret(proxy), noProxy, false, HEADERS), Map.of());
  }

  private static String post(HttpCaller http, URI server, String text) throws IOException, InterruptedException {
    HttpPost request = new HttpPost(server);
    request.setEntity(new StringEntity(text));
    HttpAnswer answer = http.call(request, PATIENCE, 1 << 20);
    return answer.status() + " " + new String(answer.body(), StandardCharsets.US_ASCII);
  }

  private URI secureServer(String host) {
    return URI.create("https://" + host + ":" + secure.getAddress().getPort() + "/a/b?c=d");
  }

  private URI plainServer() {
    return URI.create("http://127.0.0.1:" + plain.getAddress().getPort() + "/a/b?c=d");
  }

  @Test
  void aTunnelIsAskedForOnceWithThePasswordAndAllHeaders() throws Exception {
    proxy.require("Basic am9lOmh1c2g=");
    // The proxy looks names up, and takes every one for this machine.
    URI server = secureServer("server.example");
    try (HttpCaller http = caller(server, proxy.url("joe:hush"), "")) {
      assertThat(post(http, server, "one")).isEqualTo("200 one");
      assertThat(post(http, server, "two")).isEqualTo("200 two");
    }
    assertThat(proxy.heads()).singleElement().asString()
        .startsWith("CONNECT server.example:" + server.getPort() + " HTTP/1.1\r\n")
        .contains("\r\nHost: server.example:" + server.getPort() + "\r\n", "\r\nProxy-Authorization: Basic am9lOmh1c2g=\r\n")
        .contains("\r\nX-Team: hush-1\r\nX-Team: hush-2\r\n", "\r\nUser-Agent: hush-3\r\n");
    assertThat(seen).hasSize(2)
        .allSatisfy(
            headers -> {
              assertThat(headers).doesNotContainKeys("X-team", "Proxy-authorization");
              assertThat(headers.get("User-agent")).containsExactly("promtail-agent");
            });
  }

  @Test
  void aProxyBehindTlsHasANameOfItsOwn() throws Exception {
    try (FakeProxy behindTls = FakeProxy.secure(proxys)) {
      behindTls.require("Basic am9lOmh1c2g=");
      URI server = secureServer("server.example");
      try (HttpCaller http = caller(server, behindTls.url("joe:hush"), "");
          HttpCaller open = caller(plainServer(), behindTls.url("joe:hush"), "")) {
        assertThat(post(http, server, "one")).isEqualTo("200 one");
        assertThat(post(open, plainServer(), "two")).isEqualTo("200 two");
      }
      assertThat(behindTls.heads()).hasSize(2);
      TlsConfig named = new TlsConfig(trusting.ca(), "", Secret.NONE, "", "", "", "server.example", false, "", "");
      Proxy through = new Proxy(new Secret(behindTls.url("joe:hush")), "", false, Map.of());
      URI address = secureServer("10.0.0.1");
      try (HttpCaller http = new HttpCaller("test", address, new Way(Optional.of(named), through, Map.of()), PATIENCE, false)) {
        assertThat(post(http, address, "three")).as("server_name is the server's").isEqualTo("200 three");
      }
      String misnamed = behindTls.url("").replace("127.0.0.1", "localhost");
      try (HttpCaller http = caller(server, misnamed, "")) {
        assertThatThrownBy(() -> post(http, server, "four"))
            .isInstanceOf(IOException.class)
            .hasMessageStartingWith("proxy " + misnamed + ": ")
            .hasMessageContaining("localhost");
      }
    }
  }

  @Test
  void socksProxiesGetTheNameOfTheServer() throws Exception {
    URI server = secureServer("server.example");
    String url = "socks5h://127.0.0.1:" + proxy.port();
    try (HttpCaller http = caller(server, url, "");
        HttpCaller open = caller(plainServer(), url.replace("socks5h", "socks5"), "")) {
      assertThat(post(http, server, "one")).isEqualTo("200 one");
      assertThat(post(open, plainServer(), "two")).isEqualTo("200 two");
    }
    assertThat(proxy.heads()).first().isEqualTo("SOCKS server.example:" + server.getPort());
    assertThat(proxy.heads()).hasSize(2);
    assertThat(seen).hasSize(2).noneSatisfy(headers -> assertThat(headers).containsKey("X-team"));
  }

  @Test
  void socksProxiesGetThePasswordAndTheirRefusalsAreNamed() throws Exception {
    proxy.require("joe:hush");
    URI server = secureServer("server.example");
    String address = "127.0.0.1:" + proxy.port();
    String shown = "proxy socks5://" + address;
    try (HttpCaller http = caller(server, "socks5://joe:hush@" + address, "");
        HttpCaller wrong = caller(server, "socks5://joe:wrong@" + address, "");
        HttpCaller nobody = caller(server, "socks5://" + address, "")) {
      assertThat(post(http, server, "one")).isEqualTo("200 one");
      assertThatThrownBy(() -> post(wrong, server, "x"))
          .isInstanceOf(IOException.class).hasMessage(shown + " refuses the user or the password");
      assertThatThrownBy(() -> post(nobody, server, "x"))
          .isInstanceOf(IOException.class).hasMessage(shown + " wants a user and a password");
    }
    try (HttpCaller http = caller(server, "socks5://joe:hush@" + address, "")) {
      proxy.refuseWith(5);
      assertThatThrownBy(() -> post(http, server, "x"))
          .isInstanceOf(IOException.class).hasMessage(shown + " says connection refused");
      proxy.refuseWith(-1);
      assertThatThrownBy(() -> post(http, server, "x"))
          .isInstanceOf(IOException.class).hasMessage(shown + " ends the connection without an answer");
      proxy.close();
      assertThatThrownBy(() -> post(http, server, "x"))
          .isInstanceOf(IOException.class).hasMessage(shown + ": connection refused");
    }
    assertThat(seen).hasSize(1);
  }

  @Test
  void aRefusalNamesTheProxyAndNotThePassword() throws Exception {
    proxy.require("Basic am9lOmh1c2g=");
    URI server = secureServer("127.0.0.1");
    String shown = "proxy http://127.0.0.1:" + proxy.port();
    String hint = "; see the user and the password of the proxy";
    try (HttpCaller tunnelled = caller(server, proxy.url("joe:wrong"), "");
        HttpCaller open = caller(plainServer(), proxy.url("joe:wrong"), "")) {
      assertThatThrownBy(() -> post(tunnelled, server, "x"))
          .isInstanceOf(IOException.class).hasMessage(shown + " says 407 Who Are You" + hint);
      assertThatThrownBy(() -> post(open, plainServer(), "x"))
          .isInstanceOf(IOException.class).hasMessage(shown + " says 407 Who Are You" + hint);
      proxy.refuseWith(502);
      assertThatThrownBy(() -> post(tunnelled, server, "x"))
          .isInstanceOf(IOException.class).hasMessage(shown + " says 502 Not Now");
      assertThat(post(open, plainServer(), "x")).as("may as well be the server's own answer").isEqualTo("502 no");
      proxy.refuseWith(-1);
      int asked = proxy.heads().size();
      assertThatThrownBy(() -> post(tunnelled, server, "x"))
          .isInstanceOf(IOException.class).hasMessage(shown + " ends the connection without an answer");
      assertThat(proxy.heads()).as("asked once").hasSize(asked + 1);
      proxy.close();
      assertThatThrownBy(() -> post(tunnelled, server, "x"))
          .isInstanceOf(IOException.class).hasMessage(shown + ": connection refused");
    }
    assertThat(seen).isEmpty();
  }

  @Test
  void whatIsExceptedIsReachedDirectly() throws Exception {
    URI server = secureServer("127.0.0.1");
    proxy.refuseWith(502);
    try (HttpCaller http = caller(server, proxy.url(""), "10.0.0.0/8, 127.0.0.0/8")) {
      assertThat(post(http, server, "one")).isEqualTo("200 one");
    }
    assertThat(proxy.heads()).isEmpty();
    assertThat(seen).singleElement().satisfies(headers -> assertThat(headers).doesNotContainKeys("X-team"));
  }

  @Test
  void thePasswordOfAPlainRequestIsForTheProxyAlone() throws Exception {
    proxy.require("Basic am9lOmh1c2g=");
    try (HttpCaller http = caller(plainServer(), proxy.url("joe:hush"), "")) {
      assertThat(post(http, plainServer(), "one")).isEqualTo("200 one");
    }
    assertThat(proxy.heads()).singleElement().asString()
        .startsWith("POST " + plainServer() + " HTTP/1.1\r\n")
        .doesNotContain("X-Team", "hush-3");
    assertThat(seen).singleElement().satisfies(headers -> assertThat(headers).doesNotContainKey("Proxy-authorization"));
  }

  @Test
  void theEnvironmentNamesProxiesWithPasswordsToo() throws Exception {
    proxy.require("Basic am9lOmh1c2g=");
    URI server = secureServer("server.example");
    Proxy fromEnvironment = new Proxy(Secret.NONE, "", true, HEADERS);
    try (HttpCaller http = caller(server, fromEnvironment, Map.of("https_proxy", proxy.url("joe:hush")))) {
      assertThat(post(http, server, "one")).isEqualTo("200 one");
    }
    assertThat(proxy.heads()).singleElement().asString().contains("X-Team: hush-2");
    try (HttpCaller http = caller(server, fromEnvironment, Map.of("HTTPS_PROXY", "gopher://joe:hush@x"))) {
      assertThatThrownBy(() -> post(http, server, "two"))
          .isInstanceOf(IOException.class)
          .hasMessage("HTTPS_PROXY: expected http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT");
    }
  }
}
