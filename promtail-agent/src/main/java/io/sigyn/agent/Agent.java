package io.sigyn.agent;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sigyn.agent.client.EntryTarget;
import io.sigyn.agent.config.AgentBlock.Symlinks;
import io.sigyn.agent.config.AgentConfig;
import io.sigyn.agent.config.ClientConfig;
import io.sigyn.agent.diagnosis.Diagnosis;
import io.sigyn.agent.diagnosis.DiagnosisMessage;
import io.sigyn.agent.diagnosis.MountTable;
import io.sigyn.agent.discovery.Discovery;
import io.sigyn.agent.discovery.LiveTargets;
import io.sigyn.agent.discovery.Targets;
import io.sigyn.agent.pipeline.PipelineCounters;
import io.sigyn.agent.pipeline.PipelineMetrics;
import io.sigyn.agent.positions.FileRecord;
import io.sigyn.agent.positions.Positions;
import io.sigyn.agent.server.AgentPages;
import io.sigyn.agent.server.AgentServer;
import io.sigyn.agent.source.TailView;
import io.sigyn.config.ConfigException;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A running agent: finds files, reads them, sends their lines, remembers what was acknowledged. It holds its threads until
 * it is closed. Safe for use by several threads.
 */
public final class Agent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Agent.class);
  private static final Duration LOOK_FOR_CHANGES = Duration.ofMillis(250);
  private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);

  private final AgentConfig config;
  private final Clock clock;
  private final Positions positions;
  private final Diagnosis diagnosis;
  private final PipelineCounters counters = new PipelineCounters();
  private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final LiveTargets targets;
  private final DiscoveryLoop discovery;
  private final List<Lane> lanes = new ArrayList<>();
  private final List<Job> jobs;
  private final Reloading.Counts reloads;
  private final ScheduledExecutorService scheduler = Threads.scheduler("agent");
  private final ScheduledExecutorService disk = Threads.scheduler("positions");
  private final List<ScheduledFuture<?>> tasks = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private Optional<AgentServer> server = Optional.empty();
  private Targets advised = Targets.of(List.of(), "");
  private volatile List<DiagnosisMessage> advice = List.of();

  private Agent(
      AgentConfig config,
      List<Job> jobs,
      Optional<EntryTarget> dryRun,
      Optional<Consumer<String>> inspection,
      Reloading.Counts reloads,
      String version,
      Clock clock) {
    this.config = config;
    this.jobs = jobs;
    this.reloads = reloads;
    this.clock = clock;
    this.positions =
        Positions.open(
            Path.of(config.positions().filename()), config.positions().ignoreInvalidYaml(), dryRun.isPresent(), clock);
    Symlinks links = config.agent().symlinks();
    this.diagnosis =
        new Diagnosis(
            new Diagnosis.Pace(links.settle(), links.reportInterval(), links.staleAfter()),
            clock,
            MountTable::read,
            Agent::say);
    Lane.Shared shared = new Lane.Shared(positions, diagnosis, counters, registry, version, clock, inspection);
    positions.adopt(config.clients().stream().map(Lane::nameOf).toList());
    positions.sync(List.of());
    if (dryRun.isPresent()) {
      lanes.add(Lane.to(dryRun.get(), config, jobs, shared));
    } else {
      for (ClientConfig client : config.clients()) {
        lanes.add(Lane.to(client, config, jobs, shared));
      }
    }
    for (Lane lane : lanes) {
      PipelineMetrics before = reloads.metrics().put(lane.name(), lane.metrics());
      if (before != null) {
        lane.metrics().inherit(before, jobs.stream().map(Job::pipeline).toList());
      }
    }
    this.targets = Sources.open(jobs, config.agent(), System.getenv(), clock);
    this.discovery =
        new DiscoveryLoop(
            targets, config.targetConfig().syncPeriod(), clock, diagnosis, this::found);
    bindMetrics();
  }

  /**
   * Starts an agent.
   *
   * @throws ConfigException for a configuration that cannot be used: stages, globs, a positions file in use, a taken port
   */
  public static Agent start(AgentConfig config) {
    return start(config, Optional.empty(), Optional.empty(), Version.text(), Clock.SYSTEM);
  }

  /**
   * Starts an agent that may show entries instead of sending them.
   *
   * @param inspection is told what stages change
   */
  static Agent start(
      AgentConfig config,
      Optional<EntryTarget> dryRun,
      Optional<Consumer<String>> inspection,
      String version,
      Clock clock) {
    Agent agent = startWithoutPages(config, dryRun, inspection, new Reloading.Counts(), version, clock);
    try {
      if (!config.server().disable()) {
        AgentPages pages = new AgentPages(new AgentStatus(agent, version));
        agent.server = Optional.of(AgentServer.start(config.server(), () -> pages, Optional.empty()));
      }
      return agent;
    } catch (RuntimeException e) {
      agent.close();
      throw e;
    }
  }

  /** Starts an agent whose pages somebody else serves. */
  static Agent startWithoutPages(
      AgentConfig config,
      Optional<EntryTarget> dryRun,
      Optional<Consumer<String>> inspection,
      Reloading.Counts reloads,
      String version,
      Clock clock) {
    List<Job> jobs = Job.compile(config);
    Agent agent = new Agent(config, jobs, dryRun, inspection, reloads, version, clock);
    agent.run();
    return agent;
  }

  /** Finds what only starting would find otherwise. */
  static void check(AgentConfig config) {
    Job.compile(config);
  }

  private void run() {
    every(scheduler, LOOK_FOR_CHANGES, discovery::look);
    every(scheduler, HOUSEKEEPING, this::housekeep);
    every(disk, config.positions().syncPeriod(), this::sync);
  }

  /** Runs a task again and again; a failure, of whatever kind, is logged and does not end it: the executor would say nothing. */
  private void every(ScheduledExecutorService on, Duration period, Runnable task) {
    Runnable guarded =
        () -> {
          try {
            task.run();
          } catch (RuntimeException | Error e) {
            log.error("background work failed, it is tried again", e);
          }
        };
    tasks.add(on.scheduleWithFixedDelay(guarded, 0, period.toNanos(), TimeUnit.NANOSECONDS));
  }

  private void found(Discovery.Scan scan) {
    if (!targets.current().equals(advised)) {
      advised = targets.current();
      List<DiagnosisMessage> before = advice;
      advice = TargetAdvice.of(jobs, advised, Host.name());
      advice.stream().filter(message -> !before.contains(message)).forEach(Agent::say);
    }
    lanes.forEach(lane -> lane.update(scan.files(), targets.current().accepted()));
  }

  private void housekeep() {
    diagnosis.tick();
    lanes.forEach(lane -> lane.tailer().enforcePinnedBytes());
  }

  private void sync() {
    List<FileRecord> records = new ArrayList<>();
    lanes.forEach(lane -> records.addAll(lane.tailer().records()));
    positions.sync(records);
  }

  private void bindMetrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    gc.bindTo(registry);
  }

  private static void say(DiagnosisMessage message) {
    LoggingEventBuilder event = log.atLevel(message.level()).addKeyValue("code", message.code());
    for (Map.Entry<String, String> field : message.fields().entrySet()) {
      event = event.addKeyValue(field.getKey(), field.getValue());
    }
    event.log(message.message());
  }

  /** Lines read from files since the start; one that several clients get counts once. */
  public long linesRead() {
    return lanes.stream().mapToLong(Lane::linesRead).max().orElse(0);
  }

  /** Entries in requests since the start, of all clients; repeated ones count again. */
  public long linesSent() {
    return lanes.stream().mapToLong(Lane::entriesSent).sum();
  }

  /** Entries that servers acknowledged since the start, of all clients. */
  public long linesAcknowledged() {
    return lanes.stream().mapToLong(Lane::entriesAcknowledged).sum();
  }

  /** The port of the pages; -1 when there are none. */
  public int port() {
    return server.map(AgentServer::port).orElse(-1);
  }

  AgentConfig config() {
    return config;
  }

  LiveTargets targets() {
    return targets;
  }

  /** How often the configuration was loaded again. */
  Reloading.Counts reloads() {
    return reloads;
  }

  /** What is wrong with targets. */
  List<DiagnosisMessage> advice() {
    return advice;
  }

  Diagnosis diagnosis() {
    return diagnosis;
  }

  Positions positions() {
    return positions;
  }

  PipelineCounters counters() {
    return counters;
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  List<Lane> lanes() {
    return lanes;
  }

  boolean isDiscovered() {
    return discovery.hasScanned();
  }

  /** Every path once; of several clients the one that is furthest. */
  List<TailView> files() {
    Map<String, TailView> files = new TreeMap<>();
    for (Lane lane : lanes) {
      for (TailView view : lane.tailer().views()) {
        files.merge(view.path() + '\0' + view.jobs(), view, (a, b) -> a.lines() >= b.lines() ? a : b);
      }
    }
    return List.copyOf(files.values());
  }

  /**
   * Stops reading, delivers what was read for at most {@code agent.shutdown.timeout}, writes the positions and ends. What
   * was not delivered is read again after the next start. Calling it twice does nothing.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    tasks.forEach(task -> task.cancel(false));
    scheduler.shutdown();
    disk.shutdown();
    Duration patience = config.agent().shutdown().timeout();
    long deadline = clock.ticks() + patience.toNanos();
    for (Lane lane : lanes) {
      lane.close(Duration.ofNanos(Math.max(0, deadline - clock.ticks())));
    }
    sync();
    targets.close();
    positions.close();
    server.ifPresent(AgentServer::close);
    gc.close();
    registry.close();
  }
}
