package io.sigyn.server.write;

import io.sigyn.model.Labels;
import io.sigyn.server.limits.Limits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is added to what was pushed: {@code service_name} to a stream, {@code detected_level} and
 * the tenant's generic fields to the structured metadata of an entry. For one batch and one thread.
 */
final class Enrichment {
  static final String SERVICE_NAME = "service_name";
  static final String LEVEL = "detected_level";
  private static final String UNKNOWN_SERVICE = "unknown_service";

  private final Limits limits;
  private final boolean levels;
  private final LineFields fields;
  private String streamLevel = "";
  private Labels stream = Labels.EMPTY;

  /**
   * Metadata with a level, by the metadata without and the level: entries of a batch share most of
   * it.
   */
  private final Map<Labels, Map<String, Labels>> known = new HashMap<>();

  private Labels lastGeneric = Labels.EMPTY;
  private String lastLevel = "";
  private Labels lastEnriched = Labels.EMPTY;

  Enrichment(Limits limits) {
    this.limits = limits;
    this.levels = limits.discoverLogLevels() && limits.allowStructuredMetadata();
    this.fields = new LineFields(limits.logLevelFromJsonMaxDepth());
  }

  /** The stream's labels with {@code service_name}; entries that follow are of this stream. */
  Labels stream(Labels pushed) {
    stream = withService(pushed);
    streamLevel = first(stream, limits.logLevelFields()).map(Levels::named).orElse("");
    return stream;
  }

  /** The same for a stream that was seen before. */
  Labels stream(KnownStreams.Known known) {
    stream = known.labels();
    streamLevel = known.level();
    return stream;
  }

  /** The level that the stream's labels give all its entries; empty for none. */
  String streamLevel() {
    return streamLevel;
  }

  private Labels withService(Labels pushed) {
    if (limits.discoverServiceName().isEmpty() || pushed.has(SERVICE_NAME) || isInternal(pushed)) {
      return pushed;
    }
    String name = first(pushed, limits.discoverServiceName()).orElse(UNKNOWN_SERVICE);
    return pushed.toBuilder().set(SERVICE_NAME, name).build();
  }

  private static boolean isInternal(Labels labels) {
    return labels.has("__aggregated_metric__") || labels.has("__pattern__");
  }

  /** The entry's metadata with what was found out about {@code line[from, to)}. */
  @SuppressWarnings("ReferenceEquality") // neighbours share their set; the table is asked only when they do not
  Labels metadata(Labels pushed, byte[] line, int from, int to) {
    Labels generic =
        limits.allowStructuredMetadata() ? withGenericFields(pushed, line, from, to) : pushed;
    if (!levels) {
      return generic;
    }
    String level = level(pushed, line, from, to);
    if (generic == lastGeneric && level.equals(lastLevel)) {
      return lastEnriched;
    }
    Labels enriched = enriched(generic, level);
    lastGeneric = generic;
    lastLevel = level;
    lastEnriched = enriched;
    return enriched;
  }

  private Labels enriched(Labels generic, String level) {
    if (generic.isEmpty()) {
      Labels alone = Levels.alone(level);
      if (!alone.isEmpty()) {
        return alone;
      }
    }
    Map<String, Labels> byLevel = known.get(generic);
    if (byLevel == null) {
      byLevel = new HashMap<>();
      known.put(generic, byLevel);
    }
    Labels enriched = byLevel.get(level);
    if (enriched == null) {
      enriched = generic.toBuilder().set(LEVEL, level).build();
      byLevel.put(level, enriched);
    }
    return enriched;
  }

  private String level(Labels metadata, byte[] line, int from, int to) {
    if (!metadata.isEmpty() && metadata.has(LEVEL)) {
      return Levels.named(metadata.get(LEVEL));
    }
    if (!streamLevel.isEmpty()) {
      return streamLevel;
    }
    if (!metadata.isEmpty()) {
      Optional<String> named = first(metadata, limits.logLevelFields());
      if (named.isPresent()) {
        return Levels.named(named.get());
      }
      if (metadata.has("severity_number")) {
        return Levels.ofSeverityNumber(metadata.get("severity_number"));
      }
    }
    if (fields.find(line, from, to, limits.logLevelFields())) {
      String named = Levels.known(fields.bytes(), fields.from(), fields.to());
      if (!named.isEmpty()) {
        return named;
      }
    }
    return Levels.ofText(line, from, to);
  }

  private Labels withGenericFields(Labels metadata, byte[] line, int from, int to) {
    Map<String, List<String>> wanted = limits.discoverGenericFields().fields();
    if (wanted.isEmpty()) {
      return metadata;
    }
    Labels.Builder more = metadata.toBuilder();
    wanted.forEach((name, names) ->
        first(stream, names)
            .or(() -> first(metadata, names))
            .or(() -> inLine(line, from, to, names))
            .ifPresent(value -> more.set(name, value)));
    return more.build();
  }

  private Optional<String> inLine(byte[] line, int from, int to, List<String> names) {
    return fields.find(line, from, to, names) && fields.to() > fields.from()
        ? Optional.of(fields.text())
        : Optional.empty();
  }

  private static Optional<String> first(Labels labels, List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      String value = labels.get(names.get(i));
      if (!value.isEmpty()) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }
}
