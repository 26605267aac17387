package io.sigyn.agent;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.agent.client.EntryTarget;
import io.sigyn.agent.client.Outbox;
import io.sigyn.agent.client.Sender;
import io.sigyn.agent.config.AgentConfig;
import io.sigyn.agent.config.ClientConfig;
import io.sigyn.agent.config.ScrapeConfig.StaticConfig;
import io.sigyn.agent.pipeline.PipelineCounters;
import io.sigyn.agent.pipeline.PipelineHome;
import io.sigyn.agent.pipeline.PipelineMetrics;
import io.sigyn.agent.positions.Ticket;
import io.sigyn.agent.source.Line;
import io.sigyn.agent.source.LineSink;
import io.sigyn.config.ConfigException;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.model.Labels;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lines from standard input through the pipeline of the first job, without files, positions and pages. It ends with its
 * input, when everything was delivered or the patience for that is over.
 */
final class StandardInput {
  private static final long NO_ROOM = Duration.ofMillis(10).toNanos();

  /** Somebody who takes the entries; {@code sender} is nothing for a dry run. */
  private record Way(LineSink sink, EntryTarget target, Optional<Sender> sender) {}

  private StandardInput() {}

  /**
   * Reads to the end.
   *
   * @param instead shows entries instead of sending them
   * @param inspection is told what stages change
   * @return whether everything was delivered
   */
  static boolean run(
      AgentConfig config,
      InputStream in,
      Optional<EntryTarget> instead,
      Optional<Consumer<String>> inspection,
      Clock clock) {
    if (config.scrapeConfigs().isEmpty()) {
      throw new ConfigException("scrape_configs: -stdin needs one job, whose pipeline is used");
    }
    Job job = Job.compile(config).getFirst();
    List<Way> ways = new ArrayList<>();
    if (instead.isPresent()) {
      ways.add(way(config, job, instead.get(), Optional.empty(), inspection, clock));
    } else {
      for (ClientConfig client : config.clients()) {
        Outbox outbox =
            new Outbox(
                client.batchsize(), client.batchwait(), config.agent().buffer().memory().bytes(),
                client.externalLabels(), client.tenantId(), clock, () -> {});
        Sender sender =
            new Sender(
                client, config.agent(), outbox, new SimpleMeterRegistry(), Version.text(), clock, () -> {},
                Lane.rejects(client, config, clock));
        ways.add(way(config, job, outbox, Optional.of(sender), inspection, clock));
      }
    }
    try {
      copy(in, ways, clock);
    } catch (IOException e) {
      throw new ConfigException("standard input cannot be read: " + e);
    }
    boolean delivered = true;
    for (Way way : ways) {
      way.sender().ifPresent(sender -> sender.close(config.agent().shutdown().timeout()));
      delivered &= way.sender().map(sender -> sender.problem().isEmpty()).orElse(true);
    }
    return delivered;
  }

  private static Way way(
      AgentConfig config,
      Job job,
      EntryTarget target,
      Optional<Sender> sender,
      Optional<Consumer<String>> inspection,
      Clock clock) {
    PipelineCounters counters = new PipelineCounters();
    PipelineHome home =
        new PipelineHome(clock, counters, new PipelineMetrics(clock), config.agent(), inspection);
    Delivery out =
        new Delivery(
            target, config.limitsConfig(), new RateLimit(config.limitsConfig(), clock),
            new StreamLimit(config.limitsConfig().maxStreams(), clock), counters,
            new LimitedByReason(counters), () -> "");
    Labels labels = labels(job);
    return new Way(job.pipeline().open("stdin", () -> labels, home, out), target, sender);
  }

  /** Those of the first static config, but for names that begin with two underscores; or job and host. */
  private static Labels labels(Job job) {
    Labels.Builder labels = Labels.builder();
    for (StaticConfig written : job.scrape().staticConfigs()) {
      written.labels().forEach((name, value) -> {
        if (!name.startsWith("__")) {
          labels.set(name, value);
        }
      });
      return labels.build();
    }
    return labels.set("job", "stdin").set("hostname", Host.name()).build();
  }

  private static void copy(InputStream in, List<Way> ways, Clock clock) throws IOException {
    BufferedInputStream bytes = new BufferedInputStream(in, 1 << 16);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    Line line = new Line();
    Ticket[] nobody = new Ticket[0];
    long sequence = 0;
    int b;
    do {
      b = bytes.read();
      if (b >= 0 && b != '\n') {
        text.write(b);
      } else if (text.size() > 0) {
        byte[] whole = text.toByteArray();
        int length = whole[whole.length - 1] == '\r' ? whole.length - 1 : whole.length;
        text.reset();
        sequence++;
        long now = clock.epochNanos();
        line.origin(nobody, offset -> now);
        for (Way way : length > 0 ? ways : List.<Way>of()) {
          while (!way.target().hasRoom() || !way.sink().isReady()) {
            Threads.pause(NO_ROOM);
          }
          line.set(whole, 0, length, sequence, sequence, Labels.EMPTY);
          way.sink().line(line);
        }
      }
    } while (b >= 0);
    line.set(new byte[0], 0, 0, sequence, sequence, Labels.EMPTY);
    ways.forEach(way -> way.sink().flush(line));
  }
}
