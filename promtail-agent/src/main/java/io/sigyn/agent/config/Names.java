package io.sigyn.agent.config;

import java.util.Map;

/** Checks that several records share. Each throws IllegalArgumentException with "KEY: problem". */
public final class Names {
  private Names() {}

  /** Whether the text is a label name: {@code [a-zA-Z_][a-zA-Z0-9_]*}. */
  public static boolean isLabel(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** Refuses a name that is no label name. */
  public static void labels(String key, Map<String, String> labels) {
    for (String name : labels.keySet()) {
      if (!isLabel(name)) {
        throw new IllegalArgumentException(
            key + ": \"" + name + "\" is no label name; use letters, digits and _, not starting with a digit");
      }
    }
  }
}
