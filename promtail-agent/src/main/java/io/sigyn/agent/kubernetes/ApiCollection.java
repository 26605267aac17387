package io.sigyn.agent.kubernetes;

import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonSyntaxException;
import io.sigyn.json.JsonToken;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a copy of one collection of the API: lists it, then watches for changes from there on; a broken watch goes on
 * where it was, one that is too far behind (410) starts over with a list. {@link #run} does that until it is stopped.
 */
final class ApiCollection<T> implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(ApiCollection.class);
  private static final int PAGE = 500;
  private static final int MAX_EVENT = 32 << 20;

  /**
   * How patient to be.
   *
   * @param first the pause after a failure; it doubles up to {@code most}
   * @param watch how long one watch may last; the server is asked to end it then
   * @param grace how much longer a connection may live that the server does not end
   */
  record Pace(Duration first, Duration most, Duration watch, Duration grace) {
    static final Pace DEFAULT =
        new Pace(Duration.ofMillis(200), Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofSeconds(30));
  }

  /** Is told of changes, in the thread of {@link #run}. */
  interface Listener<T> {
    /** The whole collection, by {@code namespace/name}. */
    void replace(Map<String, T> all);

    /** One object that is new or changed. */
    void put(String key, T object);

    /** One object that is gone. */
    void remove(String key);
  }

  private final ApiClient client;
  private final String path;
  private final String query;
  private final Function<JsonReader, T> reader;
  private final Function<T, Meta> meta;
  private final Listener<T> listener;
  private final Pace pace;
  private final Clock clock;
  private final ScheduledExecutorService timer;
  private volatile String problem = "was not asked yet";
  private volatile boolean listed;
  private volatile boolean failed;
  private volatile boolean stopped;

  /**
   * A collection.
   *
   * @param path as {@code /api/v1/pods}
   * @param fields a field selector, empty for none
   * @param labels a label selector, empty for none
   * @param reader reads one object; its first token was read
   * @param timer ends connections that nobody ends
   */
  ApiCollection(
      ApiClient client,
      String path,
      String fields,
      String labels,
      Function<JsonReader, T> reader,
      Function<T, Meta> meta,
      Listener<T> listener,
      Pace pace,
      Clock clock,
      ScheduledExecutorService timer) {
    this.client = client;
    this.path = path;
    this.query =
        (fields.isEmpty() ? "" : "&fieldSelector=" + encode(fields))
            + (labels.isEmpty() ? "" : "&labelSelector=" + encode(labels));
    this.reader = reader;
    this.meta = meta;
    this.listener = listener;
    this.pace = pace;
    this.clock = clock;
    this.timer = timer;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Why the copy is not up to date; empty when it is. */
  String problem() {
    return problem;
  }

  /** Whether the listener was told the whole collection once. */
  boolean isListed() {
    return listed;
  }

  /** Whether asking for the collection ever failed. */
  boolean hasFailed() {
    return failed;
  }

  /** Ends {@link #run} with its next step; whoever calls it interrupts the thread too. */
  void stop() {
    stopped = true;
  }

  @Override
  public void run() {
    Optional<String> version = Optional.empty();
    long delay = pace.first().toNanos();
    while (!stopped) {
      long before = clock.ticks();
      try {
        if (version.isEmpty()) {
          version = Optional.of(list());
        }
        version = Optional.of(watch(version.get()));
      } catch (ApiRefusal e) {
        if (e.isGone()) {
          version = Optional.empty();
          log.debug("watch is too far behind, listing again path={}", path);
        } else {
          failed(e.text() + (e.hint().isEmpty() ? "" : "; " + e.hint()));
        }
      } catch (WatchFailed e) {
        version = Optional.of(e.version);
        failed(String.valueOf(e.getMessage()));
      } catch (IOException | JsonSyntaxException e) {
        failed(String.valueOf(e.getMessage()));
      } catch (InterruptedException | RejectedExecutionException e) {
        // The second when the end comes between an answer and the timer for it.
        return;
      }
      boolean lasted = clock.ticks() - before > 10 * delay;
      delay = lasted ? pace.first().toNanos() : Math.min(delay * 2, pace.most().toNanos());
      Threads.pause(delay / 2 + ThreadLocalRandom.current().nextLong(delay / 2 + 1));
    }
  }

  private void failed(String text) {
    String now = "GET " + client.server() + path + ": " + text;
    if (!now.equals(problem) && !stopped) {
      log.warn(
          "kubernetes API does not answer as it should, trying again server={} path={} err=\"{}\"",
          client.server(), path, text);
      problem = now;
    }
    // Whoever sees that it failed finds out why.
    failed = true;
  }

  private void solved() {
    if (!problem.isEmpty()) {
      log.info("kubernetes API is watched server={} path={}", client.server(), path);
      problem = "";
    }
  }

  /** Reads all pages; returns the version to watch from. */
  private String list() throws IOException, InterruptedException {
    Map<String, T> all = new HashMap<>();
    String next = "";
    String version;
    do {
      String more = next.isEmpty() ? "&resourceVersion=0" : "&continue=" + encode(next);
      Page page = page(client.get(path + "?limit=" + PAGE + more + query), all);
      version = page.version();
      next = page.next();
    } while (!next.isEmpty());
    solved();
    listener.replace(all);
    listed = true;
    return version;
  }

  private record Page(String version, String next) {}

  private Page page(byte[] json, Map<String, T> into) {
    JsonReader in = new JsonReader(json);
    Page page = new Page("", "");
    in.expect(JsonToken.BEGIN_OBJECT);
    while (in.nextName()) {
      if (in.stringEquals("metadata")) {
        page = metadata(in);
      } else if (in.stringEquals("items") && ObjectReader.enterArray(in)) {
        while (in.nextElement()) {
          T object = reader.apply(in);
          into.put(key(object), object);
        }
      } else {
        in.skipValue();
      }
    }
    return page;
  }

  private static Page metadata(JsonReader in) {
    String version = "";
    String next = "";
    if (ObjectReader.enterObject(in)) {
      while (in.nextName()) {
        if (in.stringEquals("resourceVersion")) {
          version = ObjectReader.text(in);
        } else if (in.stringEquals("continue")) {
          next = ObjectReader.text(in);
        } else {
          in.skipValue();
        }
      }
    }
    return new Page(version, next);
  }

  private String key(T object) {
    Meta of = meta.apply(object);
    return of.namespace() + "/" + of.name();
  }

  /** A watch that broke after it had come to a version. */
  private static final class WatchFailed extends IOException {
    private static final long serialVersionUID = 1;
    final String version;

    WatchFailed(String version, Exception cause) {
      super(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
      this.version = version;
    }
  }

  /** Takes changes until the server ends the answer; returns the version reached. */
  private String watch(String from) throws IOException, InterruptedException {
    long seconds = Math.max(1, pace.watch().toSeconds());
    seconds += ThreadLocalRandom.current().nextLong(seconds / 4 + 1);
    InputStream stream =
        client.stream(
            path + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + seconds + "&resourceVersion=" + encode(from)
                + query);
    solved();
    // The read has no time limit of its own; a server that vanished says nothing for ever.
    ScheduledFuture<?> end =
        timer.schedule(() -> close(stream), seconds * 1000 + pace.grace().toMillis(), TimeUnit.MILLISECONDS);
    String version = from;
    try (stream) {
      BufferedInputStream in = new BufferedInputStream(stream, 1 << 16);
      for (byte[] line = line(in); line.length > 0; line = line(in)) {
        version = event(line, version);
      }
      return version;
    } catch (ApiRefusal e) {
      throw e;
    } catch (IOException | JsonSyntaxException e) {
      throw new WatchFailed(version, e);
    } finally {
      end.cancel(false);
    }
  }

  private static void close(InputStream stream) {
    try {
      stream.close();
    } catch (IOException e) {
      log.debug("closing a watch failed", e);
    }
  }

  /** The next line that is not empty; none at the end. */
  private static byte[] line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(4096);
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b != '\n') {
        line.write(b);
      } else if (line.size() > 0) {
        return line.toByteArray();
      }
      if (line.size() > MAX_EVENT) {
        throw new IOException("an event is larger than " + MAX_EVENT + " bytes");
      }
    }
    return line.toByteArray();
  }

  /** Takes one event; returns the version after it. */
  private String event(byte[] json, String before) throws ApiRefusal {
    String type = "";
    int from = 0;
    int to = 0;
    JsonReader in = new JsonReader(json);
    in.expect(JsonToken.BEGIN_OBJECT);
    while (in.nextName()) {
      if (in.stringEquals("type")) {
        type = ObjectReader.text(in);
      } else {
        boolean object = in.stringEquals("object");
        in.next();
        int start = in.offset();
        in.skipValue();
        from = object ? start : from;
        to = object ? in.position() : to;
      }
    }
    if (type.equals("ERROR")) {
      throw refusal(new JsonReader(json, from, to));
    }
    if (type.equals("ADDED") || type.equals("MODIFIED") || type.equals("DELETED")) {
      JsonReader object = new JsonReader(json, from, to);
      object.expect(JsonToken.BEGIN_OBJECT);
      T read = reader.apply(object);
      if (type.equals("DELETED")) {
        listener.remove(key(read));
      } else {
        listener.put(key(read), read);
      }
    }
    String version = version(new JsonReader(json, from, to));
    return version.isEmpty() ? before : version;
  }

  private static String version(JsonReader in) {
    String version = "";
    in.expect(JsonToken.BEGIN_OBJECT);
    while (in.nextName()) {
      if (in.stringEquals("metadata")) {
        version = metadata(in).version();
      } else {
        in.skipValue();
      }
    }
    return version;
  }

  private static ApiRefusal refusal(JsonReader in) {
    int code = 0;
    String message = "";
    in.expect(JsonToken.BEGIN_OBJECT);
    while (in.nextName()) {
      if (in.stringEquals("code")) {
        in.next();
        code = (int) in.longValue();
      } else if (in.stringEquals("message")) {
        message = ObjectReader.text(in);
      } else {
        in.skipValue();
      }
    }
    return new ApiRefusal(code, "status " + code + ": " + message);
  }
}
