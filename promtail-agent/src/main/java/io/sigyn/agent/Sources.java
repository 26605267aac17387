package io.sigyn.agent;

import io.sigyn.agent.config.AgentBlock;
import io.sigyn.agent.config.FileSd;
import io.sigyn.agent.config.KubernetesSd;
import io.sigyn.agent.config.ScrapeConfig.StaticConfig;
import io.sigyn.agent.discovery.FileTargets;
import io.sigyn.agent.discovery.LiveTargets;
import io.sigyn.agent.discovery.StaticTargets;
import io.sigyn.agent.discovery.TargetSource;
import io.sigyn.agent.discovery.Targets;
import io.sigyn.agent.kubernetes.PodTargets;
import io.sigyn.agent.kubernetes.PodTargets.Memory;
import io.sigyn.agent.relabel.RelabelConfig;
import io.sigyn.config.ConfigException;
import io.sigyn.life.Clock;
import io.sigyn.model.Labels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Opens the sources of targets that jobs name. */
final class Sources {
  /** Which pods a job asks for. Jobs that ask for the same are told the same at the same moment. */
  private record Pods(KubernetesSd config, Memory memory) {}

  private Sources() {}

  /**
   * Opens all.
   *
   * @throws ConfigException when one cannot be opened; nothing stays open then
   */
  static LiveTargets open(List<Job> jobs, AgentBlock agent, Map<String, String> environment, Clock clock) {
    List<LiveTargets.Job> opened = new ArrayList<>();
    List<TargetSource> all = new ArrayList<>();
    Map<Pods, TargetSource> known = new HashMap<>();
    try {
      for (Job job : jobs) {
        List<TargetSource> sources = new ArrayList<>();
        List<Labels> written = new ArrayList<>();
        for (StaticConfig group : job.scrape().staticConfigs()) {
          written.addAll(StaticTargets.group(group.targets(), group.labels()));
        }
        if (!written.isEmpty()) {
          sources.add(new StaticTargets(written));
        }
        for (FileSd files : job.scrape().fileSdConfigs()) {
          sources.add(new FileTargets(files.files(), files.refreshInterval(), clock));
        }
        for (KubernetesSd pods : job.scrape().kubernetesSdConfigs()) {
          Memory memory =
              new Memory(
                  agent.discovery().metadataTtl(), agent.discovery().metadataWait(), podRoot(job.scrape().relabelConfigs()));
          Pods wanted = new Pods(pods, memory);
          TargetSource source = known.get(wanted);
          if (source == null) {
            source = PodTargets.start(pods, environment, Host.name(), memory, clock);
            known.put(wanted, source);
            all.add(source);
          }
          sources.add(source);
        }
        opened.add(new LiveTargets.Job(job.name(), job.relabeling(), sources));
      }
      return new LiveTargets(opened, Host.name());
    } catch (ConfigException e) {
      all.forEach(TargetSource::close);
      throw e;
    }
  }

  /** The directory above the pods' own that a rule for {@code __path__} tells of, as in <code>/var/log/pods/*$1/*.log</code>. */
  static Optional<Path> podRoot(List<RelabelConfig> rules) {
    for (RelabelConfig rule : rules) {
      String path = rule.replacement();
      if (rule.targetLabel().equals(Targets.PATH) && path.startsWith("/")) {
        int end = 0;
        while (end < path.length() && "*?[{$\\".indexOf(path.charAt(end)) < 0) {
          end++;
        }
        int slash = path.lastIndexOf('/', end - 1);
        if (end < path.length() && slash > 0) {
          return Optional.of(Path.of(path.substring(0, slash)));
        }
      }
    }
    return Optional.empty();
  }
}
