package io.sigyn.logql.stage;

import java.util.Set;

/** Templates as stages need them. */
final class Templates {
  private Templates() {}

  /** The labels a template names. */
  static Set<String> fields(String template) {
    return Set.of();
  }
}
