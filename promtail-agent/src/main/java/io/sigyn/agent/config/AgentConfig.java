package io.sigyn.agent.config;

import io.sigyn.config.Binder;
import io.sigyn.config.Bound;
import io.sigyn.config.ConfigException;
import io.sigyn.config.ConfigNode;
import io.sigyn.config.EnvExpansion;
import io.sigyn.config.Ignored;
import io.sigyn.config.Key;
import io.sigyn.config.YamlReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * promtail's configuration file. Immutable.
 *
 * @param clients every client, those of the deprecated key {@code client} included
 */
@Ignored(value = "options", because = "promtail itself gave this block no meaning any more")
@Ignored(value = "tracing", because = "the agent exports no traces")
public record AgentConfig(
    Global global,
    ServerConfig server,
    List<ClientConfig> client,
    List<ClientConfig> clients,
    Positions positions,
    List<ScrapeConfig> scrapeConfigs,
    TargetConfig targetConfig,
    LimitsConfig limitsConfig,
    Wal wal,
    AgentBlock agent) {
  /** promtail's defaults. */
  public static final AgentConfig DEFAULT =
      new AgentConfig(
          Global.DEFAULT,
          ServerConfig.DEFAULT,
          List.of(),
          List.of(),
          Positions.DEFAULT,
          List.of(),
          TargetConfig.DEFAULT,
          LimitsConfig.DEFAULT,
          Wal.DEFAULT,
          AgentBlock.DEFAULT);

  /**
   * Reads a file's text without any overlay.
   *
   * @throws ConfigException with every problem and its place
   */
  public static AgentConfig parse(String yaml) {
    return load("config", yaml, Map.of(), false, Overlay.NONE, false).value();
  }

  /**
   * Reads a file's text.
   *
   * @param file how messages call the text
   * @param environment for expansion and for {@link EnvironmentOverlay}
   * @param expand whether <code>${NAME}</code> is replaced in the text
   * @param flags settings of the command line; they win over the file
   * @param withoutClient whether it may name no client
   * @return the configuration and warnings about keys without effect
   * @throws ConfigException with every problem and its place
   */
  public static Bound<AgentConfig> load(
      String file,
      String yaml,
      Map<String, String> environment,
      boolean expand,
      Overlay flags,
      boolean withoutClient) {
    List<String> warnings = new ArrayList<>();
    String text = yaml;
    if (expand) {
      Bound<String> expanded = EnvExpansion.expand(file, yaml, environment::get);
      warnings.addAll(expanded.warnings());
      text = expanded.value();
    }
    ConfigNode root = YamlReader.read(file, text);
    root = EnvironmentOverlay.of(environment).applyTo(root);
    root = flags.applyTo(listed(root));
    Bound<AgentConfig> bound = Binder.bind(AgentConfig.class, root);
    warnings.addAll(bound.warnings());
    AgentConfig config = bound.value();
    List<String> problems = new ConfigCheck(root, config).problems(withoutClient);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    if (config.wal.enabled()) {
      warnings.add(
          file + ": wal: has no effect; positions never pass what the server acknowledged, so that files themselves are the"
              + " log that is read again");
    }
    if (!config.client.isEmpty()) {
      warnings.add(file + ": client: is deprecated; write its settings as an item of clients");
      List<ClientConfig> all = new ArrayList<>(config.clients);
      all.addAll(config.client);
      config =
          new AgentConfig(
              config.global, config.server, List.of(), List.copyOf(all), config.positions, config.scrapeConfigs,
              config.targetConfig, config.limitsConfig, config.wal, config.agent);
    }
    return new Bound<>(config, warnings);
  }

  /** The deprecated single {@code client} as a list of one, so that one binder rule serves both. */
  private static ConfigNode listed(ConfigNode root) {
    if (!(root instanceof ConfigNode.Mapping mapping)) {
      return root;
    }
    List<ConfigNode.Entry> entries = new ArrayList<>();
    for (ConfigNode.Entry entry : mapping.entries()) {
      if (entry.key().equals("client") && entry.value() instanceof ConfigNode.Mapping one) {
        ConfigNode value =
            one.entries().isEmpty()
                ? new ConfigNode.Sequence(one.mark(), List.of())
                : new ConfigNode.Sequence(one.mark(), List.of(one));
        entries.add(new ConfigNode.Entry(entry.key(), entry.mark(), value));
      } else {
        entries.add(entry);
      }
    }
    return new ConfigNode.Mapping(mapping.mark(), entries);
  }

  /** The same with another server block. */
  public AgentConfig withServer(ServerConfig changed) {
    return new AgentConfig(
        global, changed, client, clients, positions, scrapeConfigs, targetConfig, limitsConfig, wal, agent);
  }

  /** The block {@code global}. */
  public record Global(FileWatch fileWatchConfig) {
    /** promtail's default. */
    public static final Global DEFAULT = new Global(FileWatch.DEFAULT);
  }

  /**
   * How often a file is looked at.
   *
   * @param minPollFrequency the period while it grows
   * @param maxPollFrequency the period while it is silent
   */
  public record FileWatch(Duration minPollFrequency, Duration maxPollFrequency) {
    /** 250 ms both. */
    public static final FileWatch DEFAULT = new FileWatch(Duration.ofMillis(250), Duration.ofMillis(250));

    /** Checks the order. */
    public FileWatch {
      if (minPollFrequency.isNegative() || minPollFrequency.isZero()) {
        throw new IllegalArgumentException("min_poll_frequency: must be greater than 0");
      }
      if (maxPollFrequency.isNegative() || maxPollFrequency.isZero()) {
        throw new IllegalArgumentException("max_poll_frequency: must be greater than 0");
      }
      if (minPollFrequency.compareTo(maxPollFrequency) > 0) {
        throw new IllegalArgumentException("min_poll_frequency: is larger than max_poll_frequency");
      }
    }
  }

  /** Where offsets are kept and how often they are written. */
  public record Positions(String filename, Duration syncPeriod, boolean ignoreInvalidYaml) {
    /** promtail's defaults. */
    public static final Positions DEFAULT =
        new Positions("/var/log/positions.yaml", Duration.ofSeconds(10), false);

    /** Checks the period. */
    public Positions {
      if (filename.isEmpty()) {
        throw new IllegalArgumentException("filename: is empty");
      }
      if (syncPeriod.isNegative() || syncPeriod.isZero()) {
        throw new IllegalArgumentException("sync_period: must be greater than 0");
      }
    }
  }

  /**
   * How targets are found.
   *
   * @param syncPeriod how often globs are evaluated anew, whatever the watch over directories says
   * @param stdin whether lines come from standard input instead, as with the flag {@code -stdin}
   */
  public record TargetConfig(Duration syncPeriod, boolean stdin) {
    /** promtail's defaults. */
    public static final TargetConfig DEFAULT = new TargetConfig(Duration.ofSeconds(10), false);

    /** Checks the period. */
    public TargetConfig {
      if (syncPeriod.isNegative() || syncPeriod.isZero()) {
        throw new IllegalArgumentException("sync_period: must be greater than 0");
      }
    }
  }

  /** promtail's write-ahead log. It has no effect: files are read again from what was acknowledged. */
  public record Wal(
      boolean enabled,
      String dir,
      @Key("cleanSegmentsOlderThan") Duration cleanSegmentsOlderThan,
      @Key("watchConfig") Map<String, String> watchConfig) {
    /** Off. */
    public static final Wal DEFAULT = new Wal(false, "", Duration.ofHours(1), Map.of());
  }
}
