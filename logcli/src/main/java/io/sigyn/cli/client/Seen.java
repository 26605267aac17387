package io.sigyn.cli.client;

import io.sigyn.model.Labels;

/** What tells lines of one nanosecond apart. */
record Seen(Labels labels, String line) {
  static Seen of(ShownEntry entry) {
    return new Seen(entry.labels(), entry.text());
  }
}
