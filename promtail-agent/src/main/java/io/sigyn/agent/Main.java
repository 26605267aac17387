package io.sigyn.agent;

import io.sigyn.agent.client.EntryTarget;
import io.sigyn.agent.config.AgentConfig;
import io.sigyn.agent.config.ClientConfig;
import io.sigyn.agent.config.Flags;
import io.sigyn.agent.config.ServerConfig;
import io.sigyn.agent.logging.LogSetup;
import io.sigyn.agent.zone.LocalZone;
import io.sigyn.config.Bound;
import io.sigyn.config.ConfigException;
import io.sigyn.config.ConfigPrinter;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent as a program. Exit codes: 0 ended as told, 1 configuration or start failed, 2 wrong command line, 3 the doctor
 * found problems.
 */
public final class Main {
  private static final Logger log = LoggerFactory.getLogger(Main.class);

  private final Map<String, String> environment;
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;

  Main(Map<String, String> environment, InputStream in, PrintStream out, PrintStream err) {
    this.environment = environment;
    this.in = in;
    this.out = out;
    this.err = err;
  }

  /** Runs until the process is told to end. */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    int code = new Main(System.getenv(), System.in, out, err).run(List.of(arguments));
    System.exit(code);
  }

  int run(List<String> arguments) {
    Flags flags;
    try {
      // "doctor" is a word for what is a flag in promtail's way of writing.
      boolean doctor = !arguments.isEmpty() && arguments.getFirst().equals("doctor");
      List<String> given = new ArrayList<>(doctor ? List.of("-diagnose") : List.of());
      given.addAll(doctor ? arguments.subList(1, arguments.size()) : arguments);
      flags = Flags.parse(given);
    } catch (Flags.UsageException e) {
      err.println(e.getMessage());
      err.print(Flags.usage("promtail"));
      return 2;
    }
    if (flags.isOn("help")) {
      out.print(Flags.usage("promtail"));
      return 0;
    } else if (flags.isOn("version")) {
      out.println("promtail-agent, version " + Version.text() + ", java " + Runtime.version());
      return 0;
    }
    try {
      return start(flags);
    } catch (ConfigException e) {
      e.problems().forEach(problem -> err.println("error: " + problem));
      return 1;
    }
  }

  private int start(Flags flags) {
    Bound<AgentConfig> bound = load(flags);
    AgentConfig config = bound.value();
    ServerConfig server = config.server();
    LogSetup.toStandardError(
        server.logLevel().name().toLowerCase(Locale.ROOT), server.logFormat() == ServerConfig.LogFormat.JSON);
    bound.warnings().forEach(warning -> log.warn("{}", warning));
    LocalZone.ofProcess().say(Instant.ofEpochMilli(Clock.SYSTEM.epochMillis()));
    if (flags.isOn("print-config-stderr")) {
      err.print(ConfigPrinter.print(config));
    }
    if (flags.isOn("log-config-reverse-order")) {
      List<String> lines = ConfigPrinter.print(config).lines().toList();
      lines.reversed().forEach(line -> log.info("{}", line));
    }
    if (flags.isOn("strict") && !bound.warnings().isEmpty()) {
      throw new ConfigException(bound.warnings());
    }
    if (flags.isOn("check-syntax")) {
      Agent.check(config);
      out.println("configuration is valid");
      return 0;
    }
    if (flags.isOn("diagnose")) {
      return diagnose(config);
    }
    Optional<Consumer<String>> inspector = flags.isOn("inspect") ? Optional.of(err::println) : Optional.empty();
    boolean dry = flags.isOn("dry-run");
    if (dry) {
      showClients(config);
    }
    Optional<EntryTarget> instead = dry ? Optional.of(new DryRun(out)) : Optional.empty();
    if (flags.isOn("stdin") || config.targetConfig().stdin()) {
      return StandardInput.run(config, in, instead, inspector, Clock.SYSTEM) ? 0 : 1;
    }
    runUntilToldToEnd(new Reloading(config, () -> load(flags), instead, inspector));
    return 0;
  }

  private int diagnose(AgentConfig config) {
    try {
      return new Doctor(config, out, Doctor.PATIENCE, Clock.SYSTEM).examine(environment) == 0 ? 0 : 3;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private void showClients(AgentConfig config) {
    out.println("clients configured:");
    for (ClientConfig client : config.clients()) {
      out.println("- " + ConfigPrinter.print(client).replace("\n", "\n  ").stripTrailing());
    }
  }

  /** Ends with code 0 when the process gets SIGTERM or SIGINT; the JVM alone would make it 143 or 130. */
  private static void runUntilToldToEnd(Reloading reloading) {
    log.info("agent is running version={} pid={}", Version.text(), ProcessHandle.current().pid());
    Runnable end =
        () -> {
          Agent agent = reloading.agent();
          reloading.close();
          log.info("agent ended read={} acknowledged={}", agent.linesRead(), agent.linesAcknowledged());
          Runtime.getRuntime().halt(0);
        };
    Hangup.handle(reloading::reload);
    Runtime.getRuntime().addShutdownHook(Threads.named("shutdown").newThread(end));
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Bound<AgentConfig> load(Flags flags) {
    String names = flags.get("config.file");
    boolean withoutClient = flags.isOn("dry-run") || flags.isOn("check-syntax") || flags.isOn("diagnose");
    String text = "";
    String file = "command line";
    if (!names.isEmpty()) {
      file = firstExisting(names);
      try {
        text = Files.readString(Path.of(file));
      } catch (IOException e) {
        throw new ConfigException(file + ": cannot be read: " + e);
      }
    } else if (flags.get("client.url").isEmpty()) {
      throw new ConfigException("no configuration file; name one with -config.file");
    }
    Bound<AgentConfig> bound =
        AgentConfig.load(file, text, environment, flags.isOn("config.expand-env"), flags.overlay(), withoutClient);
    List<String> warnings = new ArrayList<>(flags.warnings());
    warnings.addAll(bound.warnings());
    return new Bound<>(bound.value(), warnings);
  }

  private static String firstExisting(String names) {
    for (String name : names.split(",", -1)) {
      if (Files.exists(Path.of(name))) {
        return name;
      }
    }
    throw new ConfigException("configuration file not found: " + names + "; give its path with -config.file");
  }
}
