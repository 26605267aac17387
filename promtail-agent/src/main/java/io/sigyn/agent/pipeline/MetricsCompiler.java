package io.sigyn.agent.pipeline;

import io.sigyn.agent.pipeline.MetricSpec.Action;
import io.sigyn.agent.pipeline.MetricSpec.Kind;
import io.sigyn.config.Binder;
import io.sigyn.config.ConfigNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The options of the stage {@code metrics}, checked. */
final class MetricsCompiler {
  /** One metric as written. */
  record Options(
      Optional<Kind> type,
      String description,
      String source,
      String prefix,
      Duration maxIdleDuration,
      Config config) {
    static final Options DEFAULT =
        new Options(Optional.empty(), "", "", "promtail_custom_", Duration.ofMinutes(5), Config.DEFAULT);

    Options {
      if (maxIdleDuration.compareTo(Duration.ofSeconds(1)) < 0) {
        throw new IllegalArgumentException("max_idle_duration: must be at least 1s");
      }
    }
  }

  /** What belongs to its type. */
  record Config(
      boolean matchAll, boolean countEntryBytes, Optional<String> value, Optional<Action> action, List<String> buckets) {
    static final Config DEFAULT = new Config(false, false, Optional.empty(), Optional.empty(), List.of());
  }

  private static final Set<Action> COUNTS = EnumSet.of(Action.INC, Action.ADD);
  private static final Set<Action> MOVES = EnumSet.of(Action.SET, Action.INC, Action.DEC, Action.ADD, Action.SUB);

  private MetricsCompiler() {}

  /**
   * Checks one metric.
   *
   * @throws io.sigyn.config.ConfigException for what cannot be bound
   * @throws IllegalArgumentException for what does not go together
   */
  static MetricSpec compile(String name, ConfigNode node) {
    Options o = Binder.bind(Options.class, node).value();
    Kind kind = o.type().orElseThrow(() -> bad(name, "type is missing; use counter, gauge, histogram"));
    Config c = o.config();
    Action action = kind == Kind.HISTOGRAM ? Action.OBSERVE : action(name, kind, c);
    if (kind == Kind.COUNTER && c.value().isPresent() && c.matchAll()) {
      throw bad(name, "config.value has no meaning with match_all");
    }
    if (c.countEntryBytes() && !(c.matchAll() && action == Action.ADD)) {
      throw bad(name, "config.count_entry_bytes needs match_all: true and action: add");
    }
    if (kind == Kind.HISTOGRAM && c.buckets().isEmpty()) {
      throw bad(name, "config.buckets is missing");
    }
    String exported = o.prefix() + name;
    if (!isMetric(exported)) {
      throw bad(name, "\"" + exported + "\" is no name of a metric; use letters, digits, _ and :");
    }
    List<Double> buckets = new ArrayList<>();
    for (String bound : c.buckets()) {
      try {
        buckets.add(Double.parseDouble(bound));
      } catch (NumberFormatException e) {
        throw bad(name, "config.buckets: \"" + bound + "\" is no number");
      }
    }
    Collections.sort(buckets);
    return new MetricSpec(
        exported, kind, o.description(), o.source().isEmpty() ? name : o.source(), o.maxIdleDuration(), action, c.value(),
        c.matchAll(), c.countEntryBytes(), List.copyOf(buckets));
  }

  private static Action action(String name, Kind kind, Config c) {
    Set<Action> allowed = kind == Kind.COUNTER ? COUNTS : MOVES;
    Action action = c.action().orElseThrow(() -> bad(name, "config.action is missing; use " + names(allowed)));
    if (!allowed.contains(action)) {
      throw bad(name, "config.action is not one of " + names(allowed));
    }
    return action;
  }

  private static String names(Set<Action> actions) {
    return String.join(", ", actions.stream().map(a -> a.toString().toLowerCase(Locale.ROOT)).toList());
  }

  private static boolean isMetric(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static IllegalArgumentException bad(String name, String problem) {
    return new IllegalArgumentException(name + ": " + problem);
  }
}
