package io.sigyn.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine's name, as {@code __host__} is compared with it. */
final class Host {
  private Host() {}

  /** The environment's HOSTNAME, as a DaemonSet sets it to the node's name, or else the kernel's. */
  static String name() {
    String given = System.getenv("HOSTNAME");
    if (given != null && !given.isEmpty()) {
      return given;
    }
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "localhost";
    }
  }
}
