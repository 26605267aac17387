package io.sigyn.agent.config;

import io.sigyn.agent.discovery.Glob;
import io.sigyn.agent.relabel.RelabelConfig;
import io.sigyn.config.ConfigNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One item of {@code scrape_configs}: where lines come from and what happens to them.
 *
 * @param jobName unique over the file
 * @param pipelineStages compiled by {@code io.sigyn.agent.pipeline.Pipelines}
 * @param encoding an IANA charset name of the files, empty for UTF-8
 */
public record ScrapeConfig(
    String jobName,
    List<ConfigNode> pipelineStages,
    List<RelabelConfig> relabelConfigs,
    String encoding,
    Decompression decompression,
    List<StaticConfig> staticConfigs,
    List<FileSd> fileSdConfigs,
    List<KubernetesSd> kubernetesSdConfigs,
    Optional<ConfigNode> dockerSdConfigs,
    Optional<ConfigNode> consulSdConfigs,
    Optional<ConfigNode> consulagentSdConfigs,
    Optional<ConfigNode> dnsSdConfigs,
    Optional<ConfigNode> ec2SdConfigs,
    Optional<ConfigNode> gceSdConfigs,
    Optional<ConfigNode> azureSdConfigs,
    Optional<ConfigNode> openstackSdConfigs,
    Optional<ConfigNode> digitaloceanSdConfigs,
    Optional<ConfigNode> dockerswarmSdConfigs,
    Optional<ConfigNode> serversetSdConfigs,
    Optional<ConfigNode> nerveSdConfigs,
    Optional<ConfigNode> marathonSdConfigs,
    Optional<ConfigNode> tritonSdConfigs,
    Optional<ConfigNode> journal,
    Optional<ConfigNode> syslog,
    Optional<ConfigNode> lokiPushApi,
    Optional<ConfigNode> kafka,
    Optional<ConfigNode> gelf,
    Optional<ConfigNode> windowsEvents,
    Optional<ConfigNode> gcplog,
    Optional<ConfigNode> azureEventHubs,
    Optional<ConfigNode> cloudflare,
    Optional<ConfigNode> herokuDrain) {
  private static final Optional<ConfigNode> NO = Optional.empty();

  /** A job without anything. */
  public static final ScrapeConfig DEFAULT =
      new ScrapeConfig(
          "", List.of(), List.of(), "", Decompression.DEFAULT, List.of(), List.of(), List.of(), NO, NO, NO, NO, NO,
          NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO);

  /** Refuses sources that are known but not built. */
  public ScrapeConfig {
    source("docker_sd_configs", dockerSdConfigs);
    source("consul_sd_configs", consulSdConfigs);
    source("consulagent_sd_configs", consulagentSdConfigs);
    source("dns_sd_configs", dnsSdConfigs);
    source("ec2_sd_configs", ec2SdConfigs);
    source("gce_sd_configs", gceSdConfigs);
    source("azure_sd_configs", azureSdConfigs);
    source("openstack_sd_configs", openstackSdConfigs);
    source("digitalocean_sd_configs", digitaloceanSdConfigs);
    source("dockerswarm_sd_configs", dockerswarmSdConfigs);
    source("serverset_sd_configs", serversetSdConfigs);
    source("nerve_sd_configs", nerveSdConfigs);
    source("marathon_sd_configs", marathonSdConfigs);
    source("triton_sd_configs", tritonSdConfigs);
    source("journal", journal);
    source("syslog", syslog);
    source("loki_push_api", lokiPushApi);
    source("kafka", kafka);
    source("gelf", gelf);
    source("windows_events", windowsEvents);
    source("gcplog", gcplog);
    source("azure_event_hubs", azureEventHubs);
    source("cloudflare", cloudflare);
    source("heroku_drain", herokuDrain);
  }

  private static void source(String key, Optional<ConfigNode> given) {
    if (given.isPresent()) {
      throw new IllegalArgumentException(key + ": this source is known but not implemented in this build");
    }
  }

  /**
   * A group of targets that are known beforehand.
   *
   * @param targets means nothing for files
   * @param labels with {@code __path__}, and {@code __path_exclude__} and {@code __host__} if wanted
   */
  public record StaticConfig(List<String> targets, Map<String, String> labels) {
    /** No target. */
    public static final StaticConfig DEFAULT = new StaticConfig(List.of(), Map.of());

    /** Checks label names and globs. */
    public StaticConfig {
      Names.labels("labels", labels);
      for (String key : List.of("__path__", "__path_exclude__")) {
        String pattern = labels.getOrDefault(key, "");
        if (!pattern.isEmpty()) {
          try {
            Glob.compile(pattern);
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("labels: " + key + " \"" + pattern + "\": " + e.getMessage(), e);
          }
        }
      }
    }
  }

  /**
   * Reading of compressed files.
   *
   * @param initialDelay how long a file is left alone after it was found
   * @param format {@code gz}, {@code z} or {@code bz2}; needed when it is on
   */
  public record Decompression(boolean enabled, Duration initialDelay, String format) {
    /** Off. */
    public static final Decompression DEFAULT = new Decompression(false, Duration.ZERO, "");

    /** Checks the format. */
    public Decompression {
      if (initialDelay.isNegative()) {
        throw new IllegalArgumentException("initial_delay: must not be less than 0");
      }
      switch (format) {
        case "gz", "z", "bz2" -> {}
        case "" -> {
          if (enabled) {
            throw new IllegalArgumentException("format: is missing; use gz, z or bz2");
          }
        }
        default -> throw new IllegalArgumentException("format: \"" + format + "\" unknown; use gz, z or bz2");
      }
    }
  }
}
