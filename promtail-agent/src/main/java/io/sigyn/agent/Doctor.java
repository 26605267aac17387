package io.sigyn.agent;

import io.sigyn.agent.client.ServerCheck;
import io.sigyn.agent.config.AgentConfig;
import io.sigyn.agent.config.ClientConfig;
import io.sigyn.agent.diagnosis.Diagnosis;
import io.sigyn.agent.diagnosis.DiagnosisMessage;
import io.sigyn.agent.diagnosis.Manifest;
import io.sigyn.agent.diagnosis.MountTable;
import io.sigyn.agent.discovery.Discovery;
import io.sigyn.agent.discovery.LiveTargets;
import io.sigyn.agent.discovery.Target;
import io.sigyn.agent.discovery.Targets;
import io.sigyn.agent.zone.LocalZone;
import io.sigyn.life.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Looks once at everything that may keep logs from arriving, and says in plain words what is wrong and what to do. Changes
 * nothing.
 */
final class Doctor {
  /** How long sources of targets may take to know them. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final int EXAMPLES = 5;

  private final AgentConfig config;
  private final List<Job> jobs;
  private final PrintStream out;
  private final Duration patience;
  private final Clock clock;
  private int problems;

  Doctor(AgentConfig config, PrintStream out, Duration patience, Clock clock) {
    this.config = config;
    this.jobs = Job.compile(config);
    this.out = out;
    this.patience = patience;
    this.clock = clock;
  }

  /** Prints the report; returns the number of problems. */
  int examine(Map<String, String> environment) throws InterruptedException {
    LocalZone zone = LocalZone.ofProcess();
    out.println(
        "promtail-agent " + Version.text() + " on host " + Host.name() + ", time zone " + zone.zone() + " (" + zone.from() + ")");
    if (!zone.problem().isEmpty()) {
      bad("time zone: " + zone.from() + ": " + zone.problem());
    }
    try (LiveTargets targets = Sources.open(jobs, config.agent(), environment, clock)) {
      targets.await(patience, clock);
      targets.problems().forEach(problem -> bad("targets: " + problem));
      files(targets.current());
    }
    positions();
    for (ClientConfig client : config.clients()) {
      server(client);
    }
    out.println(problems == 0 ? "all is well" : problems + (problems == 1 ? " problem" : " problems"));
    return problems;
  }

  private void good(String text) {
    out.println("ok       " + text);
  }

  private void note(String text) {
    out.println("note     " + text);
  }

  private void bad(String text) {
    problems++;
    out.println("PROBLEM  " + text);
  }

  private void bad(DiagnosisMessage message) {
    bad(message.code() + " " + message.message());
    message.fields().forEach((name, value) -> out.println("           " + name + ": " + value));
    Manifest.of(message).lines().forEach(line -> out.println("           | " + line));
  }

  private void files(Targets targets) {
    Discovery.Scan scan = new Discovery(targets.accepted()).scan(clock.epochMillis());
    TargetAdvice.of(jobs, targets, Host.name()).forEach(this::bad);
    for (Job job : jobs) {
      List<Target> theirs = targets.accepted().stream().filter(target -> target.job().equals(job.name())).toList();
      long found = scan.files().values().stream().filter(of -> of.stream().anyMatch(theirs::contains)).count();
      if (!theirs.isEmpty()) {
        good("job " + job.name() + ": " + theirs.size() + " targets, " + found + " files");
      }
      theirs.stream()
          .filter(target -> scan.files().values().stream().noneMatch(of -> of.contains(target)))
          .filter(target -> !scan.missing().containsKey(target.path().toString()))
          .limit(EXAMPLES)
          .forEach(target -> empty(job, target));
    }
    SortedMap<String, List<Target>> readable = new TreeMap<>();
    Diagnosis.Pace atOnce = new Diagnosis.Pace(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    Diagnosis diagnosis = new Diagnosis(atOnce, clock, MountTable::read, message -> {});
    diagnosis.missing(scan.missing(), scan.unreachable());
    scan.files()
        .forEach(
            (path, of) -> {
              if (Files.isRegularFile(Path.of(path)) && Files.isReadable(Path.of(path))) {
                readable.put(path, of);
              } else {
                diagnosis.failed(path);
              }
            });
    // Walks are rationed; a few turns see them all.
    for (int walked = 0; walked <= scan.files().size() - readable.size(); walked += 200) {
      diagnosis.tick();
    }
    diagnosis.shown().forEach(shown -> bad(shown.message()));
    formats(readable);
  }

  private void empty(Job job, Target target) {
    String running = target.discovered().get("__meta_kubernetes_pod_phase");
    String text = "job " + job.name() + ": " + target.path() + " matches no file";
    if (running.equals("Running")) {
      bad(
          "PTA-LINK-08 " + text + " although pod " + target.discovered().get("__meta_kubernetes_namespace") + "/"
              + target.discovered().get("__meta_kubernetes_pod_name") + " is running; compare the pattern with what is in"
              + " the directory");
    } else {
      note(text);
    }
  }

  /** Compares how files begin with the stage that is to read them; one file of each job is enough. */
  private void formats(SortedMap<String, List<Target>> files) {
    List<String> seen = new ArrayList<>();
    files.forEach(
        (path, targets) -> {
          String job = targets.getFirst().job();
          String begins = beginning(path);
          if (begins.isEmpty() || seen.contains(job)) {
            return;
          }
          seen.add(job);
          Job of = jobs.stream().filter(one -> one.name().equals(job)).findFirst().orElseThrow();
          boolean docker = begins.startsWith("{\"log\":");
          boolean cri = begins.contains("Z stdout ") || begins.contains("Z stderr ") || begins.contains(" stdout F ");
          if (docker && of.hasStage("cri")) {
            bad("job " + job + ": " + path + " looks like docker's json-file, the job uses the stage cri; use docker: {}");
          } else if (cri && of.hasStage("docker")) {
            bad("job " + job + ": " + path + " looks like CRI, the job uses the stage docker; use cri: {}");
          }
        });
  }

  private static String beginning(String path) {
    try (InputStream in = Files.newInputStream(Path.of(path))) {
      return new String(in.readNBytes(256), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private void positions() {
    Path file = Path.of(config.positions().filename()).toAbsolutePath();
    Path dir = file.getParent();
    while (dir != null && !Files.exists(dir)) {
      dir = dir.getParent();
    }
    if (Files.isDirectory(file)) {
      bad("positions: " + file + " is a directory; is it mounted with the wrong subPath?");
    } else if (dir == null || !Files.isWritable(dir)) {
      bad("positions: " + dir + " cannot be written; mount a writable volume for " + file);
    } else {
      good("positions: " + file);
    }
  }

  private void server(ClientConfig client) throws InterruptedException {
    ServerCheck check = ServerCheck.of(client, Version.text(), clock);
    if (check.problem().isEmpty()) {
      good("server " + check.address() + " answers: " + check.answered());
    } else {
      bad("server " + check.address() + " " + check.problem() + " (" + check.answered() + ")");
    }
    check.skew().ifPresent(this::bad);
  }
}
