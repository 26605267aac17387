package io.sigyn.agent;

import io.sigyn.agent.config.AgentConfig;
import io.sigyn.agent.config.ScrapeConfig;
import io.sigyn.agent.config.ScrapeConfig.StaticConfig;
import io.sigyn.agent.discovery.Targets;
import io.sigyn.agent.pipeline.Pipeline;
import io.sigyn.agent.pipeline.Pipelines;
import io.sigyn.agent.relabel.Relabeling;
import io.sigyn.config.ConfigException;
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
record Job(String name, Pipeline pipeline, Charset charset, List<Targets.Group> groups) {
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
        Relabeling relabeling = new Relabeling(scrape.relabelConfigs());
        List<Targets.Group> groups = new ArrayList<>();
        for (StaticConfig group : scrape.staticConfigs()) {
          groups.add(new Targets.Group(scrape.jobName(), group.targets(), group.labels(), relabeling));
        }
        jobs.add(
            new Job(
                scrape.jobName(),
                Pipelines.compile(scrape.pipelineStages(), path + ".pipeline_stages"),
                charset(path, scrape.encoding()),
                groups));
      } catch (ConfigException e) {
        problems.addAll(e.problems());
      }
    }
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
    if (!charset.canEncode() || "\n".getBytes(charset).length != 1) {
      throw new ConfigException(
          path + ".encoding: encoding \"" + name + "\" is known but not implemented in this build");
    }
    return charset;
  }
}
