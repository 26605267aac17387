package io.sigyn.agent.pipeline;

import io.sigyn.config.ConfigException;
import io.sigyn.config.ConfigNode;
import io.sigyn.config.ConfigNode.Mapping;
import io.sigyn.config.ConfigNode.Scalar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns the {@code pipeline_stages} of a job into a {@link Pipeline}. */
public final class Pipelines {
  private Pipelines() {}

  /**
   * Compiles.
   *
   * @param path of the list in the file, for messages
   * @throws ConfigException with every problem found
   */
  public static Pipeline compile(List<ConfigNode> stages, String path) {
    List<String> problems = new ArrayList<>();
    List<MetricSpec> metrics = new ArrayList<>();
    List<StageSpec> specs = specs(stages, path, problems, metrics);
    problems.addAll(conflicts(path, metrics));
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new Pipeline(specs, metrics);
  }

  /** What is wrong with pipelines that run in one agent: metrics of one name that are not the same metric. */
  public static List<String> conflicts(List<Pipeline> pipelines) {
    return conflicts("scrape_configs", pipelines.stream().flatMap(one -> one.metrics().stream()).toList());
  }

  private static List<String> conflicts(String path, List<MetricSpec> metrics) {
    List<String> problems = new ArrayList<>();
    Map<String, MetricSpec> first = new HashMap<>();
    for (MetricSpec spec : metrics) {
      MetricSpec other = first.putIfAbsent(spec.name(), spec);
      if (other != null && (other.kind() != spec.kind() || !other.buckets().equals(spec.buckets()))) {
        problems.add(
            path + ": metric \"" + spec.name() + "\" is a " + other.kind() + other.buckets() + " in one stage and a "
                + spec.kind() + spec.buckets() + " in another; give one of them another name or prefix");
      }
    }
    return problems;
  }

  /** Compiles a list of stages, nested ones included; problems and metrics are added. */
  static List<StageSpec> specs(
      List<ConfigNode> stages, String path, List<String> problems, List<MetricSpec> metrics) {
    List<StageSpec> specs = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      ConfigNode node = stages.get(i);
      String at = path + "[" + i + "]";
      if (!(node instanceof Mapping mapping) || mapping.entries().size() != 1) {
        problems.add(node.mark() + ": " + at + ": expected one stage name with its options, found " + found(node));
        continue;
      }
      ConfigNode.Entry stage = mapping.entries().getFirst();
      // Whoever is followed by other stages keeps its values for them.
      boolean extracting = i + 1 < stages.size() || path.endsWith(".stages");
      try {
        StageSpec spec = new StageCompiler(stage, at, extracting, problems, metrics).compile();
        String shown = at.substring(at.indexOf("pipeline_stages") < 0 ? 0 : at.indexOf("pipeline_stages")) + " " + stage.key();
        specs.add(
            context ->
                context.inspection().isPresent()
                    ? new InspectedStage(shown, spec.open(context), context.inspection().get())
                    : spec.open(context));
      } catch (ConfigException e) {
        problems.addAll(e.problems());
      }
    }
    return specs;
  }

  private static String found(ConfigNode node) {
    return switch (node) {
      case Mapping mapping when mapping.entries().isEmpty() -> "none";
      case Mapping mapping ->
          "the keys " + String.join(", ", mapping.entries().stream().map(ConfigNode.Entry::key).toList());
      case Scalar scalar -> scalar.describe();
      case ConfigNode.Sequence sequence -> sequence.describe();
    };
  }
}
