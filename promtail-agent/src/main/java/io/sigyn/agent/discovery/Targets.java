package io.sigyn.agent.discovery;

import io.sigyn.agent.relabel.Relabeling;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Targets made of static groups.
 *
 * @param accepted in the order of the file
 * @param refused how many were left out, by promtail's reason: dropped, wrong_host, no_path, exists
 */
public record Targets(List<Target> accepted, Map<String, Integer> refused) {
  /** The name of the label that holds the glob. */
  public static final String PATH = "__path__";

  private static final String EXCLUDE = "__path_exclude__";
  private static final String HOST = "__host__";
  private static final String TENANT = "__tenant_id__";

  /** Copies. */
  public Targets {
    accepted = List.copyOf(accepted);
    refused = Map.copyOf(refused);
  }

  /**
   * One group of a job.
   *
   * @param addresses values of {@code __address__}; empty means localhost
   */
  public record Group(String job, List<String> addresses, Map<String, String> labels, Relabeling relabeling) {}

  /**
   * Relabels the groups and leaves out what is not for this host or there already.
   *
   * @param host the name {@code __host__} is compared with
   */
  public static Targets of(List<Group> groups, String host) {
    List<Target> accepted = new ArrayList<>();
    Map<String, Integer> refused = new LinkedHashMap<>();
    for (Group group : groups) {
      for (String address : group.addresses().isEmpty() ? List.of("localhost") : group.addresses()) {
        Labels.Builder discovered = Labels.builder().set("__address__", address);
        group.labels().forEach(discovered::set);
        add(group, discovered.build(), host, accepted, refused);
      }
    }
    return new Targets(accepted, refused);
  }

  private static void add(
      Group group, Labels discovered, String host, List<Target> accepted, Map<String, Integer> refused) {
    Optional<Labels> relabelled = group.relabeling().apply(discovered);
    if (relabelled.isEmpty()) {
      refused.merge("dropped", 1, Integer::sum);
      return;
    }
    Labels labels = relabelled.get();
    if (labels.has(HOST) && !labels.get(HOST).equals(host)) {
      refused.merge("wrong_host", 1, Integer::sum);
      return;
    }
    if (!labels.has(PATH)) {
      refused.merge("no_path", 1, Integer::sum);
      return;
    }
    try {
      Optional<Glob> exclude =
          labels.has(EXCLUDE) ? Optional.of(Glob.compile(labels.get(EXCLUDE))) : Optional.empty();
      Labels.Builder shown = Labels.builder();
      labels.forEach(
          (name, value) -> {
            if (!name.startsWith("__")) {
              shown.set(name, value);
            }
          });
      Target target =
          new Target(
              group.job(), shown.build(), discovered, Glob.compile(labels.get(PATH)), exclude, labels.get(TENANT));
      if (accepted.stream().anyMatch(target::sameAs)) {
        refused.merge("exists", 1, Integer::sum);
      } else {
        accepted.add(target);
      }
    } catch (IllegalArgumentException e) {
      // Relabelling made a pattern that no check of the file could see.
      refused.merge("error", 1, Integer::sum);
    }
  }
}
