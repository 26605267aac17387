package io.sigyn.agent.config;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The block {@code agent} from environment variables: {@code PROMTAIL_AGENT_TAIL_MAX_LINE_BYTES} is {@code
 * agent.tail.max_line_bytes}. A file that stays loadable by promtail can so be tuned all the same.
 */
final class EnvironmentOverlay {
  private static final String PREFIX = "PROMTAIL_AGENT";

  private EnvironmentOverlay() {}

  static Overlay of(Map<String, String> environment) {
    Map<String, String> values = new LinkedHashMap<>();
    Map<String, String> origins = new LinkedHashMap<>();
    collect(AgentBlock.class, "agent", PREFIX, environment, values, origins);
    return new Overlay(values, origins, Map.of(), Map.of());
  }

  private static void collect(
      Class<?> type,
      String path,
      String variable,
      Map<String, String> environment,
      Map<String, String> values,
      Map<String, String> origins) {
    for (RecordComponent component : type.getRecordComponents()) {
      String key = ConfigKeys.of(component);
      String below = path + "." + key;
      String name = variable + "_" + key.toUpperCase(Locale.ROOT);
      if (component.getType().isRecord() && component.getType().getEnclosingClass() == AgentBlock.class) {
        collect(component.getType(), below, name, environment, values, origins);
      } else if (environment.containsKey(name)) {
        values.put(below, environment.getOrDefault(name, ""));
        origins.put(below, name);
      }
    }
  }
}
