package io.sigyn.benchmarks.macro;

import io.sigyn.life.Clock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sigyn bench connections}. */
@Command(
    name = "connections",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Opens thousands of connections that do nothing, live tails, clients that read their answers a kilobyte at a time, and"
          + " clients that push; prints after each step what the server process has in memory and threads. Without --url it"
          + " starts a Sigyn of its own. Both processes need a descriptor for every connection (ulimit -n).",
      ""
    })
final class Connections implements Callable<Integer> {
  @Option(names = "--url", paramLabel = "URL", description = "server to load, on a loopback address")
  private @Nullable URI url;

  @Option(names = "--idle", paramLabel = "N", defaultValue = "10000", description = "connections that were used once (default ${DEFAULT-VALUE})")
  private int idle;

  @Option(names = "--tails", paramLabel = "N", defaultValue = "200", description = "live tails of everything (default ${DEFAULT-VALUE})")
  private int tails;

  @Option(names = "--slow", paramLabel = "N", defaultValue = "50", description = "slow readers of large answers (default ${DEFAULT-VALUE})")
  private int slow;

  @Option(names = "--pushers", paramLabel = "N", defaultValue = "64", description = "clients that push (default ${DEFAULT-VALUE})")
  private int pushers;

  @Option(names = "--pushes", paramLabel = "N", defaultValue = "10", description = "pushes per second, of all of them (default ${DEFAULT-VALUE})")
  private int pushes;

  @Option(names = "--seconds", paramLabel = "N", defaultValue = "15", description = "how long they push (default ${DEFAULT-VALUE})")
  private int seconds;

  @Mixin private OwnServerOptions own = new OwnServerOptions();

  private final Clock clock = Clock.SYSTEM;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      URI given = url;
      if (given != null) {
        run(http, new Target("server", given, Optional.empty(), ServerProcess.listeningOn(given.getPort()), Optional.empty()));
        return 0;
      }
      String limits = "  max_concurrent_tail_requests: 100000";
      try (OwnServer server = own.start(http, limits, "  http_listen_conn_limit: 100000")) {
        run(http, server.target());
      }
      return 0;
    }
  }

  private void run(HttpClient http, Target target) throws IOException, InterruptedException {
    own.out().printf("%-44s %9s %9s %8s%n", "", "RSS MB", "heap MB", "threads");
    show(http, target, "at the start");
    try (Crowd crowd = new Crowd(target.url(), clock)) {
      long start = clock.ticks();
      crowd.idle(idle);
      show(http, target, "%,d idle connections, %.1f s".formatted(idle, (clock.ticks() - start) / 1e9));
      crowd.tails(tails);
      show(http, target, "and %,d tails".formatted(tails));
      crowd.push(1, pushes, Duration.ofSeconds(2));
      crowd.slow(slow);
      show(http, target, "and %,d slow readers".formatted(slow));
      Crowd.Pushed pushed = crowd.push(pushers, pushes, Duration.ofSeconds(seconds));
      show(http, target, "and %,d pushers for %d s".formatted(pushers, seconds));
      own.out().printf(
          "%n%,d pushes acknowledged, %,d refused; median %.1f ms, 99%% %.1f ms; the tails got %.1f MB, the slow readers %.1f MB%n",
          pushed.acknowledged(), pushed.refused(), pushed.millis(0.5), pushed.millis(0.99), crowd.tailed() / 1e6, crowd.sipped() / 1e6);
      own.out().printf("%,d of %,d idle connections still answer%n%n", crowd.stillAnswer(), idle);
    }
    show(http, target, "after all of them have gone");
    own.out().flush();
  }

  private void show(HttpClient http, Target target, String step) throws IOException, InterruptedException {
    String metrics =
        http.send(target.request("/metrics", Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString()).body();
    List<String> cells = new ArrayList<>(List.of("", ""));
    if (target.process().isPresent()) {
      cells.set(0, "%.0f".formatted(target.process().get().residentBytes() / 1e6));
      cells.set(1, Integer.toString(target.process().get().threads()));
    }
    own.out().printf(
        "%-44s %9s %9.0f %8s%n",
        step,
        cells.get(0),
        sum(metrics, "jvm_memory_used_bytes{area=\"heap\"") / 1e6,
        cells.get(1));
    own.out().flush();
  }

  private static double sum(String metrics, String prefix) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(prefix))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}
