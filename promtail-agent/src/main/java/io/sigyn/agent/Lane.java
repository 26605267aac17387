package io.sigyn.agent;

import io.micrometer.core.instrument.MeterRegistry;
import io.sigyn.agent.client.EntryTarget;
import io.sigyn.agent.client.Outbox;
import io.sigyn.agent.client.RejectFile;
import io.sigyn.agent.client.Sender;
import io.sigyn.agent.config.AgentConfig;
import io.sigyn.agent.config.ClientConfig;
import io.sigyn.agent.diagnosis.Diagnosis;
import io.sigyn.agent.discovery.Target;
import io.sigyn.agent.pipeline.DecodingSink;
import io.sigyn.agent.pipeline.Entry;
import io.sigyn.agent.pipeline.PipelineCounters;
import io.sigyn.agent.pipeline.PipelineHome;
import io.sigyn.agent.pipeline.PipelineMetrics;
import io.sigyn.agent.positions.Positions;
import io.sigyn.agent.source.Framing;
import io.sigyn.agent.source.LineSink;
import io.sigyn.agent.source.Tailer.Wanted;
import io.sigyn.agent.source.Tailer;
import io.sigyn.agent.source.Unpacking;
import io.sigyn.bytes.Xxh64;
import io.sigyn.life.Clock;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything for one client, from the file to the request: its own readers, pipelines, queue and positions. A server that
 * is down or slow so holds back nobody else; the price is that files are read once for each client.
 */
final class Lane implements AutoCloseable {
  private final String name;
  private final AgentConfig config;
  private final Map<String, Job> jobs = new HashMap<>();
  private final PipelineCounters counters;
  private final PipelineHome home;
  private final Clock clock;
  private final RateLimit rate;
  private final StreamLimit streams;
  private final EntryTarget target;
  private final @Nullable Sender sender;
  private final @Nullable Outbox outbox;
  private final Tailer tailer;
  private final Positions positions;
  private final Map<Tailer.Key, FileSink> sinks = new HashMap<>();
  private final Map<String, Reader> readers = new HashMap<>();
  private final Set<String> unfinished = new TreeSet<>();

  private Lane(
      String name,
      AgentConfig config,
      List<Job> jobs,
      Shared shared,
      @Nullable ClientConfig client,
      @Nullable EntryTarget instead) {
    this.name = name;
    this.config = config;
    jobs.forEach(job -> this.jobs.put(job.name(), job));
    this.positions = shared.positions();
    this.counters = shared.counters();
    this.clock = shared.clock();
    this.home =
        new PipelineHome(clock, counters, new PipelineMetrics(clock), config.agent(), shared.inspection());
    this.rate = new RateLimit(config.limitsConfig(), clock);
    this.streams = new StreamLimit(config.limitsConfig().maxStreams(), clock);
    if (instead == null && client != null) {
      outbox =
          new Outbox(
              client.batchsize(),
              client.batchwait(),
              config.agent().buffer().memory().bytes(),
              client.externalLabels(),
              client.tenantId(),
              clock,
              this::wake);
      sender =
          new Sender(
              client, config.agent(), outbox, shared.registry(), shared.version(), clock, shared.positions()::force,
              rejects(client, config, clock));
      target = outbox;
    } else {
      outbox = null;
      sender = null;
      target = Objects.requireNonNull(instead);
    }
    boolean blocking = config.limitsConfig().readlineRateEnabled() && !config.limitsConfig().readlineRateDrop();
    this.tailer =
        new Tailer(
            name,
            shared.positions(),
            config.agent().tail(),
            config.agent().symlinks().roots(),
            shared.diagnosis(),
            clock,
            () -> target.hasRoom() && (!blocking || rate.isOpen()),
            config.global().fileWatchConfig().minPollFrequency(),
            config.global().fileWatchConfig().maxPollFrequency());
    this.unfinished.addAll(positions.unfinished(name));
  }

  /** Where refused entries of a client are kept; each of several clients has a file of its own. */
  static RejectFile rejects(ClientConfig client, AgentConfig config, Clock clock) {
    String given = config.agent().refused().file();
    String file = given.isEmpty() ? config.positions().filename() + ".refused" : given;
    Path own = Path.of(config.clients().size() > 1 ? file + "-" + nameOf(client) : file);
    return new RejectFile(own, config.agent().refused().maxBytes().bytes(), clock);
  }

  /** How a path is read. */
  private record Reader(String jobs, Charset charset, Unpacking unpacking) {}

  /** What all lanes share. */
  record Shared(
      Positions positions,
      Diagnosis diagnosis,
      PipelineCounters counters,
      MeterRegistry registry,
      String version,
      Clock clock,
      Optional<Consumer<String>> inspection) {}

  /** A lane to a server. */
  static Lane to(ClientConfig client, AgentConfig config, List<Job> jobs, Shared shared) {
    return new Lane(nameOf(client), config, jobs, shared, client, null);
  }

