package io.sigyn.agent.discovery;

import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Targets that are written in the configuration. */
public record StaticTargets(List<Labels> discovered) implements TargetSource {
  /** Copies the list. */
  public StaticTargets {
    discovered = List.copyOf(discovered);
  }

  /**
   * One label set for each address.
   *
   * @param addresses values of {@code __address__}; none means localhost
   */
  public static List<Labels> group(List<String> addresses, Map<String, String> labels) {
    List<Labels> all = new ArrayList<>();
    for (String address : addresses.isEmpty() ? List.of("localhost") : addresses) {
      Labels.Builder discovered = Labels.builder().set("__address__", address);
      labels.forEach(discovered::set);
      all.add(discovered.build());
    }
    return all;
  }

  @Override
  public long version() {
    return 0;
  }
}
