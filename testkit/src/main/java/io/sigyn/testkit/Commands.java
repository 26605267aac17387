package io.sigyn.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Runs programs of the system. */
public final class Commands {
  private Commands() {}

  /** Waits for the end; throws IOException with what was said when it is not a success. */
  public static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.onExit().join().exitValue();
    if (code != 0) {
      throw new IOException(String.join(" ", command) + " ended with " + code + ": " + said.strip());
    }
  }
}
