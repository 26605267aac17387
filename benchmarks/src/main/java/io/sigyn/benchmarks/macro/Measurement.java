package io.sigyn.benchmarks.macro;

import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Everything measured about one server: the load pushed, flushed, and asked about. */
final class Measurement {
  private static final int QUIET_SECONDS = 60;

  private final HttpClient http;
  private final Target target;
  private final Clock clock;
  private final Map<String, String> figures = new LinkedHashMap<>();
  private final Map<String, Asker.Answered> answers = new LinkedHashMap<>();

  Measurement(HttpClient http, Target target, Clock clock) {
    this.http = http;
    this.target = target;
    this.clock = clock;
  }

  String name() {
    return target.name();
  }

  /** Figures of the write side by name. */
  Map<String, String> figures() {
    return figures;
  }

  /** Answers by the question's name. */
  Map<String, Asker.Answered> answers() {
    return answers;
  }

  /** Makes streams, and says what is resident before and after. */
  void idle(List<Load.Body> bodies, int streams) throws IOException, InterruptedException {
    resident("RSS when ready, MB");
    new Pusher(http, target, clock).push(List.of(bodies));
    resident("RSS with %,d idle streams, MB".formatted(streams));
  }

  private void resident(String name) throws IOException {
    if (target.process().isPresent()) {
      figures.put(name, "%.0f".formatted(target.process().get().residentBytes() / 1e6));
    }
  }

  void push(List<List<Load.Body>> bodies, long lineBytes) throws IOException, InterruptedException {
    target.process().ifPresent(ServerProcess::forgetPeak);
    Optional<Double> before = cpu();
    Pusher.Pushed pushed = new Pusher(http, target, clock).push(bodies);
    double seconds = pushed.nanos() / 1e9;
    figures.put("pushed, MB/s", "%.1f".formatted(lineBytes / 1e6 / seconds));
    figures.put("acknowledged pushes/s", "%.0f".formatted(pushed.latencies().length / seconds));
    figures.put("ack p50 / p99, ms", "%.1f / %.1f".formatted(pushed.percentileMillis(.5), pushed.percentileMillis(.99)));
    figures.put("refusals (tried again)", Long.toString(pushed.refused()));
    flush();
    long disk = settledSize();
    Optional<Double> after = cpu();
    if (before.isPresent() && after.isPresent()) {
      double cpu = after.get() - before.get();
      figures.put("CPU, s (push + flush)", "%.2f".formatted(cpu));
      figures.put("CPU, raw MB/s per core", "%.0f".formatted(lineBytes / 1e6 / cpu));
    }
    memory("peak RSS, MB (push)");
    resident("RSS after the flush, MB");
    if (disk >= 0) {
      long wal = size(target.data().orElseThrow(), true);
      figures.put("on disk without log, MB", "%.1f".formatted((disk - wal) / 1e6));
      figures.put("on disk / raw", "%.3f".formatted((double) (disk - wal) / lineBytes));
      figures.put("log on disk, MB", "%.1f".formatted(wal / 1e6));
    }
  }

  void ask(Load load, int rounds, Duration least, Consumer<String> progress) throws IOException, InterruptedException {
    target.process().ifPresent(ServerProcess::forgetPeak);
    Asker asker = new Asker(http, target, clock, rounds, least);
    for (Question question : Question.about(load)) {
      progress.accept(target.name() + ": " + question.name());
      answers.put(question.name(), asker.ask(question, load));
    }
    memory("peak RSS, MB (queries)");
  }

  private void memory(String name) throws IOException {
    if (target.process().isPresent()) {
      figures.put(name, "%.0f".formatted(target.process().get().peakBytes() / 1e6));
    }
  }

  private Optional<Double> cpu() throws IOException {
    return target.process().isEmpty() ? Optional.empty() : Optional.of(target.process().get().cpuSeconds());
  }

  private void flush() throws IOException, InterruptedException {
    HttpRequest request =
        target.request("/flush", Duration.ofMinutes(5)).POST(HttpRequest.BodyPublishers.noBody()).build();
    http.send(request, HttpResponse.BodyHandlers.discarding());
  }

  /** Waits until the directory stops changing; -1 when there is none to look at. */
  private long settledSize() throws IOException {
    if (target.data().isEmpty()) {
      return -1;
    }
    long last = -1;
    long size = size(target.data().get(), false);
    for (int seconds = 0; size != last && seconds < QUIET_SECONDS; seconds += 2) {
      Threads.pause(2_000_000_000L);
      last = size;
      size = size(target.data().get(), false);
    }
    return size;
  }

  /** Bytes of the files below a directory, or only of those below a directory called {@code wal}. */
  private static long size(Path directory, boolean onlyLog) throws IOException {
    long sum = 0;
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.toList()) {
        boolean log = false;
        for (Path name : directory.relativize(path)) {
          log |= name.toString().equals("wal");
        }
        if (log || !onlyLog) {
          try {
            sum += Files.isRegularFile(path) ? Files.size(path) : 0;
          } catch (NoSuchFileException e) {
            // Removed while we look.
          }
        }
      }
    }
    return sum;
  }
}
