package io.sigyn.benchmarks.macro;

import io.sigyn.life.Clock;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sigyn bench}. Exit code 0 when all went well, 1 when a server failed, 2 for bad options. */
@Command(
    name = "sigyn bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    subcommands = {Connections.class, Commits.class, Pushes.class},
    description = {
      "Pushes seeded, realistic logs to a server that speaks Loki's API and asks it the queries people run most; prints what"
          + " that cost the server process in processor time, memory and disk. Without --url it starts a Sigyn of its own in a"
          + " temporary directory. Two --url compare two servers side by side, one after the other, on the same bytes.",
      "",
      "Processor time and memory are read from /proc of the process that listens on the URL's port of this machine, or of"
          + " --pid. Pushes go to loopback addresses only, unless --remote is given.",
      ""
    })
public final class Main implements Callable<Integer> {
  @Option(names = "--url", paramLabel = "[NAME=]URL", description = "server to measure; may be given twice")
  private List<String> urls = List.of();

  @Option(names = "--pid", paramLabel = "PID", description = "process of each --url, in the same order")
  private List<Long> pids = List.of();

  @Option(names = "--data", paramLabel = "DIR", description = "data directory of each --url, in the same order")
  private List<Path> data = List.of();

  @Option(names = "--tenant", paramLabel = "ID", description = "X-Scope-OrgID to send")
  private @Nullable String tenant;

  @Option(names = "--mb", paramLabel = "N", defaultValue = "200", description = "line megabytes to push (default ${DEFAULT-VALUE})")
  private long megabytes;

  @Option(names = "--streams", paramLabel = "N", defaultValue = "20", description = "streams (default ${DEFAULT-VALUE})")
  private int streams;

  @Option(
      names = "--idle-streams",
      paramLabel = "N",
      defaultValue = "0",
      description = "further streams that get one line each before the load (default ${DEFAULT-VALUE})")
  private int idleStreams;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "take lines from files instead of --sets, in turns; may be repeated")
  private List<Path> files = List.of();

  @Option(names = "--writers", paramLabel = "N", defaultValue = "4", description = "clients that push at once (default ${DEFAULT-VALUE})")
  private int writers;

  @Option(names = "--span", paramLabel = "MINUTES", defaultValue = "50", description = "time from the oldest entry to now (default ${DEFAULT-VALUE})")
  private int spanMinutes;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "of everything random (default ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--rounds", paramLabel = "N", defaultValue = "3", description = "least number of times each query is asked, once to warm up and once to measure; 0 asks nothing (default ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--seconds", paramLabel = "N", defaultValue = "1", description = "how long it is asked each of these times, at least (default ${DEFAULT-VALUE})")
  private int seconds;

  @Mixin private BodyOptions body = new BodyOptions();

  @Mixin private OwnServerOptions own = new OwnServerOptions();

  @Option(names = "--remote", description = "allow addresses that are not loopback")
  private boolean remote;

  private final Clock clock;

  private Main(Clock clock) {
    this.clock = clock;
  }

  /** Runs and exits. */
  public static void main(String[] args) {
    System.exit(run(new PrintWriter(System.out, true, StandardCharsets.UTF_8), args));
  }

  static int run(PrintWriter out, String... args) {
    CommandLine line = new CommandLine(new Main(Clock.SYSTEM));
    line.setOut(out);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failure, command, result) -> {
          command.getErr().println("bench: " + (failure.getMessage() == null ? failure.toString() : failure.getMessage()));
          return CommandLine.ExitCode.SOFTWARE;
        });
    return line.execute(args);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Load load = load();
    List<Measurement> measured = new ArrayList<>();
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      say("making %d MB of lines".formatted(megabytes));
      List<List<Load.Body>> bodies = IntStream.range(0, writers).parallel().mapToObj(load::bodies).toList();
      long lineBytes = bodies.stream().flatMap(List::stream).mapToLong(Load.Body::lineBytes).sum();
      long entries = bodies.stream().flatMap(List::stream).mapToLong(Load.Body::entries).sum();
      if (urls.isEmpty()) {
        try (OwnServer server = own.start(http, "", "")) {
          measured.add(measure(http, server.target(), load, bodies, lineBytes));
        }
      }
      for (Target target : targets()) {
        measured.add(measure(http, target, load, bodies, lineBytes));
      }
      own.out().printf(
          "%n%,d lines of %,.1f MB in %,d streams, seed %d, %d writers, %d kB a push%n%n",
          entries, lineBytes / 1e6, streams, seed, writers, body.kilobytes());
    }
    own.out().println(Report.of(measured));
    own.out().flush();
    return 0;
  }

  private Measurement measure(
      HttpClient http, Target target, Load load, List<List<Load.Body>> bodies, long lineBytes)
      throws IOException, InterruptedException {
    say("pushing to %s at %s".formatted(target.name(), target.url()));
    Measurement measurement = new Measurement(http, target, clock);
    if (idleStreams > 0) {
      measurement.idle(IdleStreams.bodies(idleStreams, load.firstNanos() + load.span().toNanos()), idleStreams);
    }
    measurement.push(bodies, lineBytes);
    if (rounds > 0) {
      measurement.ask(load, rounds, Duration.ofSeconds(seconds), Main::say);
    }
    return measurement;
  }

  private Load load() throws IOException {
    List<Shape> shapes = new ArrayList<>();
    for (Path file : files) {
      shapes.add(FileLines.of(file));
    }
    if (shapes.isEmpty()) {
      shapes.addAll(body.shapes());
    }
    Duration span = Duration.ofMinutes(spanMinutes);
    long first = (clock.epochNanos() - span.toNanos()) / 1_000_000_000L * 1_000_000_000L;
    return new Load(shapes, streams, megabytes * 1_000_000, body.bytes(), writers, seed, first, span);
  }

  private List<Target> targets() {
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < urls.size(); i++) {
      int equals = urls.get(i).indexOf('=');
      URI url = URI.create(urls.get(i).substring(equals + 1));
      String host = url.getHost() == null ? "" : url.getHost();
      boolean loopback = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
      if (!loopback && !remote) {
        throw new IllegalArgumentException(
            url + " is not a loopback address; --remote allows to load another machine");
      }
      Optional<ServerProcess> process =
          i < pids.size()
              ? Optional.of(new ServerProcess(pids.get(i)))
              : loopback ? ServerProcess.listeningOn(url.getPort()) : Optional.empty();
      targets.add(
          new Target(
              equals < 0 ? url.toString() : urls.get(i).substring(0, equals),
              url,
              Optional.ofNullable(tenant),
              process,
              i < data.size() ? Optional.of(data.get(i)) : Optional.empty()));
    }
    return targets;
  }

  private static void say(String what) {
    System.err.println("bench: " + what);
  }
}
