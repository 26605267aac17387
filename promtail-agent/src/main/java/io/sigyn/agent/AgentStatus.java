package io.sigyn.agent;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sigyn.agent.config.AgentBlock.PerFile;
import io.sigyn.agent.config.AgentConfig;
import io.sigyn.agent.diagnosis.Diagnosis;
import io.sigyn.agent.discovery.Targets;
import io.sigyn.agent.server.Exposition;
import io.sigyn.agent.server.Status;
import io.sigyn.agent.source.ReadCounters;
import io.sigyn.agent.source.TailView;
import io.sigyn.config.ConfigPrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the pages of an agent show. */
final class AgentStatus implements Status {
  private static final int MANY_FILES = 2000;

  private final Agent agent;
  private final String version;

  AgentStatus(Agent agent, String version) {
    this.agent = agent;
    this.version = version;
  }

  @Override
  public List<String> notReady() {
    List<String> reasons = new ArrayList<>();
    if (!agent.config().server().healthCheckTarget()) {
      return reasons;
    }
    if (!agent.isDiscovered()) {
      reasons.add("log files were not looked for yet");
      return reasons;
    }
    reasons.addAll(agent.targets().unknown());
    Map<String, int[]> byJob = new TreeMap<>();
    for (TailView view : agent.files()) {
      int[] counts = byJob.computeIfAbsent(view.jobs(), job -> new int[2]);
      counts[0]++;
      counts[1] += agent.diagnosis().isUnreadable(view.path()) ? 1 : 0;
    }
    byJob.forEach(
        (job, counts) -> {
          if (counts[0] == counts[1]) {
            reasons.add(
                counts[1] + " of " + counts[0] + " log files of job " + job + " unreadable: " + problems());
          }
        });
    return reasons;
  }

  private String problems() {
    List<String> texts = new ArrayList<>();
    for (Diagnosis.Shown shown : agent.diagnosis().shown()) {
      Map<String, String> fields = shown.message().fields();
      String dir = fields.getOrDefault("missing_dir", "");
      texts.add(
          shown.message().code() + " "
              + (shown.message().code().equals("PTA-LINK-01") ? dir + " is not mounted" : shown.message().message()));
    }
    return texts.isEmpty() ? "being looked into" : String.join("; ", texts);
  }

  @Override
  public List<String> degraded() {
    List<String> problems = new ArrayList<>();
    agent.positions().problem().ifPresent(problems::add);
    problems.addAll(agent.targets().problems());
    for (Lane lane : agent.lanes()) {
      if (!lane.problem().isEmpty()) {
        problems.add(lane.problem());
      }
    }
    for (Diagnosis.Shown shown : diagnosis()) {
      problems.add(shown.message().code() + " " + shown.message().message() + " " + shown.message().fields());
    }
    return problems;
  }

  @Override
  public List<TailView> files() {
    return agent.files();
  }

  @Override
  public Targets targets() {
    return agent.targets().current();
  }

  @Override
  public List<Diagnosis.Shown> diagnosis() {
    List<Diagnosis.Shown> all = new ArrayList<>();
    agent.advice().forEach(message -> all.add(new Diagnosis.Shown(message, List.of())));
    all.addAll(agent.diagnosis().shown());
    return all;
  }

  @Override
  public String config() {
    AgentConfig config = agent.config();
    return ConfigPrinter.print(config);
  }

