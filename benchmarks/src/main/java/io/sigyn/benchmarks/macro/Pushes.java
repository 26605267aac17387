package io.sigyn.benchmarks.macro;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Tenant;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.server.limits.TenantLimits;
import io.sigyn.server.write.Distributor;
import io.sigyn.storage.Store;
import io.sigyn.wire.push.PushReader;
import io.sigyn.wire.push.PushScratch;
import io.sigyn.wire.push.RefusedStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sigyn bench pushes}. */
@Command(
    name = "pushes",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Decodes, checks and stores snappy-protobuf bodies as the server does, without HTTP, each client waiting for the"
          + " acknowledgement, and prints what that costs all threads of the process together: the log, the collector and the"
          + " just-in-time compiler included, flushes apart. The same bodies come again and again, every lap for another tenant.",
      ""
    })
final class Pushes implements Callable<Integer> {
  private static final int MAX_INFLATED = 1 << 28;
  private static final double MEGA = 1e6;

  @Mixin private OwnStoreOptions own = new OwnStoreOptions();
  @Mixin private BodyOptions body = new BodyOptions();

  @Option(names = "--clients", paramLabel = "N", defaultValue = "8", description = "threads that push (default ${DEFAULT-VALUE})")
  private int clients;

  @Option(names = "--streams", paramLabel = "N", defaultValue = "200", description = "of all clients together (default ${DEFAULT-VALUE})")
  private int streams;

  @Option(names = "--mb", paramLabel = "N", defaultValue = "100", description = "line megabytes of a lap (default ${DEFAULT-VALUE})")
  private int megabytes;

  @Option(names = "--warmup", paramLabel = "LAPS", defaultValue = "20", description = "that are not counted (default ${DEFAULT-VALUE})")
  private int warmup;

  @Option(names = "--laps", paramLabel = "N", defaultValue = "20", description = "that are counted (default ${DEFAULT-VALUE})")
  private int laps;

  private final Clock clock = Clock.SYSTEM;
  private final OperatingSystemMXBean process =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  /** Processor time of the process and time, in nanoseconds, added up over laps. */
  private static final class Cost {
    private long cpu;
    private long wall;
  }

  /** What one client does in one lap. */
  private static final class Client {
    private final PushScratch scratch = new PushScratch();
    private @Nullable RuntimeException failure;

    void push(Distributor distributor, Tenant tenant, List<Load.Body> bodies) {
      try {
        for (Load.Body body : bodies) {
          List<RefusedStream> refused = new ArrayList<>();
          EntryBatch batch =
              PushReader.read(
                  body.snappy(), body.snappy().length, "application/x-protobuf", "", MAX_INFLATED, refused, scratch);
          distributor.push(tenant, batch, refused).join();
        }
      } catch (CompletionException e) {
        failure = e;
      }
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (clients < 1 || laps < 1 || warmup < 0 || megabytes < 1) {
      throw new IllegalArgumentException("--clients, --laps and --mb must be positive, --warmup not negative");
    }
    own.run(this::run);
    return 0;
  }

  private void run(Path root) throws InterruptedException {
    long now = clock.epochNanos();
    Load load =
        new Load(
            body.shapes(), streams, megabytes * 1_000_000L, body.bytes(), clients, 1,
            now - Duration.ofMinutes(50).toNanos(), Duration.ofMinutes(50));
    List<List<Load.Body>> bodies = IntStream.range(0, clients).parallel().mapToObj(load::bodies).toList();
    long bytes = bodies.stream().flatMap(List::stream).mapToLong(Load.Body::lineBytes).sum();
    long entries = bodies.stream().flatMap(List::stream).mapToLong(Load.Body::entries).sum();
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    Cost pushing = new Cost();
    Cost flushing = new Cost();
    try (Store store = Store.open(root, own.store(), clock, metrics)) {
      Distributor distributor =
          new Distributor(store, limits(), metrics, clock, Duration.ofHours(1), Duration.ofHours(1), List.of());
      List<Client> all = IntStream.range(0, clients).mapToObj(i -> new Client()).toList();
      for (int lap = 0; lap < warmup + laps; lap++) {
        Tenant tenant = new Tenant("lap-" + lap);
        Cost push = lap < warmup ? new Cost() : pushing;
        measure(push, () -> lap(all, distributor, tenant, bodies));
        measure(lap < warmup ? new Cost() : flushing, store::flush);
      }
    }
    report(bytes * laps, entries * laps, pushing, flushing);
  }

  private void lap(List<Client> all, Distributor distributor, Tenant tenant, List<List<Load.Body>> bodies) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Client client = all.get(i);
      List<Load.Body> own = bodies.get(i);
      threads.add(Threads.start("client-" + i, () -> client.push(distributor, tenant, own)));
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
    for (Client client : all) {
      if (client.failure != null) {
        throw client.failure;
      }
    }
  }

  private void measure(Cost cost, Runnable work) {
    long cpu = process.getProcessCpuTime();
    long wall = clock.ticks();
    work.run();
    cost.cpu += process.getProcessCpuTime() - cpu;
    cost.wall += clock.ticks() - wall;
  }

  /** Limits that none of these pushes reaches. */
  private static TenantLimits limits() {
    return TenantLimits.same(
        ServerConfig.parse(
                """
                limits_config:
                  ingestion_rate_mb: 100000
                  ingestion_burst_size_mb: 100000
                  per_stream_rate_limit: 100GB
                  per_stream_rate_limit_burst: 100GB
                  max_global_streams_per_user: 0
                """)
            .limitsConfig());
  }

  private void report(long bytes, long entries, Cost pushing, Cost flushing) {
    PrintWriter out = own.out();
    out.printf(
        "%d clients, %d streams, %d kB a push, %s, %d laps of %d MB%n%n",
        clients, streams, body.kilobytes(), own.syncName(), laps, megabytes);
    out.println("| | MB of lines a second and core | ns an entry | MB of lines a second |");
    out.println("|---|---:|---:|---:|");
    row(out, "push, from body to acknowledgement", bytes, entries, pushing);
    row(out, "flush", bytes, entries, flushing);
    out.flush();
  }

  private static void row(PrintWriter out, String what, long bytes, long entries, Cost cost) {
    // The system tells processor time in hundredths of a second: of less than one nothing is known.
    String each =
        cost.cpu == 0
            ? "- | -"
            : "%.0f | %.0f".formatted(bytes / MEGA / (cost.cpu / 1e9), (double) cost.cpu / entries);
    out.printf("| %s | %s | %.0f |%n", what, each, bytes / MEGA / (cost.wall / 1e9));
  }
}
