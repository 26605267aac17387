package io.sigyn.server;

import io.sigyn.life.Threads;
import io.sigyn.config.Bound;
import io.sigyn.config.ConfigException;
import io.sigyn.error.LokiException;
import io.sigyn.server.api.Build;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.server.logging.Logging;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program. Ends with 0 when it was asked to stop and stopped in order, with 1 when it could not
 * start or stop: then the reason stands on one line of standard error.
 */
public final class Main {
  private Main() {}

  /** Runs the server until the process is asked to stop. */
  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  static int run(String[] args, PrintStream out, PrintStream err) {
    CommandLineFlags flags;
    try {
      flags = CommandLineFlags.parse(List.of(args));
    } catch (ConfigException e) {
      e.problems().forEach(problem -> err.println(problem + "; -help lists the flags"));
      return 1;
    }
    if (flags.isOn("help")) {
      out.print(CommandLineFlags.usage());
      return 0;
    }
    if (flags.isOn("version")) {
      out.println(
          "sigyn loki-server, version "
              + Build.VERSION
              + " (API of Loki "
              + Build.LOKI_VERSION
              + ", Java "
              + Runtime.version()
              + ")");
      return 0;
    }
    if (flags.isOn("list-targets")) {
      out.println("all");
      return 0;
    }
    Bound<ServerConfig> config;
    try {
      config = flags.config();
    } catch (ConfigException e) {
      e.problems().forEach(err::println);
      return 1;
    }
    return start(flags, config, err);
  }

  private static int start(CommandLineFlags flags, Bound<ServerConfig> config, PrintStream err) {
    ServerConfig effective = config.value();
    Logging.configure(effective.server().logLevel(), effective.server().logFormat());
    Logger log = LoggerFactory.getLogger(Main.class);
    config.warnings().forEach(warning -> log.warn("{}", warning));
    if (flags.isOn("print-config-stderr")) {
      err.println(
          "---\n# configuration of sigyn loki-server " + Build.VERSION + "\n" + effective.print());
    }
    if (flags.isOn("log-config-reverse-order")) {
      // The first lines come last, where somebody who follows the log sees them.
      effective.print().lines().toList().reversed().forEach(line -> log.info("{}", line));
    }
    if (flags.isOn("verify-config")) {
      err.println("config is valid");
      return 0;
    }
    LokiServer server;
    try {
      server = LokiServer.start(effective);
    } catch (ConfigException e) {
      e.problems().forEach(problem -> log.error("server could not start: {}", problem));
      return 1;
    } catch (LokiException e) {
      log.error("server could not start: {}", e.text());
      return 1;
    } catch (RuntimeException e) {
      log.error("server could not start", e);
      return 1;
    }
    serve(server);
    return 0;
  }

  /**
   * Blocks until the process or the server is asked to stop; then the server stops and the process ends with its status.
   */
  private static void serve(LokiServer server) {
    AtomicInteger status = new AtomicInteger();
    Thread stop =
        Threads.named("shutdown").newThread(
            () -> {
              try {
                server.close();
              } catch (RuntimeException e) {
                LoggerFactory.getLogger(Main.class).error("server did not stop in order", e);
                status.set(1);
              }
              // Ends with our own status: after a signal the machine would report the signal.
              Runtime.getRuntime().halt(status.get());
            });
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      server.awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // The hook, which is next, meets the same and reports it.
    }
  }
}
