package io.sigyn.agent.pipeline;

import io.sigyn.agent.pipeline.MetricSpec.Action;
import io.sigyn.agent.pipeline.MetricSpec.Kind;
import io.sigyn.gocompat.GoDurations;
import io.sigyn.gocompat.GoFloats;
import io.sigyn.model.Labels;
import java.util.List;
import java.util.OptionalDouble;

/** Makes numbers of entries, which the agent exports. */
final class MetricsStage implements Stage {
  private final List<MetricSpec> specs;
  private final StageContext context;
  private Labels lastBefore = Labels.EMPTY;
  private Labels lastShown = Labels.EMPTY;

  MetricsStage(List<MetricSpec> specs, StageContext context) {
    this.specs = specs;
    this.context = context;
    specs.forEach(context.metrics()::register);
  }

  @Override
  public boolean process(Entry entry) {
    for (MetricSpec spec : specs) {
      OptionalDouble number = number(spec, entry);
      if (number.isPresent()) {
        double value = number.getAsDouble();
        // Infinity would stay for ever.
        boolean uncountable = spec.kind() == Kind.COUNTER && !(value >= 0 && value < Double.POSITIVE_INFINITY);
        if (uncountable || !context.metrics().record(spec, shown(entry.labels()), value)) {
          context.counters().error("metrics");
        }
      }
    }
    return true;
  }

  private OptionalDouble number(MetricSpec spec, Entry entry) {
    if (spec.matchAll()) {
      if (spec.countBytes()) {
        return OptionalDouble.of(entry.to() - entry.from());
      } else if (spec.action() == Action.INC) {
        return OptionalDouble.of(1);
      }
    }
    String text = entry.extractedText(spec.source());
    if (text == null || (spec.value().isPresent() && !spec.value().get().equals(text))) {
      return OptionalDouble.empty();
    }
    if (spec.action() == Action.INC || spec.action() == Action.DEC) {
      return OptionalDouble.of(1);
    }
    return parse(text);
  }

  /** A number, or a duration in seconds, or a truth as 1 and 0. */
  private OptionalDouble parse(String text) {
    if (text.equals("true") || text.equals("false")) {
      return OptionalDouble.of(text.equals("true") ? 1 : 0);
    }
    try {
      return OptionalDouble.of(GoFloats.parse(text));
    } catch (NumberFormatException e) {
      try {
        return OptionalDouble.of(GoDurations.parseGo(text) / 1e9);
      } catch (IllegalArgumentException notOneEither) {
        context.counters().error("metrics");
        return OptionalDouble.empty();
      }
    }
  }

  private Labels shown(Labels labels) {
    if (!labels.equals(lastBefore)) {
      Labels.Builder shown = Labels.builder();
      labels.forEach(
          (name, value) -> {
            if (!name.startsWith("__")) {
              shown.set(name, value);
            }
          });
      lastBefore = labels;
      lastShown = shown.build();
    }
    return lastShown;
  }
}
