package io.sigyn.agent.pipeline;

import io.sigyn.gocompat.regexp.GoCaptures;
import io.sigyn.model.Labels;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Stages that move values between line, labels, metadata and extracted values, and need no more than that. */
final class LineStages {
  private LineStages() {}

  /** Options of the stage regex. */
  record RegexOptions(String expression, String source) {
    static final RegexOptions DEFAULT = new RegexOptions("", "");
  }

  /** Named groups of the first match become extracted values. */
  static final class Regex implements Stage {
    private final GoCaptures expression;
    private final String source;
    private String lastValue = "";
    private Optional<List<String>> lastGroups = Optional.empty();
    private boolean hasLast;

    Regex(GoCaptures expression, String source) {
      this.expression = expression;
      this.source = source;
    }

    @Override
    public boolean process(Entry entry) {
      String value = source.isEmpty() ? entry.line() : entry.extractedText(source);
      if (value == null) {
        return true;
      }
      groups(value)
          .ifPresent(
              groups -> {
                List<String> names = expression.names();
                for (int i = 1; i < groups.size(); i++) {
                  if (!names.get(i).isEmpty()) {
                    entry.extract(names.get(i), groups.get(i));
                  }
                }
              });
      return true;
    }

    /** A source that is not the line, as filename, is the same for many lines. */
    private Optional<List<String>> groups(String value) {
      if (source.isEmpty()) {
        return expression.find(value);
      }
      if (!hasLast || !lastValue.equals(value)) {
        lastGroups = expression.find(value);
        lastValue = value;
        hasLast = true;
      }
      return lastGroups;
    }
  }

  /** Extracted values become labels. */
  static final class LabelsFromExtracted implements Stage {
    private final Map<String, String> sources;
    private final LabelCache cache = new LabelCache();

    LabelsFromExtracted(Map<String, String> sources) {
      this.sources = sources;
    }

    @Override
    public boolean process(Entry entry) {
      sources.forEach(
          (label, key) -> {
            String value = entry.extractedText(key.isEmpty() ? label : key);
            if (value != null) {
              entry.setLabels(cache.with(entry.labels(), label, value));
            }
          });
      return true;
    }
  }

  /** Fixed labels. */
  static final class StaticLabels implements Stage {
    private final Map<String, String> values;
    private final LabelCache cache = new LabelCache();

    StaticLabels(Map<String, String> values) {
      this.values = values;
    }

    @Override
    public boolean process(Entry entry) {
      values.forEach(
          (label, value) -> {
            if (!value.isEmpty()) {
              entry.setLabels(cache.with(entry.labels(), label, value));
            }
          });
      return true;
    }
  }

  /** Removes labels: those listed, or those not listed. */
  static final class LabelFilter implements Stage {
    private final List<String> names;
    private final boolean keepListed;
    private Labels lastBefore = Labels.EMPTY;
    private Labels lastAfter = Labels.EMPTY;

    LabelFilter(List<String> names, boolean keepListed) {
      this.names = names;
      this.keepListed = keepListed;
    }

    @Override
    public boolean process(Entry entry) {
      Labels before = entry.labels();
      if (!before.equals(lastBefore)) {
        Labels.Builder after = Labels.builder();
        before.forEach(
            (name, value) -> {
              if (names.contains(name) == keepListed) {
                after.set(name, value);
              }
            });
        lastBefore = before;
        lastAfter = after.build();
      }
      entry.setLabels(lastAfter);
      return true;
    }
  }

  /** Extracted values, or else labels, become structured metadata; a label of the same value is removed. */
  static final class StructuredMetadata implements Stage {
    private final Map<String, String> sources;
    private final LabelCache cache = new LabelCache();

    StructuredMetadata(Map<String, String> sources) {
      this.sources = sources;
    }

    @Override
    public boolean process(Entry entry) {
      sources.forEach(
          (name, key) -> {
            String from = key.isEmpty() ? name : key;
            String value = entry.extractedText(from);
            String label = entry.labels().get(from);
            if (value == null && !label.isEmpty()) {
              value = label;
            }
            if (value != null) {
              entry.setMetadata(name, value);
              if (value.equals(label)) {
                entry.setLabels(cache.with(entry.labels(), from, ""));
              }
            }
          });
      return true;
    }
  }

  /** Removes structured metadata. */
  record MetadataDrop(List<String> names) implements Stage {
    @Override
    public boolean process(Entry entry) {
      Labels.Builder rest = entry.metadata().toBuilder();
      names.forEach(rest::remove);
      entry.setMetadata(rest.build());
      return true;
    }
  }

  /** Options of the stage output. */
  record OutputOptions(String source) {
    static final OutputOptions DEFAULT = new OutputOptions("");
  }

  /** An extracted value becomes the line. */
  record Output(String source) implements Stage {
    @Override
    public boolean process(Entry entry) {
      String value = entry.extractedText(source);
      if (value != null) {
        entry.setLine(value);
      }
      return true;
    }
  }

  /** Options of the stage tenant. */
  record TenantOptions(String label, String source, String value) {
    static final TenantOptions DEFAULT = new TenantOptions("", "", "");
  }

  /** Chooses the tenant. */
  record Tenant(TenantOptions options) implements Stage {
    @Override
    public boolean process(Entry entry) {
      String chosen = options.value();
      if (!options.label().isEmpty()) {
        chosen = entry.labels().get(options.label());
      } else if (!options.source().isEmpty()) {
        String extracted = entry.extractedText(options.source());
        chosen = extracted == null ? "" : extracted;
      }
      if (!chosen.isEmpty()) {
        entry.setTenant(chosen);
      }
      return true;
    }
  }
}
