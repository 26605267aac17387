package io.sigyn.cli.client;

import io.sigyn.cli.terminal.FailedException;
import io.sigyn.error.LokiException;
import io.sigyn.json.JsonSyntaxException;
import io.sigyn.model.Direction;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult;
import io.sigyn.wire.query.QueryReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/**
 * The query endpoints of one server. Every method blocks, may be called from any thread, and throws
 * {@link FailedException} with the server's own words when the server refuses, or with the address
 * and what to do about it when it cannot be reached. Times are nanoseconds since the Unix epoch;
 * start is inclusive, end exclusive.
 */
public final class LokiClient implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Connection connection;
  private final HttpClient http;

  /** A client; nothing is connected before the first request. */
  public LokiClient(Connection connection) {
    this.connection = connection;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
  }

  /** A query over a range of time. */
  public Answer queryRange(RangeQuery query, long start, long end, int limit) {
    return answer("/loki/api/v1/query_range", parameters(query, start, end, limit));
  }

  /**
   * How a query over a range of time is run, for people. Only Sigyn knows.
   *
   * @param run whether the server runs it, to tell what it costs
   */
  public String explainRange(RangeQuery query, int limit, boolean run) {
    return explain(parameters(query, query.start(), query.end(), limit), run);
  }

  /** {@link #explainRange} of a metric query at one moment. */
  public String explain(String logql, long time, boolean run) {
    return explain(
        new Parameters().add("query", logql).add("time", Long.toString(time)), run);
  }

  private String explain(Parameters parameters, boolean run) {
    parameters.add("format", "text").add("run", Boolean.toString(run));
    return new String(get("/sigyn/explain", parameters), StandardCharsets.UTF_8);
  }

  private static Parameters parameters(RangeQuery query, long start, long end, int limit) {
    Parameters parameters =
        new Parameters()
            .add("query", query.logql())
            .add("start", Long.toString(start))
            .add("end", Long.toString(end))
            .add("limit", Integer.toString(limit))
            .add("direction", query.direction() == Direction.FORWARD ? "FORWARD" : "BACKWARD");
    query.step().ifPresent(step -> parameters.add("step", step));
    query.interval().ifPresent(interval -> parameters.add("interval", interval));
    return parameters;
  }

  /** A metric query at one moment. */
  public Answer query(String logql, long time) {
    return answer(
        "/loki/api/v1/query",
        new Parameters().add("query", logql).add("time", Long.toString(time)));
  }

  /** The names of the labels that streams have in the range. */
  public List<String> labels(long start, long end) {
    return parsed("/loki/api/v1/labels", range(start, end), QueryReader::strings);
  }

  /** The values of a label in the range. */
  public List<String> labelValues(String name, long start, long end) {
    String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    return parsed(
        "/loki/api/v1/label/" + encoded + "/values", range(start, end), QueryReader::strings);
  }

  /** The streams in the range that a selector matches. */
  public List<Labels> series(String selector, long start, long end) {
    return parsed(
        "/loki/api/v1/series", range(start, end).add("match[]", selector), QueryReader::series);
  }

  /** What the index says of the streams of a selector: streams, chunks, bytes, entries. */
  public Map<String, Long> stats(String selector, long start, long end) {
    return parsed("/loki/api/v1/index/stats", range(start, end).add("query", selector), IndexAnswers::stats);
  }

  /**
   * Bytes by series or label.
   *
   * @param step the length of a bucket, as the server reads it; empty for one number of the whole range
   */
  public QueryResult volume(VolumeQuery query, Optional<String> step) {
    Parameters parameters =
        range(query.start(), query.end())
            .add("query", query.selector())
            .add("limit", Integer.toString(query.limit()))
            .add("aggregateBy", query.byLabels() ? "labels" : "series");
    if (!query.targetLabels().isEmpty()) {
      parameters.add("targetLabels", String.join(",", query.targetLabels()));
    }
    step.ifPresent(length -> parameters.add("step", length));
    String path = step.isPresent() ? "/loki/api/v1/index/volume_range" : "/loki/api/v1/index/volume";
    return answer(path, parameters).result();
  }

  /**
   * The fields of a sample of lines.
   *
   * @param limit fields at most
   * @param lineLimit lines looked at
   */
  public List<DetectedField> detectedFields(String logql, long start, long end, int limit, int lineLimit) {
    return parsed(
        "/loki/api/v1/detected_fields",
        range(start, end)
            .add("query", logql)
            .add("limit", Integer.toString(limit))
            .add("line_limit", Integer.toString(lineLimit)),
        IndexAnswers::fields);
  }

  /**
   * Shows lines as they arrive, until nobody wants more; a connection that breaks is made again, as often as it takes.
   *
   * @param lines is given the lines of a frame, never none, oldest first; false ends the tail
   * @param notes is given what a person should know about the connection
   */
  public void tail(TailQuery query, Predicate<List<ShownEntry>> lines, Consumer<String> notes) {
    new LiveTail(this, query, lines, notes, PAUSE).run();
  }

  /** One connection of a tail. */
  Frames open(TailQuery query) {
    String parameters =
        new Parameters()
            .add("query", query.logql())
            .add("start", Long.toString(query.start()))
            .add("limit", Integer.toString(query.limit()))
            .add("delay_for", Integer.toString(query.delaySeconds()))
            .toString();
    WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(CONNECT_TIMEOUT);
    connection.headers().forEach((name, value) -> {
      // The text of a refusal is taken as it comes.
      if (!name.equals("Accept-Encoding")) {
        builder.header(name, value);
      }
    });
    // http becomes ws, https wss: the address has no other scheme.
    URI uri = URI.create("ws" + connection.base().toString().substring("http".length()) + "/loki/api/v1/tail" + parameters);
    try {
      return Frames.open(builder, uri, LONGEST_SILENCE).join();
    } catch (CompletionException e) {
      throw switch (e.getCause()) {
        case WebSocketHandshakeException refusal ->
            refused(refusal.getResponse().statusCode(), String.valueOf(refusal.getResponse().body()));
        case IOException broken -> unreachable(broken);
        case null, default -> e;
      };
    }
  }

  /** The body of a GET, decoded, of any path below the server's address. */
  public byte[] get(String path) {
    return get(path, new Parameters());
  }

  private Answer answer(String path, Parameters parameters) {
    byte[] body = get(path, parameters);
    return new Answer(parse(path, body, QueryReader::result), body);
  }

  private <T> T parsed(String path, Parameters parameters, Function<byte[], T> reader) {
    return parse(path, get(path, parameters), reader);
  }

  private <T> T parse(String path, byte[] body, Function<byte[], T> reader) {
    try {
      return reader.apply(body);
    } catch (LokiException e) {
      throw unreadable(path, e.text());
    } catch (JsonSyntaxException | NumberFormatException e) {
      throw unreadable(path, e.toString());
    }
  }

  private FailedException unreadable(String path, String why) {
    return new FailedException("the answer of " + connection.base() + path + " cannot be read: " + why);
  }

  private static Parameters range(long start, long end) {
    return new Parameters().add("start", Long.toString(start)).add("end", Long.toString(end));
  }

  private byte[] get(String path, Parameters parameters) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(connection.base() + path + parameters));
    connection.headers().forEach(request::header);
    HttpResponse<byte[]> response;
    try {
      response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException("interrupted while waiting for " + connection.base());
    }
    byte[] body = decoded(response);
    if (response.statusCode() / 100 != 2) {
      throw refused(response.statusCode(), new String(body, StandardCharsets.UTF_8));
    }
    return body;
  }

  private byte[] decoded(HttpResponse<byte[]> response) {
    String encoding = response.headers().firstValue("Content-Encoding").orElse("identity");
    if (!encoding.equalsIgnoreCase("gzip")) {
      return response.body();
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new FailedException(
          "the answer of " + connection.base() + " says it is gzip but is not: " + e.getMessage());
    }
  }

  private static FailedException refused(int status, String body) {
    String text = body.strip();
    String hint =
        switch (status) {
          case 401 ->
              "\nhint: name the tenant with --org-id or LOKI_ORG_ID, or log in with --username and --password";
          case 404 ->
              "\nhint: is --addr the address of a Loki server, with its path prefix if it has one?";
          default -> "";
        };
    String whole = "server error (" + status + "): " + text + hint;
    return status / 100 == 5 ? new UnreachableException(whole) : new FailedException(whole);
  }

  private FailedException unreachable(IOException e) {
    String base = connection.base().toString();
    if (e instanceof ConnectException
        && e.getCause() != null
        && causedBy(e, UnresolvedAddressException.class)) {
      return new UnreachableException(
          "cannot reach " + base + ": the host name does not resolve; check --addr or LOKI_ADDR");
    }
    if (e instanceof HttpTimeoutException) {
      return new UnreachableException(
          "cannot reach "
              + base
              + ": no answer within "
              + CONNECT_TIMEOUT.toSeconds()
              + " s; check --addr or LOKI_ADDR");
    }
    if (e instanceof ConnectException) {
      String why =
          e.getMessage() == null ? "connection refused" : e.getMessage().toLowerCase(Locale.ROOT);
      return new UnreachableException(
          "cannot reach "
              + base
              + ": "
              + why
              + "; is the server running? Start one with ./sigyn server, or name another with --addr or LOKI_ADDR");
    }
    return new UnreachableException("the connection to " + base + " broke: " + e);
  }

  private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  /** Gives the connections back. */
  @Override
  public void close() {
    http.shutdownNow();
  }

  /** A query string. */
  private static final class Parameters {
    private final StringBuilder text = new StringBuilder();

    Parameters add(String name, String value) {
      text.append(text.isEmpty() ? '?' : '&')
          .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
          .append('=')
          .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
      return this;
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
