package io.sigyn.agent.discovery;

import io.sigyn.agent.relabel.Relabeling;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Targets made of label sets by relabelling.
 *
 * @param accepted in the order of the file
 * @param refused how many were left out, by promtail's reason: dropped, wrong_host, no_path, exists, error
 * @param left examples of those that were left out, at most {@value #MAX_LEFT} for each job
 */
public record Targets(List<Target> accepted, Map<String, Integer> refused, List<Left> left) {
  /** The name of the label that holds the glob. */
  public static final String PATH = "__path__";

  /** Examples kept for each job. */
  public static final int MAX_LEFT = 100;

  private static final String EXCLUDE = "__path_exclude__";
  private static final String HOST = "__host__";
  private static final String TENANT = "__tenant_id__";

  /** Copies. */
  public Targets {
    accepted = List.copyOf(accepted);
    refused = Map.copyOf(refused);
    left = List.copyOf(left);
  }

  /** Label sets of a job before relabelling, with {@code __address__}. */
  public record Group(String job, List<Labels> discovered, Relabeling relabeling) {}

  /**
   * A label set that became no target.
   *
   * @param reason promtail's word
   * @param rule the index of the relabel rule that dropped it, -1 when none did
   */
  public record Left(String job, Labels discovered, String reason, int rule) {}

  /** What makes two targets the same. */
  private record Same(String job, Labels labels, String path, String exclude) {}

  /**
   * Relabels the groups and leaves out what is not for this host or there already.
   *
   * @param host the name {@code __host__} is compared with
   */
  public static Targets of(List<Group> groups, String host) {
    Making making = new Making(host);
    for (Group group : groups) {
      for (Labels discovered : group.discovered()) {
        making.add(group, discovered);
      }
    }
    return new Targets(making.accepted, making.refused, making.left);
  }

  private static final class Making {
    final List<Target> accepted = new ArrayList<>();
    final Map<String, Integer> refused = new LinkedHashMap<>();
    final List<Left> left = new ArrayList<>();
    private final String host;
    private final Set<Same> seen = new HashSet<>();
    private final Map<String, Integer> leftOfJob = new HashMap<>();
    private final Map<String, Glob> globs = new HashMap<>();

    Making(String host) {
      this.host = host;
    }

    void add(Group group, Labels discovered) {
      Optional<Labels> relabelled = group.relabeling().apply(discovered);
      if (relabelled.isEmpty()) {
        refuse(group, discovered, "dropped");
        return;
      }
      Labels labels = relabelled.get();
      if (labels.has(HOST) && !labels.get(HOST).equals(host)) {
        refuse(group, discovered, "wrong_host");
      } else if (!labels.has(PATH)) {
        refuse(group, discovered, "no_path");
      } else {
        try {
          accept(group, discovered, labels);
        } catch (IllegalArgumentException e) {
          // Relabelling made a pattern that no check of the file could see.
          refuse(group, discovered, "error");
        }
      }
    }

    private void accept(Group group, Labels discovered, Labels labels) {
      Labels.Builder shown = Labels.builder();
      labels.forEach(
          (name, value) -> {
            if (!name.startsWith("__")) {
              shown.set(name, value);
            }
          });
      Same same = new Same(group.job(), shown.build(), labels.get(PATH), labels.get(EXCLUDE));
      if (seen.contains(same)) {
        refuse(group, discovered, "exists");
        return;
      }
      Optional<Glob> exclude = labels.has(EXCLUDE) ? Optional.of(glob(labels.get(EXCLUDE))) : Optional.empty();
      accepted.add(
          new Target(group.job(), same.labels(), discovered, glob(labels.get(PATH)), exclude, labels.get(TENANT)));
      seen.add(same);
    }

    private Glob glob(String pattern) {
      return globs.computeIfAbsent(pattern, Glob::compile);
    }

    private void refuse(Group group, Labels discovered, String reason) {
      refused.merge(reason, 1, Integer::sum);
      if (leftOfJob.merge(group.job(), 1, Integer::sum) <= MAX_LEFT) {
        int rule = reason.equals("dropped") ? group.relabeling().droppedBy(discovered) : -1;
        left.add(new Left(group.job(), discovered, reason, rule));
      }
    }
  }
}
