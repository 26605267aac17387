package io.sigyn.benchmarks.macro;

import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Pushes bodies with several clients at once, each one body after the other, and waits for every acknowledgement. */
final class Pusher {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int TRIES = 200;

  private final HttpClient http;
  private final Target target;
  private final Clock clock;
  private final AtomicLong refused = new AtomicLong();

  Pusher(HttpClient http, Target target, Clock clock) {
    this.http = http;
    this.target = target;
    this.clock = clock;
  }

  /**
   * What pushing cost.
   *
   * @param nanos from the first body to the last acknowledgement
   * @param latencies nanoseconds from a body to its acknowledgement, ascending
   * @param refused answers 429 and 5xx, each followed by another try
   */
  record Pushed(long nanos, long[] latencies, long refused) {
    double percentileMillis(double share) {
      return latencies.length == 0 ? 0 : latencies[(int) Math.min(latencies.length - 1, latencies.length * share)] / 1e6;
    }
  }

  /** Pushes each list with a client of its own. */
  Pushed push(List<List<Load.Body>> perWriter) throws IOException, InterruptedException {
    long start = clock.ticks();
    List<Future<long[]>> writers = new ArrayList<>();
    try (ExecutorService pool = Threads.virtual("bench-writer")) {
      for (List<Load.Body> bodies : perWriter) {
        writers.add(pool.submit(() -> one(bodies)));
      }
      List<long[]> all = new ArrayList<>();
      for (Future<long[]> writer : writers) {
        all.add(writer.get());
      }
      long[] latencies = all.stream().flatMapToLong(Arrays::stream).sorted().toArray();
      return new Pushed(clock.ticks() - start, latencies, refused.get());
    } catch (ExecutionException e) {
      throw new IOException(e.getCause() == null ? e.toString() : e.getCause().getMessage(), e);
    }
  }

  private long[] one(List<Load.Body> bodies) throws IOException, InterruptedException {
    long[] latencies = new long[bodies.size()];
    for (int i = 0; i < latencies.length; i++) {
      HttpRequest request =
          target
              .request("/loki/api/v1/push", TIMEOUT)
              .header("Content-Type", "application/x-protobuf")
              .POST(HttpRequest.BodyPublishers.ofByteArray(bodies.get(i).snappy()))
              .build();
      long start = clock.ticks();
      deliver(request);
      latencies[i] = clock.ticks() - start;
    }
    return latencies;
  }

  private void deliver(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    for (int tries = 1; answer.statusCode() == 429 || answer.statusCode() >= 500; tries++) {
      refused.incrementAndGet();
      if (tries == TRIES) {
        throw refusal(answer);
      }
      Threads.pause(50_000_000L);
      answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    }
    if (answer.statusCode() / 100 != 2) {
      throw refusal(answer);
    }
  }

  private IOException refusal(HttpResponse<String> answer) {
    return new IOException(
        "%s refuses a push with %d: %s".formatted(target.url(), answer.statusCode(), answer.body().strip()));
  }
}
