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
    Proxies asked = new Proxies(new Proxy(Secret.NONE, "", true), environment);
    assertThat(new Proxies(Proxy.NONE, environment).proxy(LOKI)).isEmpty();
    assertThat(asked.proxy(LOKI)).hasValue(URI.create("http://p:1"));
    assertThat(asked.proxy(URI.create("https://loki/"))).hasValue(URI.create("http://q:2"));
    assertThat(asked.proxy(URI.create("http://loki.internal/"))).isEmpty();
    assertThat(asked.proxy(URI.create("http://127.0.0.1:3100/"))).isEmpty();
  }

  @Test
  void settingsThatDoNotGoTogetherAreRefusedWithoutTheirSecrets() {
    Map<String, String> cases =
        Map.of(
            "no_proxy: x", "no_proxy: needs proxy_url",
            "proxy_url: 'http://a:1', proxy_from_environment: true", "use only one of proxy_url, proxy_from_environment",
            "proxy_url: 'socks5://u:hush@a:1'", "proxy_url: expected http://HOST:PORT",
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
