package io.sigyn.benchmarks.macro;

import io.sigyn.life.Clock;
import io.sigyn.result.QueryResult;
import io.sigyn.wire.query.QueryReader;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.DoubleStream;

/** Asks a server the same question several times. */
final class Asker {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final long SECOND = 1_000_000_000L;
  private static final int MOST_ROUNDS = 500;

  private final HttpClient http;
  private final Target target;
  private final Clock clock;
  private final int rounds;
  private final Duration least;

  Asker(HttpClient http, Target target, Clock clock, int rounds, Duration least) {
    this.http = http;
    this.target = target;
    this.clock = clock;
    this.rounds = rounds;
    this.least = least;
  }

  /**
   * What a question cost.
   *
   * @param firstMillis the first time
   * @param millis the middle of the times once it is warm
   * @param cpuMillis processor time of the server per time, once it is warm
   * @param digest equal for equal answers: the sum of all values, or the number of lines
   */
  record Answered(double firstMillis, double millis, Optional<Double> cpuMillis, String digest) {}

  Answered ask(Question question, Load load) throws IOException, InterruptedException {
    HttpRequest request = request(question, load);
    long start = clock.ticks();
    String digest = digest(send(request));
    double first = (clock.ticks() - start) / 1e6;
    repeat(request);
    Optional<Double> before = cpu();
    double[] millis = repeat(request);
    Optional<Double> after = cpu();
    Arrays.sort(millis);
    return new Answered(
        first,
        millis[millis.length / 2],
        before.flatMap(b -> after.map(a -> (a - b) * 1000 / millis.length)),
        digest);
  }

  /** Asks often enough for the steps of the processor clock, and for a JIT compiler to be through. */
  private double[] repeat(HttpRequest request) throws IOException, InterruptedException {
    DoubleStream.Builder millis = DoubleStream.builder();
    long start = clock.ticks();
    for (int i = 0; i < rounds || (clock.ticks() - start < least.toNanos() && i < MOST_ROUNDS); i++) {
      long at = clock.ticks();
      send(request);
      millis.add((clock.ticks() - at) / 1e6);
    }
    return millis.build().toArray();
  }

  private Optional<Double> cpu() throws IOException {
    return target.process().isEmpty() ? Optional.empty() : Optional.of(target.process().get().cpuSeconds());
  }

  private HttpRequest request(Question question, Load load) {
    long end = load.firstNanos() + load.span().toNanos() + SECOND;
    if (question.stepSeconds() == 0) {
      return target
          .request("/loki/api/v1/query", TIMEOUT, "query", question.logql(), "time", Long.toString(end))
          .build();
    }
    String step = question.stepSeconds() > 0 ? question.stepSeconds() + "s" : "60s";
    return target
        .request(
            "/loki/api/v1/query_range",
            TIMEOUT,
            "query", question.logql(),
            "start", Long.toString(load.firstNanos()),
            "end", Long.toString(end),
            "step", step,
            "limit", "100",
            "direction", "backward")
        .build();
  }

  private byte[] send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new IOException(
          "%s answers %d: %s"
              .formatted(request.uri(), answer.statusCode(), new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8)));
    }
    return answer.body();
  }

  private static String digest(byte[] json) {
    return switch (QueryReader.result(json)) {
      case QueryResult.Streams streams ->
          streams.streams().stream().mapToInt(stream -> stream.entries().size()).sum() + " lines";
      case QueryResult.Matrix matrix ->
          sum(matrix.series().stream().flatMapToDouble(series -> Arrays.stream(series.values())).sum());
      case QueryResult.Vector vector -> sum(vector.samples().stream().mapToDouble(QueryResult.Sample::value).sum());
      case QueryResult.Scalar scalar -> sum(scalar.value());
    };
  }

  private static String sum(double value) {
    return Math.rint(value) == value ? Long.toString((long) value) : "%.6g".formatted(value);
  }
}
