package io.sigyn.server;

import io.sigyn.server.config.ServerConfig;
import java.nio.file.Path;

/** Starts servers on any free port of the loopback address. */
final class Servers {
  private Servers() {}

  /** A server with the settings, without authentication unless they say otherwise. */
  static LokiServer start(Path dir, String yaml) {
    String all = yaml.contains("auth_enabled") ? yaml : "auth_enabled: false\n" + yaml;
    return LokiServer.start(
        ServerConfig.parse(all).withDataDir(dir).withAddress("127.0.0.1").withPort(0));
  }
}
