package io.sigyn.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.agent.config.AgentConfig;
import io.sigyn.agent.config.Proxy;
import io.sigyn.config.Secret;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProxiesTest {
  private static final Proxy ASKED = new Proxy(Secret.NONE, "", true, Map.of());
  private static final URI LOKI = URI.create("http://loki.logs.svc:3100/loki/api/v1/push");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://a.example.com/ | example.com | true",
        "http://example.com/ | example.com | true",
        "http://badexample.com/ | example.com | false",
        "http://example.com/ | .example.com | false",
        "http://a.example.com/ | *.example.com | true",
        "http://a.example.com:3100/ | a.example.com:3100 | true",
        "http://a.example.com:3101/ | a.example.com:3100 | false",
        "https://a.example.com/ | x, a.example.com:443 | true",
        "http://10.1.2.3/ | 10.0.0.0/8 | true",
        "http://11.1.2.3/ | 10.0.0.0/8 | false",
        "http://10.1.2.3/ | 10.1.2.3 | true",
        "http://anything/ | * | true",
      })
  void exceptionsAreThoseOfGo(String target, String noProxy, boolean excepted) {
    assertThat(Proxies.isExcepted(URI.create(target), noProxy)).isEqualTo(excepted);
  }

  @Test
  void theEnvironmentCountsOnlyWhenAskedForAndNeverForThisMachine() {
    Map<String, String> environment = Map.of("HTTP_PROXY", "p:1", "https_proxy", "http://q:2", "NO_PROXY", ".internal");
    assertThat(proxy(Proxy.NONE, environment, LOKI)).isEmpty();
    assertThat(proxy(ASKED, environment, LOKI)).isEqualTo("http://p:1");
    assertThat(proxy(ASKED, environment, URI.create("https://loki/"))).isEqualTo("http://q:2");
    assertThat(proxy(ASKED, environment, URI.create("http://loki.internal/"))).isEmpty();
    assertThat(proxy(ASKED, environment, URI.create("http://127.0.0.1:3100/"))).isEmpty();
    assertThatThrownBy(() -> proxy(ASKED, Map.of("HTTP_PROXY", "ftp://u:hush@p"), LOKI))
        .hasMessage("HTTP_PROXY: expected http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT");
  }

  private static String proxy(Proxy config, Map<String, String> environment, URI target) {
    return Proxies.proxy(config, environment, target).map(ProxyServer::toString).orElse("");
  }

  @ParameterizedTest
  @CsvSource({
    "http://u:p@host, http://host:80, Basic dTpw",
    "https://u@host, https://host:443, Basic dTo=",
    "https://a%40b:p%3Aq@host:1, https://host:1, Basic YUBiOnA6cQ==",
    "socks5://[::1], socks5://[::1]:1080, ''",
  })
  void portsAndPasswordsAreThoseOfGo(String url, String shown, String authorization) {
    ProxyServer proxy = Proxies.proxy(new Proxy(new Secret(url), "", false, Map.of()), Map.of(), LOKI).orElseThrow();
    assertThat(proxy).hasToString(shown);
    assertThat(proxy.authorization()).isEqualTo(authorization);
  }

  @Test
  void settingsThatDoNotGoTogetherAreRefusedWithoutTheirSecrets() {
    Map<String, String> cases =
        Map.of(
            "no_proxy: x", "no_proxy: needs proxy_url",
            "proxy_url: 'http://a:1', proxy_from_environment: true", "use only one of proxy_url, proxy_from_environment",
            "proxy_url: 'ftp://u:hush@a:1'", "proxy_url: expected http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT",
            "proxy_url: 'socks5://hush@a:1'", "proxy_url: a SOCKS proxy takes USER:PASSWORD of 1 to 255 bytes each",
            "proxy_connect_header: {X-A: [hush]}", "proxy_connect_header: needs proxy_url or proxy_from_environment",
            "proxy_url: 'http://a:1', proxy_connect_header: {Host: [hush]}",
                "proxy_connect_header: \"Host\" cannot be set here, HTTP decides about it",
            "proxy_url: 'http://a:1', proxy_connect_header: {X-A: [\"hush\\n\"]}",
                "proxy_connect_header: \"X-A\" is no header with a value that can be sent",
            "oauth2: {client_id: a}", "oauth2: token_url is missing",
            "oauth2: {client_id: a, token_url: 'http://t/', client_secret: hush, client_secret_file: f}",
                "use only one of client_secret, client_secret_file");
    cases.forEach(
        (client, message) ->
            assertThatThrownBy(
                    () -> AgentConfig.parse("clients: [{url: 'http://l/loki/api/v1/push', " + client + "}]"))
                .as(client)
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(List.of(e.getMessage())).noneMatch(text -> text.contains("hush"))));
  }
}
