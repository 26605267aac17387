package io.sigyn.benchmarks.macro;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sigyn bench commits}. */
@Command(
    name = "commits",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Appends small batches to a store of its own, without a server, from many threads, and prints how many a second were"
          + " acknowledged and how long that took: what a disk makes of synced pushes. With --rate each client has its turns"
          + " at fixed times and waits are counted from them, so that a client that is late does not hide it.",
      ""
    })
final class Commits implements Callable<Integer> {
  private static final double MILLI = 1e6;
  private static final Tenant TENANT = new Tenant("bench");

  @Mixin private OwnStoreOptions own = new OwnStoreOptions();

  @Option(names = "--clients", paramLabel = "N", defaultValue = "64", description = "threads that append (default ${DEFAULT-VALUE})")
  private int clients;

  @Option(names = "--rate", paramLabel = "N", defaultValue = "0", description = "batches a second, of all of them; 0 is as many as they can (default ${DEFAULT-VALUE})")
  private int rate;

  @Option(names = "--bytes", paramLabel = "N", defaultValue = "200", description = "of the one line of a batch (default ${DEFAULT-VALUE})")
  private int bytes;

  @Option(names = "--warmup", paramLabel = "SECONDS", defaultValue = "5", description = "that are not counted (default ${DEFAULT-VALUE})")
  private int warmup;

  @Option(names = "--seconds", paramLabel = "N", defaultValue = "10", description = "that are counted (default ${DEFAULT-VALUE})")
  private int seconds;

  private final Clock clock = Clock.SYSTEM;

  /** What one client saw. */
  private static final class Client {
    private long[] waits = new long[1 << 12];
    private int count;
    private @Nullable RuntimeException failure;

    void add(long nanos) {
      if (count == waits.length) {
        waits = Arrays.copyOf(waits, 2 * count);
      }
      waits[count++] = nanos;
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (clients < 1 || seconds < 1 || warmup < 0 || rate < 0 || bytes < 0) {
      throw new IllegalArgumentException("--clients and --seconds must be positive, --warmup, --rate and --bytes not negative");
    }
    own.run(this::run);
    return 0;
  }

  private void run(Path root) throws InterruptedException {
    List<Client> all = new ArrayList<>();
    long start = clock.ticks() + Duration.ofMillis(100).toNanos();
    long from = start + Duration.ofSeconds(warmup).toNanos();
    long end = from + Duration.ofSeconds(seconds).toNanos();
    try (Store store = Store.open(root, own.store(), clock, new SimpleMeterRegistry())) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        Client client = new Client();
        int number = i;
        all.add(client);
        threads.add(Threads.start("client-" + i, () -> append(store, client, number, start, from, end)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    for (Client client : all) {
      if (client.failure != null) {
        throw client.failure;
      }
    }
    report(all.stream().flatMapToLong(c -> Arrays.stream(c.waits, 0, c.count)).sorted().toArray());
  }

  private void append(Store store, Client client, int number, long start, long from, long end) {
    String line = "x".repeat(bytes);
    Labels labels = Labels.of("client", "" + number);
    long period = rate == 0 ? 0 : 1_000_000_000L * clients / rate;
    long due = start + period * number / clients;
    try {
      while (due - end < 0) {
        long early = due - clock.ticks();
        if (early > 0) {
          Threads.pause(early);
        }
        store.append(TENANT, EntryBatch.of(labels, clock.epochNanos(), line)).join();
        long now = clock.ticks();
        if (due - from >= 0) {
          client.add(now - due);
        }
        due = period == 0 ? now : due + period;
      }
    } catch (CompletionException e) {
      client.failure = e;
    }
  }

  private void report(long[] waits) {
    PrintWriter out = own.out();
    String asked = rate == 0 ? "as many as they can" : "%,d a second".formatted(rate);
    out.printf("%d clients, %s, lines of %d bytes, %s, %d s%n%n", clients, asked, bytes, own.syncName(), seconds);
    out.println("| acknowledged a second | median ms | 90% | 99% | 99.9% | longest |");
    out.println("|---:|---:|---:|---:|---:|---:|");
    String times =
        LongStream.of(500, 900, 990, 999, 1000)
            .mapToObj(share -> "%.1f".formatted(at(waits, share) / MILLI))
            .reduce((a, b) -> a + " | " + b)
            .orElseThrow();
    out.printf("| %,d | %s |%n", waits.length / seconds, times);
    out.flush();
  }

  /** The wait so many thousandths of them do not exceed. */
  private static long at(long[] sorted, long thousandths) {
    return sorted.length == 0 ? 0 : sorted[(int) Math.max(0, (sorted.length * thousandths + 999) / 1000 - 1)];
  }
}
