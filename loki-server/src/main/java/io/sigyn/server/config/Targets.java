package io.sigyn.server.config;

import io.sigyn.config.Suggestions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which parts of Loki a process runs. Here there is one choice: everything. */
final class Targets {
  private static final String ALL = "all";
  private static final Set<String> SIMPLE_SCALABLE = Set.of("read", "write", "backend");
  private static final Set<String> MICROSERVICES =
      Set.of(
          "distributor",
          "ingester",
          "querier",
          "ingester-querier",
          "query-frontend",
          "query-scheduler",
          "query-engine",
          "query-engine-scheduler",
          "query-engine-worker",
          "index-gateway",
          "compactor",
          "ruler",
          "pattern-ingester",
          "overrides-exporter",
          "cache-generation-loader",
          "bloom-gateway",
          "bloom-planner",
          "bloom-builder",
          "table-manager",
          "ingest-limits",
          "ingest-limits-frontend",
          "dataobj-consumer",
          "dataobj-index-builder",
          "ui-server");

  private Targets() {}

  /**
   * Accepts what comes to everything: {@code all}, alone or among others, and {@code read,write,backend}.
   *
   * @throws IllegalArgumentException that says what to do instead
   */
  static void check(String target) {
    List<String> parts = List.of(target.strip().split("\\s*,\\s*", -1));
    for (String part : parts) {
      if (!part.equals(ALL) && !SIMPLE_SCALABLE.contains(part) && !MICROSERVICES.contains(part)) {
        Set<String> known = new TreeSet<>(SIMPLE_SCALABLE);
        known.addAll(MICROSERVICES);
        known.add(ALL);
        String hint = Suggestions.hint(part, known);
        throw new IllegalArgumentException(
            "target: \"" + part + "\" is no part of Loki" + (hint.isEmpty() ? ";" : hint) + " write all");
      }
    }
    if (!parts.contains(ALL) && !parts.containsAll(SIMPLE_SCALABLE)) {
      throw new IllegalArgumentException(
          "target: \""
              + target
              + "\" cannot be run alone: one process does the work of read, write and backend. Start one, with target all"
              + " and the same file, send pushes and queries to its port, and keep common.path_prefix on a disk that"
              + " stays; what Loki has in object storage is not read (docs/compatibility.md)");
    }
  }
}
