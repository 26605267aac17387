package io.sigyn.agent.config;

import io.sigyn.config.Key;
import java.lang.reflect.RecordComponent;

/** The key of a record component in the file, by the binder's rule. */
final class ConfigKeys {
  private ConfigKeys() {}

  static String of(RecordComponent component) {
    Key key = component.getAnnotation(Key.class);
    if (key != null) {
      return key.value();
    }
    StringBuilder out = new StringBuilder();
    String name = component.getName();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c)) {
        out.append('_').append(Character.toLowerCase(c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
