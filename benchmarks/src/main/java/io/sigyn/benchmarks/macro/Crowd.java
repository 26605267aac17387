package io.sigyn.benchmarks.macro;

import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Many clients of one server, until it is closed. Used by one thread. */
final class Crowd implements AutoCloseable {
  private static final int LINES = 200;
  private static final int LINE = 250;
  private static final int SIP = 1024;
  private static final long SIP_NANOS = 50_000_000L;
  private static final int SMALL_BUFFER = 4096;
  private static final String QUERY = URLEncoder.encode("{job=\"crowd\"}", StandardCharsets.UTF_8);

  private final URI url;
  private final Clock clock;
  private final ExecutorService pool = Threads.virtual("crowd");
  private final List<RawClient> idle = new ArrayList<>();
  private final ConcurrentLinkedQueue<RawClient> busy = new ConcurrentLinkedQueue<>();
  private final AtomicLong tailed = new AtomicLong();
  private final AtomicLong sipped = new AtomicLong();

  /**
   * What became of pushes.
   *
   * @param latencies nanoseconds from a body to its acknowledgement, ascending
   */
  record Pushed(long acknowledged, long refused, long[] latencies) {
    double millis(double share) {
      return latencies.length == 0 ? 0 : latencies[(int) Math.min(latencies.length - 1, latencies.length * share)] / 1e6;
    }
  }

  Crowd(URI url, Clock clock) {
    this.url = url;
    this.clock = clock;
  }

  /** Connections that ask once and then are silent. */
  void idle(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      RawClient client = new RawClient(url, 0);
      idle.add(client);
      client.get("/ready");
      expect(200, client.answer());
    }
  }

  /** Live tails that take whatever comes. */
  void tails(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      RawClient client = new RawClient(url, 0);
      busy.add(client);
      client.get(
          "/loki/api/v1/tail?query=" + QUERY,
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
      expect(101, client.head());
      pool.execute(() -> read(client, new byte[64 << 10], 0, tailed));
    }
  }

  /** Clients that ask for as much as they may and take a kilobyte of it every 50 ms. */
  void slow(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      RawClient client = new RawClient(url, SMALL_BUFFER);
      busy.add(client);
      client.get("/loki/api/v1/query_range?limit=5000&since=1h&query=" + QUERY);
      pool.execute(() -> read(client, new byte[SIP], SIP_NANOS, sipped));
    }
  }

  private static void read(RawClient client, byte[] buffer, long pause, AtomicLong bytes) {
    try {
      for (int n = client.read(buffer); n >= 0; n = client.read(buffer)) {
        bytes.addAndGet(n);
        if (pause > 0) {
          Threads.pause(pause);
        }
      }
    } catch (IOException e) {
      // The server or close() ended it; the bytes so far count.
    }
  }

  /** Pushes with so many clients, all together so many times a second, for a while. */
  Pushed push(int clients, int perSecond, Duration time) throws IOException, InterruptedException {
    long end = clock.ticks() + time.toNanos();
    long period = clients * 1_000_000_000L / perSecond;
    List<Future<Pushed>> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      int number = i;
      all.add(pool.submit(() -> pushUntil(end, period, number)));
    }
    long acknowledged = 0;
    long refused = 0;
    List<long[]> latencies = new ArrayList<>();
    try {
      for (Future<Pushed> one : all) {
        acknowledged += one.get().acknowledged();
        refused += one.get().refused();
        latencies.add(one.get().latencies());
      }
    } catch (ExecutionException e) {
      throw new IOException("a push failed: " + e.getCause(), e);
    }
    return new Pushed(acknowledged, refused, latencies.stream().flatMapToLong(Arrays::stream).sorted().toArray());
  }

  private Pushed pushUntil(long end, long period, int number) {
    List<Long> latencies = new ArrayList<>();
    long refused = 0;
    try (RawClient client = new RawClient(url, 0)) {
      while (clock.ticks() < end) {
        byte[] body = body(number);
        long start = clock.ticks();
        client.post("/loki/api/v1/push", body, "Content-Type: application/json");
        if (client.answer() == 204) {
          latencies.add(clock.ticks() - start);
        } else {
          refused++;
        }
        Threads.pause(Math.max(0, start + period - clock.ticks()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Pushed(latencies.size(), refused, latencies.stream().mapToLong(Long::longValue).toArray());
  }

  private byte[] body(int number) {
    StringBuilder out = new StringBuilder(LINES * (LINE + 40));
    out.append("{\"streams\":[{\"stream\":{\"job\":\"crowd\",\"pusher\":\"").append(number).append("\"},\"values\":[");
    long now = clock.epochNanos();
    for (int i = 0; i < LINES; i++) {
      String line = "level=info n=" + i + " at=" + (now + i) + " ";
      out.append(i == 0 ? "" : ",").append("[\"").append(now + i).append("\",\"").append(line);
      out.append("x".repeat(LINE - line.length())).append("\"]");
    }
    return out.append("]}]}").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Asks again on every silent connection; how many answer. */
  int stillAnswer() {
    int answering = 0;
    for (RawClient client : idle) {
      try {
        client.get("/ready");
        answering += client.answer() == 200 ? 1 : 0;
      } catch (IOException e) {
        // Does not count.
      }
    }
    return answering;
  }

  /** Bytes that the tails got. */
  long tailed() {
    return tailed.get();
  }

  /** Bytes that the slow readers took. */
  long sipped() {
    return sipped.get();
  }

  private static void expect(int wanted, int status) throws IOException {
    if (status != wanted) {
      throw new IOException("the server answers " + status + " instead of " + wanted);
    }
  }

  @Override
  public void close() throws IOException {
    for (RawClient client : idle) {
      client.close();
    }
    for (RawClient client : busy) {
      client.close();
    }
    pool.shutdownNow();
  }
}
