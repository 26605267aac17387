package io.sigyn.agent;

import io.sigyn.agent.client.EntryTarget;
import io.sigyn.agent.config.AgentConfig;
import io.sigyn.agent.config.ServerConfig;
import io.sigyn.agent.pipeline.PipelineMetrics;
import io.sigyn.agent.server.AgentPages;
import io.sigyn.agent.server.AgentServer;
import io.sigyn.config.Bound;
import io.sigyn.config.ConfigException;
import io.sigyn.life.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent that can take another configuration: the whole file is checked first; then the agent ends as it does at its
 * end, with everything delivered or remembered, and another one goes on where it stopped. Nothing is lost or read twice
 * by that; of the numbers, those that stages make stay if their metric is defined as before. The pages stay up. Safe for use by several threads.
 */
final class Reloading implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Reloading.class);

  /**
   * What outlives an agent: how often the configuration was loaded again, and what stages counted, by client.
   */
  record Counts(AtomicLong succeeded, AtomicLong failed, Map<String, PipelineMetrics> metrics) {
    Counts() {
      this(new AtomicLong(), new AtomicLong(), new ConcurrentHashMap<>());
    }
  }

  private final Supplier<Bound<AgentConfig>> loader;
  private final Optional<EntryTarget> dryRun;
  private final Optional<Consumer<String>> inspection;
  private final Counts counts = new Counts();
  private AgentConfig config;
  private Agent agent;
  private volatile AgentPages pages;
  private Optional<AgentServer> server;

  /**
   * Starts.
   *
   * @param loader reads the configuration as it is now
   * @throws ConfigException for a configuration that cannot be used
   */
  Reloading(
      AgentConfig config,
      Supplier<Bound<AgentConfig>> loader,
      Optional<EntryTarget> dryRun,
      Optional<Consumer<String>> inspection) {
    this.loader = loader;
    this.dryRun = dryRun;
    this.inspection = inspection;
    this.config = config;
    this.agent = run(config);
    this.pages = pagesOf(agent);
    try {
      this.server = serve(config.server());
    } catch (ConfigException e) {
      agent.close();
      throw e;
    }
  }

  private Agent run(AgentConfig with) {
    return Agent.startWithoutPages(with, dryRun, inspection, counts, Version.text(), Clock.SYSTEM);
  }

  private static AgentPages pagesOf(Agent agent) {
    return new AgentPages(new AgentStatus(agent, Version.text()));
  }

  private Optional<AgentServer> serve(ServerConfig with) {
    if (with.disable()) {
      return Optional.empty();
    }
    Optional<Supplier<AgentServer.Outcome>> reload =
        with.enableRuntimeReload() ? Optional.of(this::reload) : Optional.empty();
    return Optional.of(AgentServer.start(with, () -> pages, reload));
  }

  /** Loads the configuration again; the answer is for whoever asked for it. */
  synchronized AgentServer.Outcome reload() {
    AgentConfig next;
    try {
      Bound<AgentConfig> bound = loader.get();
      bound.warnings().forEach(warning -> log.warn("{}", warning));
      next = bound.value();
      Agent.check(next);
      AgentServer.check(next.server());
    } catch (ConfigException e) {
      return failed(String.join("\n", e.problems()));
    }
    if (next.equals(config)) {
      counts.succeeded().incrementAndGet();
      return new AgentServer.Outcome(200, "config unchanged\n");
    }
    agent.close();
    try {
      agent = run(next);
    } catch (ConfigException e) {
      agent = run(config);
      pages = pagesOf(agent);
      return failed(String.join("\n", e.problems()));
    }
    pages = pagesOf(agent);
    counts.succeeded().incrementAndGet();
    boolean otherAddress = !next.server().equals(config.server());
    config = next;
    log.info("configuration loaded again");
    if (otherAddress) {
      server.ifPresent(AgentServer::close);
      server = serve(next.server());
    }
    return new AgentServer.Outcome(200, "");
  }

  private AgentServer.Outcome failed(String problems) {
    counts.failed().incrementAndGet();
    log.error("configuration cannot be loaded again, the one before stays in use err=\"{}\"", problems);
    return new AgentServer.Outcome(500, "the configuration before stays in use: " + problems + "\n");
  }

  /** The agent that runs now. */
  synchronized Agent agent() {
    return agent;
  }

  /** The port of the pages; -1 when there are none. */
  synchronized int port() {
    return server.map(AgentServer::port).orElse(-1);
  }

  @Override
  public synchronized void close() {
    agent.close();
    server.ifPresent(AgentServer::close);
  }
}
