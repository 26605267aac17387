package io.sigyn.agent;

import io.sigyn.agent.config.AgentConfig;
import io.sigyn.agent.config.ScrapeConfig;
import io.sigyn.agent.pipeline.Pipeline;
import io.sigyn.agent.pipeline.Pipelines;
import io.sigyn.agent.relabel.Relabeling;
import io.sigyn.agent.source.Framing;
import io.sigyn.agent.source.Packing;
import io.sigyn.agent.source.Unpacking;
import io.sigyn.config.ConfigException;
import io.sigyn.config.ConfigNode;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.List;

/**
 * A scrape config, compiled.
 *
 * @param charset of its files
 */
record Job(ScrapeConfig scrape, Pipeline pipeline, Charset charset, Relabeling relabeling) {
  private static final List<String> PACKED = List.of(".gz", ".z", ".bz2");

  String name() {
    return scrape.jobName();
  }

  /** How a file of it is read: of those with compression on, the ones whose names say that they are compressed. */
  Unpacking unpacking(String path) {
    ScrapeConfig.Decompression how = scrape.decompression();
    boolean packed = how.enabled() && PACKED.stream().anyMatch(path::endsWith);
    return packed ? new Unpacking(Packing.named(how.format()), how.initialDelay()) : Unpacking.NONE;
  }

  /** Whether its pipeline has a stage of this name, nested ones left out. */
  boolean hasStage(String stage) {
    return scrape.pipelineStages().stream()
        .anyMatch(node -> node instanceof ConfigNode.Mapping mapping && mapping.get(stage).isPresent());
  }

  /**
   * Compiles every job of a file.
   *
   * @throws ConfigException with every problem found
   */
  static List<Job> compile(AgentConfig config) {
    List<Job> jobs = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < config.scrapeConfigs().size(); i++) {
      ScrapeConfig scrape = config.scrapeConfigs().get(i);
      String path = "scrape_configs[" + i + "]";
      try {
        jobs.add(
            new Job(
                scrape,
                Pipelines.compile(scrape.pipelineStages(), path + ".pipeline_stages"),
                charset(path, scrape.encoding()),
                new Relabeling(scrape.relabelConfigs())));
      } catch (ConfigException e) {
        problems.addAll(e.problems());
      }
    }
    problems.addAll(Pipelines.conflicts(jobs.stream().map(Job::pipeline).toList()));
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return jobs;
  }

  private static Charset charset(String path, String name) {
    if (name.isEmpty()) {
      return StandardCharsets.UTF_8;
    }
    Charset charset;
    try {
      charset = Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new ConfigException(path + ".encoding: encoding \"" + name + "\" unknown");
    }
    if (!Framing.isWide(charset) && (!charset.canEncode() || "\n".getBytes(charset).length != 1)) {
      throw new ConfigException(
          path + ".encoding: encoding \"" + name + "\" is known but not implemented in this build");
    }
    return charset;
  }
}
