package io.sigyn.cli;

import io.sigyn.cli.demo.DemoCheck;
import io.sigyn.cli.demo.LiveDemo;
import io.sigyn.cli.terminal.FailedException;
import io.sigyn.cli.terminal.Session;
import io.sigyn.gocompat.GoDurations;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code demo}: everything together on generated pod logs, to watch or to check. */
@Command(
    name = "demo",
    description = "Starts server, agent and a log generator, and shows lines arrive.")
final class DemoCommand implements Callable<Integer> {
  @ParentCommand private @Nullable Logcli logcli;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--check",
      description =
          "run for a while on free ports, compare what was written with what is returned, exit 0 or 1")
  private boolean check;

  @Option(
      names = "--duration",
      paramLabel = "DURATION",
      description = "how long --check writes; default ${DEFAULT-VALUE}",
      defaultValue = "12s")
  private String duration = "12s";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "of the server; default ${DEFAULT-VALUE}",
      defaultValue = "3100")
  private int port = 3100;

  @Option(
      names = "--agent-port",
      paramLabel = "PORT",
      description = "of the agent; default ${DEFAULT-VALUE}",
      defaultValue = "9080")
  private int agentPort = 9080;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "lines per second, about; default ${DEFAULT-VALUE}",
      defaultValue = "60")
  private int rate = 60;

  @Override
  public Integer call() {
    Logcli parent = Parents.of(logcli);
    Session session = parent.session();
    if (rate < 1 || rate > 100_000) {
      throw new ParameterException(spec.commandLine(), "--rate must be from 1 to 100000: " + rate);
    }
    if (!check) {
      new LiveDemo(session, parent.colours(), home(), port, agentPort, rate).run();
      return 0;
    }
    boolean good =
        new DemoCheck(session, parent.colours(), home(), rate, GoDurations.parse(duration)).run();
    return good ? 0 : 1;
  }

  private static Path home() {
    String home = System.getProperty("sigyn.home");
    if (home == null) {
      throw new FailedException("the demo has to be started by the launcher: ./sigyn demo");
    }
    return Path.of(home);
  }
}
