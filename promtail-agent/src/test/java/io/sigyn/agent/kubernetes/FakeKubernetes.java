package io.sigyn.agent.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sigyn.life.Threads;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes API with pods, nodes and namespaces: lists with pages, watches that stream, versions that are forgotten
 * (410), tokens that are refused (401), and silence.
 */
public final class FakeKubernetes implements AutoCloseable {
  private record Change(long version, String type, FakePod pod) {}

  private final Map<String, FakePod> pods = new LinkedHashMap<>();
  private final Map<String, Long> versions = new HashMap<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();
  private final int port;
  private long version = 100;
  private long forgotten = 0;
  private int watches;
  private int generation;
  private int pageSize = Integer.MAX_VALUE;
  private String token = "";
  private int failWith;
  private String failing = "";
  private boolean silent;
  private String held = "";
  private @Nullable HttpServer http;
  private @Nullable ExecutorService threads;

  public FakeKubernetes() {
    HttpServer first = bind(0);
    http = first;
    port = first.getAddress().getPort();
  }

  private HttpServer bind(int wanted) {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 64);
      ExecutorService executor = Threads.virtual("fake-kubernetes");
      threads = executor;
      server.setExecutor(executor);
      server.createContext("/", this::handle);
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Adds a pod, or changes the one of that name. */
  public synchronized void put(FakePod pod) {
    String key = pod.namespace + "/" + pod.name;
    String type = pods.put(key, pod) == null ? "ADDED" : "MODIFIED";
    versions.put(key, ++version);
    changes.add(new Change(version, type, pod));
    notifyAll();
  }

  public synchronized void delete(String namespace, String name) {
    FakePod pod = pods.remove(namespace + "/" + name);
    if (pod == null) {
      throw new IllegalArgumentException("no pod " + namespace + "/" + name);
    }
    changes.add(new Change(++version, "DELETED", pod));
    notifyAll();
  }

  /** Everything that happened so far cannot be watched from any more; open watches are told so. */
  public synchronized void forget() {
    forgotten = ++version;
    changes.clear();
    notifyAll();
  }

  /** Ends all watches, as servers do from time to time. */
  public synchronized void endWatches() {
    generation++;
    notifyAll();
  }

  /** Refuses requests without this bearer token. */
  public synchronized void requireToken(String wanted) {
    token = wanted;
  }

  /** Answers everything with this status; 0 for the truth. */
  public void failWith(int status) {
    failWith(status, "");
  }

  /** Answers requests for this path, or all if it is empty, with this status. */
  public synchronized void failWith(int status, String path) {
    failWith = status;
    failing = path;
    generation++;
    notifyAll();
  }

  /** Lists come in pages of this size. */
  public synchronized void pages(int size) {
    pageSize = size;
  }

  /** Watches are accepted and say nothing at all, or speak again. */
  public synchronized void silent(boolean on) {
    silent = on;
    notifyAll();
  }

  /** Requests for this path are not answered until it is another one; empty for none. */
  public synchronized void hold(String path) {
    held = path;
    notifyAll();
  }

  /** Path and query of every request, decoded. */
  public synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  public synchronized int watches() {
    return watches;
  }

  /** Stops listening and breaks every connection. */
  public void down() {
    synchronized (this) {
      generation++;
      notifyAll();
    }
    HttpServer running = http;
    ExecutorService executor = threads;
    if (running != null && executor != null) {
      running.stop(0);
      executor.shutdownNow();
      http = null;
    }
  }

