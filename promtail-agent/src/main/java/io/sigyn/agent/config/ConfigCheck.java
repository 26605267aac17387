package io.sigyn.agent.config;

import io.sigyn.agent.relabel.RelabelConfig;
import io.sigyn.config.ConfigNode;
import io.sigyn.config.ConfigNode.Mapping;
import io.sigyn.config.ConfigNode.Mark;
import io.sigyn.config.ConfigNode.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What holds between several settings of one file. */
final class ConfigCheck {
  private final ConfigNode root;
  private final AgentConfig config;
  private final List<String> problems = new ArrayList<>();

  ConfigCheck(ConfigNode root, AgentConfig config) {
    this.root = root;
    this.config = config;
  }

  List<String> problems(boolean withoutClient) {
    clients("clients", config.clients());
    clients("client", config.client());
    if (config.clients().isEmpty() && config.client().isEmpty() && !withoutClient) {
      problem(root.mark(), "clients", "no client: set clients[].url or -client.url");
    }
    jobs();
    return problems;
  }

  private void clients(String key, List<ClientConfig> clients) {
    for (int i = 0; i < clients.size(); i++) {
      ClientConfig client = clients.get(i);
      String path = key + "[" + i + "]";
      if (client.url().isEmpty()) {
        problem(mark(key, i), path, "url is missing");
      }
      for (int j = 0; j < i; j++) {
        if (clients.get(j).equals(client)) {
          problem(mark(key, i), path, "same settings as " + key + "[" + j + "]; give them different names");
          break;
        } else if (!client.name().isEmpty() && clients.get(j).name().equals(client.name())) {
          problem(mark(key, i), path + ".name", "name \"" + client.name() + "\" already used by " + key + "[" + j + "]");
          break;
        }
      }
    }
  }

  private void jobs() {
    Map<String, Integer> lines = new HashMap<>();
    for (int i = 0; i < config.scrapeConfigs().size(); i++) {
      ScrapeConfig job = config.scrapeConfigs().get(i);
      Mark mark = mark("scrape_configs", i);
      String path = "scrape_configs[" + i + "]";
      Integer first = lines.putIfAbsent(job.jobName(), mark.line());
      if (job.jobName().isEmpty()) {
        problem(mark, path, "job_name is missing");
      } else if (first != null) {
        problem(mark, path, "job_name \"" + job.jobName() + "\" already used at line " + first);
      }
      for (int j = 0; j < job.relabelConfigs().size(); j++) {
        if (job.relabelConfigs().get(j).equals(RelabelConfig.DEFAULT)) {
          problem(mark, path + ".relabel_configs[" + j + "]", "action replace needs target_label");
        }
      }
      for (int j = 0; j < job.kubernetesSdConfigs().size(); j++) {
        if (job.kubernetesSdConfigs().get(j).role().isEmpty()) {
          problem(mark, path + ".kubernetes_sd_configs[" + j + "]", "role is missing; give role: pod");
        }
      }
      if (job.staticConfigs().isEmpty() && job.fileSdConfigs().isEmpty() && job.kubernetesSdConfigs().isEmpty()) {
        problem(mark, path, "job has no source (static_configs, file_sd_configs, kubernetes_sd_configs)");
      }
    }
  }

  private Mark mark(String key, int index) {
    if (root instanceof Mapping mapping
        && mapping.get(key).orElse(root) instanceof Sequence list
        && index < list.items().size()) {
      return list.items().get(index).mark();
    }
    return root.mark();
  }

  private void problem(Mark mark, String path, String message) {
    problems.add(mark + ": " + path + ": " + message);
  }
}
