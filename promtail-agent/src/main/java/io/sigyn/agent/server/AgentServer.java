package io.sigyn.agent.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import io.sigyn.agent.config.ServerConfig;
import io.sigyn.agent.http.ServedTls;
import io.sigyn.agent.server.AgentPages.Page;
import io.sigyn.config.ConfigException;
import io.sigyn.life.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the pages over HTTP, with TLS when there is a certificate for it. */
public final class AgentServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AgentServer.class);
  private static final int BACKLOG = 64;

  private final HttpServer http;
  private final ExecutorService threads;

  private AgentServer(HttpServer http, ExecutorService threads) {
    this.http = http;
    this.threads = threads;
  }

  /** What came of loading the configuration again, as an answer of HTTP. */
  public record Outcome(int code, String text) {}

  /**
   * Listens.
   *
   * @param pages asked for each request
   * @param reload what {@code /reload} does; without it there is no such page
   * @throws ConfigException when the address cannot be listened on, or the certificate cannot be used
   */
  public static AgentServer start(
      ServerConfig config, Supplier<AgentPages> pages, Optional<Supplier<Outcome>> reload) {
    String host = config.httpListenAddress().isEmpty() ? "0.0.0.0" : config.httpListenAddress();
    ExecutorService threads = Threads.virtual("pages");
    try {
      HttpServer http = listen(config, new InetSocketAddress(host, config.httpListenPort()));
      String prefix = withoutSlash(config.httpPathPrefix());
      http.createContext("/", exchange -> answer(exchange, prefix, pages.get(), reload));
      http.setExecutor(threads);
      http.start();
      AgentServer server = new AgentServer(http, threads);
      String scheme = config.httpTlsConfig().isOn() ? "https" : "http";
      log.info("pages are served address={}://{}:{}", scheme, host, server.port());
      return server;
    } catch (ConfigException e) {
      threads.shutdownNow();
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      threads.shutdownNow();
      String reason = String.valueOf(e.getMessage());
      throw new ConfigException(
          "cannot listen on " + host + ":" + config.httpListenPort() + ": "
              + reason.substring(0, 1).toLowerCase(Locale.ROOT) + reason.substring(1));
    }
  }

  private static HttpServer listen(ServerConfig config, InetSocketAddress address) throws IOException {
    if (!config.httpTlsConfig().isOn()) {
      return HttpServer.create(address, BACKLOG);
    }
    ServedTls tls = tls(config);
    HttpsServer https = HttpsServer.create(address, BACKLOG);
    https.setHttpsConfigurator(tls);
    return https;
  }

  private static ServedTls tls(ServerConfig config) {
    try {
      return ServedTls.of(config);
    } catch (IOException e) {
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Finds what starting would find of the certificate.
   *
   * @throws ConfigException when it cannot be used
   */
  public static void check(ServerConfig config) {
    if (!config.disable() && config.httpTlsConfig().isOn()) {
      tls(config);
    }
  }

  private static String withoutSlash(String prefix) {
    int end = prefix.length();
    while (end > 0 && prefix.charAt(end - 1) == '/') {
      end--;
    }
    return prefix.substring(0, end);
  }

  /** The port that is listened on. */
  public int port() {
    return http.getAddress().getPort();
  }

  private static Page reloaded(Outcome outcome) {
    return Page.text(outcome.code(), outcome.text());
  }

  private static void answer(
      HttpExchange exchange, String prefix, AgentPages pages, Optional<Supplier<Outcome>> reload)
      throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String query = exchange.getRequestURI().getQuery();
      Page page =
          reload.isPresent() && path.equals(prefix + "/reload")
              ? reloaded(reload.get().get())
              : path.startsWith(prefix)
              ? pages.page(path.substring(prefix.length()), query == null ? "" : query)
              : Page.text(404, "no page " + path + "\n");
      if (!page.location().isEmpty()) {
        exchange.getResponseHeaders().set("Location", prefix + page.location());
      }
      exchange.getResponseHeaders().set("Content-Type", page.type());
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      byte[] body = page.body().getBytes(StandardCharsets.UTF_8);
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(page.code(), head || body.length == 0 ? -1 : body.length);
      if (!head && body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    } catch (RuntimeException e) {
      log.error("page failed path={}", exchange.getRequestURI().getPath(), e);
      throw e;
    }
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
