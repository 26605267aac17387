package io.sigyn.agent.pipeline;

import io.sigyn.model.Labels;
import java.util.HashMap;
import java.util.Map;

/** Remembers label sets made of other label sets, so that lines with equal labels share one object. For one thread. */
final class LabelCache {
  private static final int MAX = 1024;

  private record Edit(Labels before, String name, String value) {}

  private final Map<Edit, Labels> results = new HashMap<>();
  private Edit last = new Edit(Labels.EMPTY, "", "");
  private Labels lastResult = Labels.EMPTY;

  /** The labels with one label set; an empty value removes it. */
  Labels with(Labels labels, String name, String value) {
    if (labels.get(name).equals(value)) {
      return labels;
    }
    if (labels.equals(last.before) && name.equals(last.name) && value.equals(last.value)) {
      return lastResult;
    }
    if (results.size() >= MAX) {
      results.clear();
    }
    last = new Edit(labels, name, value);
    lastResult =
        results.computeIfAbsent(last, edit -> edit.before().toBuilder().set(edit.name(), edit.value()).build());
    return lastResult;
  }
}
