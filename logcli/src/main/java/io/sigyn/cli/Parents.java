package io.sigyn.cli;

import org.jspecify.annotations.Nullable;

/** The command above, which picocli sets before a command runs. */
final class Parents {
  private Parents() {}

  static Logcli of(@Nullable Logcli parent) {
    if (parent == null) {
      throw new IllegalStateException("a command was run outside the command line");
    }
    return parent;
  }
}
