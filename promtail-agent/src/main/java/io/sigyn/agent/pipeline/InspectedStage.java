package io.sigyn.agent.pipeline;

import io.sigyn.gocompat.GoQuote;
import io.sigyn.model.Labels;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A stage whose changes are shown. Slow, and only for people who look on. */
final class InspectedStage implements Stage {
  private final String name;
  private final Stage stage;
  private final Consumer<String> out;

  InspectedStage(String name, Stage stage, Consumer<String> out) {
    this.name = name;
    this.stage = stage;
    this.out = out;
  }

  /** Everything about an entry that a stage may change. */
  private static Map<String, String> seen(Entry entry) {
    Map<String, String> all = new TreeMap<>();
    all.put("line", entry.line());
    all.put("timestamp", Long.toString(entry.timestamp()));
    all.put("tenant", entry.tenant());
    labels("label ", entry.labels(), all);
    labels("metadata ", entry.metadata(), all);
    for (String extracted : entry.extractedNames()) {
      String text = entry.extractedText(extracted);
      if (text != null) {
        all.put("extracted " + extracted, text);
      }
    }
    return all;
  }

  private static void labels(String prefix, Labels labels, Map<String, String> all) {
    labels.forEach((label, value) -> all.put(prefix + label, value));
  }

  @Override
  public boolean process(Entry entry) {
    Map<String, String> before = seen(entry);
    boolean goesOn = stage.process(entry);
    Map<String, String> after = seen(entry);
    StringBuilder text = new StringBuilder("[inspect] stage ").append(name).append(':');
    int changes = 0;
    TreeSet<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    for (String key : keys) {
      String old = before.getOrDefault(key, "");
      String now = after.getOrDefault(key, "");
      if (!old.equals(now)) {
        changes++;
        text.append("\n  ").append(key).append(": ").append(GoQuote.quote(old)).append(" -> ").append(GoQuote.quote(now));
      }
    }
    if (!goesOn) {
      text.append("\n  the entry is dropped or held back");
    } else if (changes == 0) {
      text.append(" no change");
    }
    out.accept(text.toString());
    return goesOn;
  }

  @Override
  public long heldFrom() {
    return stage.heldFrom();
  }

  @Override
  public boolean isReady() {
    return stage.isReady();
  }

  @Override
  public long patience() {
    return stage.patience();
  }

  @Override
  public void flush(Entry entry, Consumer<Entry> next) {
    stage.flush(entry, next);
  }
}