  /** A lane to something else. */
  static Lane to(EntryTarget target, AgentConfig config, List<Job> jobs, Shared shared) {
    return new Lane("dry-run", config, jobs, shared, null, target);
  }

  /** The client's name, or six digits of a hash of what makes it itself. */
  static String nameOf(ClientConfig client) {
    if (!client.name().isEmpty()) {
      return client.name();
    }
    byte[] self =
        (client.url() + "\n" + client.tenantId() + "\n" + new TreeMap<>(client.externalLabels()))
            .getBytes(StandardCharsets.UTF_8);
    return String.format(Locale.ROOT, "%06x", Xxh64.hash(self, 0, self.length, 0) & 0xFFFFFF);
  }

  private void wake() {
    tailer.wake();
  }

  String name() {
    return name;
  }

  Tailer tailer() {
    return tailer;
  }

  long linesRead() {
    return tailer.counters().lines.sum();
  }

  long entriesSent() {
    return sender == null ? 0 : sender.entriesSent();
  }

  long entriesAcknowledged() {
    return sender == null ? 0 : sender.entriesAcknowledged();
  }

  /** What stages of this lane count. */
  PipelineMetrics metrics() {
    return home.metrics();
  }

  long heldBytes() {
    return outbox == null ? 0 : outbox.heldBytes();
  }

  String problem() {
    return sender == null ? "" : sender.problem();
  }

  /**
   * Reads these files from now on. Once for each, paths are added that the journal names and that are gone: their files
   * may have been renamed while nobody looked.
   */
  void update(SortedMap<String, List<Target>> files, List<Target> targets) {
    SortedMap<String, Wanted> wanted = new TreeMap<>();
    for (String path : List.copyOf(unfinished)) {
      List<Target> theirs = targets.stream().filter(target -> target.matches(path)).toList();
      if (!theirs.isEmpty()) {
        unfinished.remove(path);
        wanted.put(path, wanted(path, theirs, true));
      }
    }
    files.forEach((path, theirs) -> wanted.put(path, wanted(path, theirs, false)));
    tailer.update(wanted);
    sinks.keySet().removeIf(key -> !tailer.follows(key));
    readers.entrySet().removeIf(entry -> !tailer.follows(new Tailer.Key(entry.getKey(), entry.getValue().jobs())));
  }

  private Wanted wanted(String path, List<Target> targets, boolean expected) {
    TreeSet<String> names = new TreeSet<>();
    targets.forEach(one -> names.add(one.job()));
    Job job = job(targets.getFirst().job());
    String all = readFor(path, String.join(",", names), job);
    FileSink sink =
        sinks.computeIfAbsent(new Tailer.Key(path, all), key -> new FileSink(path, job.unpacking(path), this::open));
    sink.setTargets(targets);
    Charset charset = job.charset();
    return new Wanted(all, sink, charset, expected);
  }

  /**
   * The jobs a path is read for, as its reader knows them. One that passes to another job while it is read, since the API
   * tells more of a pod, keeps its reader: two would both send what is written meanwhile.
   */
  private String readFor(String path, String jobNames, Job job) {
    Reader reader = readers.get(path);
    boolean same =
        reader != null
            && tailer.follows(new Tailer.Key(path, reader.jobs()))
            && reader.charset().equals(job.charset())
            && reader.unpacking().equals(job.unpacking(path));
    if (reader == null || !same) {
      reader = new Reader(jobNames, job.charset(), job.unpacking(path));
      readers.put(path, reader);
    }
    return reader.jobs();
  }

  /** The client counts; a dry run has no client. */
  private Delivery.Limited limited() {
    Sender known = sender;
    if (known == null) {
      return new LimitedByReason(counters);
    }
    return new Delivery.Limited() {
      @Override
      public void dropped(String tenant, String reason, int bytes) {
        known.dropped(tenant, reason, bytes);
      }

      @Override
      public void cut(String tenant, String reason, int bytes) {
        known.cut(tenant, reason, bytes);
      }
    };
  }

  private Job job(String named) {
    Job job = jobs.get(named);
    if (job == null) {
      throw new IllegalStateException("no job " + named);
    }
    return job;
  }

  private LineSink open(FileSink.Slot slot) {
    Job job = job(slot.job());
    Consumer<Entry> out = new Delivery(target, config.limitsConfig(), rate, streams, counters, limited(), slot::tenant);
    LineSink pipeline = job.pipeline().open(slot.path(), slot::labels, home, out);
    boolean decoded = job.charset().equals(StandardCharsets.UTF_8) || Framing.isWide(job.charset());
    return decoded ? pipeline : new DecodingSink(job.charset(), pipeline);
  }

  /** Stops reading, delivers what was read for at most the time, and ends. */
  void close(Duration patience) {
    tailer.close();
    if (sender != null) {
      sender.close(patience);
    }
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }
}