  /** Listens again on the same port. */
  public void up() {
    http = bind(port);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
      String path = exchange.getRequestURI().getPath();
      int failure;
      awaitRelease(path);
      synchronized (this) {
        requests.add(path + "?" + URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8));
        String given = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        failure = !token.isEmpty() && !given.equals("Bearer " + token) ? 401 : failWith(path);
      }
      if (failure != 0) {
        send(exchange, failure, status(failure));
      } else if (query.containsKey("watch")) {
        watch(exchange, path, query);
      } else {
        send(exchange, 200, path.endsWith("pods") ? list(path, query) : others(path));
      }
    }
  }

  private synchronized int failWith(String path) {
    return failing.isEmpty() || failing.equals(path) ? failWith : 0;
  }

  private synchronized void awaitRelease(String path) {
    try {
      while (held.equals(path)) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String status(int code) {
    String reason = code == 401 ? "Unauthorized" : code == 410 ? "too old resource version" : "sorry";
    return "{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"" + reason + "\",\"code\":" + code + "}";
  }

  private static void send(HttpExchange exchange, int code, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new HashMap<>();
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      query.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return query;
  }

  private static boolean selected(FakePod pod, String path, Map<String, String> query) {
    boolean mine = path.equals("/api/v1/pods") || path.equals("/api/v1/namespaces/" + pod.namespace + "/pods");
    for (String field : query.getOrDefault("fieldSelector", "").split(",", -1)) {
      if (field.startsWith("spec.nodeName=")) {
        mine &= pod.isOn(field.substring("spec.nodeName=".length()));
      }
    }
    String label = query.getOrDefault("labelSelector", "");
    int equals = label.indexOf('=');
    return mine && (equals < 0 || pod.hasLabel(label.substring(0, equals), label.substring(equals + 1)));
  }

  private synchronized String list(String path, Map<String, String> query) {
    List<String> items = new ArrayList<>();
    int from = Integer.parseInt(query.getOrDefault("continue", "0"));
    int at = 0;
    String next = "";
    for (Map.Entry<String, FakePod> entry : pods.entrySet()) {
      if (selected(entry.getValue(), path, query) && at++ >= from) {
        if (items.size() == pageSize) {
          next = Integer.toString(from + pageSize);
          break;
        }
        items.add(entry.getValue().json(versions.getOrDefault(entry.getKey(), 0L)));
      }
    }
    return "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"" + version
        + "\",\"continue\":\"" + next + "\"},\"items\":[" + String.join(",", items) + "]}";
  }

  private synchronized String others(String path) {
    String name = path.endsWith("nodes") ? "node-1" : "shop";
    return "{\"metadata\":{\"resourceVersion\":\"" + version + "\"},\"items\":[{\"metadata\":{\"name\":\"" + name
        + "\",\"labels\":{\"zone/name\":\"" + name + "-zone\"},\"annotations\":{\"a\":\"b\"}}}]}";
  }

  private void watch(HttpExchange exchange, String path, Map<String, String> query) throws IOException {
    long from = Long.parseLong(query.getOrDefault("resourceVersion", "0"));
    boolean podsWanted = path.endsWith("pods");
    int began;
    synchronized (this) {
      began = generation;
      if (podsWanted && from < forgotten) {
        from = -1;
      }
      watches++;
    }
    try {
      if (from < 0) {
        send(exchange, 410, status(410));
        return;
      }
      exchange.sendResponseHeaders(200, 0);
      OutputStream out = exchange.getResponseBody();
      long sent = from;
      out.write(("{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"metadata\":{\"resourceVersion\":\"" + sent
          + "\"}}}\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
      while (true) {
        List<Change> news = new ArrayList<>();
        boolean gone;
        synchronized (this) {
          while (generation == began && (silent || news(sent, podsWanted).isEmpty()) && !(podsWanted && sent < forgotten)) {
            wait();
          }
          if (generation != began) {
            return;
          }
          gone = podsWanted && sent < forgotten;
          news.addAll(news(sent, podsWanted));
        }
        if (gone) {
          out.write(("{\"type\":\"ERROR\",\"object\":" + status(410) + "}\n").getBytes(StandardCharsets.UTF_8));
          out.flush();
          return;
        }
        for (Change change : news) {
          sent = change.version();
          if (selected(change.pod(), path, query)) {
            String event = "{\"type\":\"" + change.type() + "\",\"object\":" + change.pod().json(sent) + "}\n";
            out.write(event.getBytes(StandardCharsets.UTF_8));
          }
        }
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      synchronized (this) {
        watches--;
      }
    }
  }

  private List<Change> news(long after, boolean podsWanted) {
    return podsWanted ? changes.stream().filter(change -> change.version() > after).toList() : List.of();
  }

  @Override
  public void close() {
    if (http != null) {
      down();
    }
  }
}
