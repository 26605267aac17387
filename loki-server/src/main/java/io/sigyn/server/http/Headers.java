package io.sigyn.server.http;

import java.util.ArrayList;
import java.util.List;

/**
 * The headers of a request in order of arrival. Names are compared without regard to case.
 * Immutable once handed out.
 */
public final class Headers {
  private final List<String> namesAndValues = new ArrayList<>();

  Headers() {}

  void add(String name, String value) {
    namesAndValues.add(name);
    namesAndValues.add(value);
  }

  /**
   * The value of the first header of that name, without blanks around it; empty when there is none.
   */
  public String first(String name) {
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      if (namesAndValues.get(i).equalsIgnoreCase(name)) {
        return namesAndValues.get(i + 1).strip();
      }
    }
    return "";
  }

  /** Whether there is such a header, with whatever value. */
  public boolean has(String name) {
    return count(name) > 0;
  }

  /** How often the header occurs. */
  public int count(String name) {
    int count = 0;
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      if (namesAndValues.get(i).equalsIgnoreCase(name)) {
        count++;
      }
    }
    return count;
  }
}
