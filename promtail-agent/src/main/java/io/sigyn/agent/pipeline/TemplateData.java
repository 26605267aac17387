package io.sigyn.agent.pipeline;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the templates of a stage see. */
final class TemplateData {
  private TemplateData() {}

  /** Every extracted value as text, the line as {@code Entry}, and {@code Value} unless it is null. */
  static Map<String, Object> of(Entry entry, @Nullable String value) {
    Map<String, Object> data = new HashMap<>();
    for (String name : entry.extractedNames()) {
      String text = entry.extractedText(name);
      if (text != null) {
        data.put(name, text);
      }
    }
    data.put("Entry", entry.line());
    if (value != null) {
      data.put("Value", value);
    }
    return data;
  }
}