  @Override
  public String metrics() {
    PrometheusMeterRegistry registry = agent.registry();
    Exposition out = new Exposition();
    List<TailView> files = agent.files();
    out.gauge("promtail_build_info", "The running version.");
    out.sample(1, "branch", "", "goversion", "", "javaversion", Runtime.version().toString(), "revision", "", "version",
        version);
    out.counter("promtail_config_reload_success_total", "Times the configuration was loaded again.");
    out.sample(agent.reloads().succeeded().get());
    out.counter("promtail_config_reload_fail_total", "Times the configuration could not be loaded again.");
    out.sample(agent.reloads().failed().get());
    long active = files.stream().filter(view -> view.state().equals("reading")).count();
    out.gauge("promtail_files_active_total", "Files being read.").sample(active);
    out.gauge("promtail_targets_active_total", "Targets.").sample(agent.targets().current().accepted().size());
    out.counter("promtail_targets_failed_total", "Targets left out.");
    agent.targets().current().refused().forEach((reason, count) -> out.sample(count, "reason", reason));
    out.counter("logentry_dropped_lines_total", "Lines dropped by stages and limits.");
    agent.counters().dropped().forEach((reason, count) -> out.sample(count, "reason", reason));
    out.counter("promtail_agent_stage_errors_total", "What stages could not do.");
    agent.counters().errors().forEach((stage, count) -> out.sample(count, "stage", stage));
    out.counter("promtail_agent_partial_entries_total", "Parts of entries that were joined.");
    out.sample(agent.counters().parts());
    out.counter("logentry_dropped_lines_by_label_total", "Lines dropped by a limit on a label's values.");
    agent
        .counters()
        .droppedByLabel()
        .forEach((by, count) -> out.sample(count, "label_name", by.name(), "label_value", by.value()));
    // Every lane has the same lines; one of them counts.
    agent.lanes().stream().findFirst().ifPresent(lane -> lane.metrics().show(out::family));
    perFile(files, out);
    reading(files, out);
    out.gauge("promtail_agent_buffer_bytes", "Memory taken by entries that are not acknowledged.");
    agent.lanes().forEach(lane -> out.sample(lane.heldBytes(), "client", lane.name()));
    out.counter("promtail_agent_positions_write_errors_total", "Failed writes of the positions file.");
    out.sample(agent.positions().writeErrors());
    out.gauge("promtail_agent_links_total", "Paths that cannot be read.").sample(agent.diagnosis().unreadable());
    return registry.scrape() + out;
  }

  private void perFile(List<TailView> files, Exposition out) {
    PerFile mode = agent.config().agent().metrics().perFile();
    if (mode == PerFile.OFF || (mode == PerFile.AUTO && files.size() > MANY_FILES)) {
      return;
    }
    out.gauge("promtail_read_bytes_total", "Bytes read of the file now at the path.");
    files.forEach(view -> out.sample(view.read(), "path", view.path()));
    out.gauge("promtail_file_bytes_total", "Bytes of the file now at the path.");
    files.forEach(view -> out.sample(view.size(), "path", view.path()));
    out.counter("promtail_read_lines_total", "Lines read under the path.");
    files.forEach(view -> out.sample(view.lines(), "path", view.path()));
  }

  private void reading(List<TailView> files, Exposition out) {
    out.gauge("promtail_agent_lag_bytes", "Bytes in files that were not read yet.");
    out.sample(files.stream().mapToLong(TailView::lag).sum());
    ReadCounters first = agent.lanes().isEmpty() ? new ReadCounters() : agent.lanes().getFirst().tailer().counters();
    out.gauge("promtail_agent_open_files", "Log files open now.");
    out.sample(agent.lanes().stream().mapToLong(lane -> lane.tailer().openFiles()).sum());
    out.gauge("promtail_agent_watched_directories", "Directories of silent files that the kernel watches.");
    out.sample(agent.lanes().stream().mapToLong(lane -> lane.tailer().watchedDirectories()).sum());
    out.counter("promtail_agent_watch_events_total", "Changes in watched directories that the kernel told of.");
    out.sample(first.watchEvents.sum());
    out.counter("promtail_agent_long_lines_total", "Lines longer than agent.tail.max_line_bytes.");
    out.sample(first.longLines.sum());
    out.counter("promtail_agent_nul_bytes_skipped_total", "NUL bytes left out.").sample(first.skippedNuls.sum());
    out.counter("promtail_agent_rotations_total", "Files replaced by others under their path.");
    out.sample(first.rotations.sum());
    out.counter("promtail_agent_truncations_total", "Files whose content was replaced in place.");
    out.sample(first.truncations.sum());
    out.counter("promtail_agent_abandoned_bytes_total", "Bytes given up unread or undelivered.");
    out.sample(first.abandonedBytes.sum());
  }
}
