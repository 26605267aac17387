package io.sigyn.cli;

import io.sigyn.cli.client.Connection;
import io.sigyn.cli.client.LokiClient;
import io.sigyn.cli.terminal.Colours;
import io.sigyn.cli.terminal.FailedException;
import io.sigyn.cli.terminal.Session;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The top of the command line: what every command needs to know. These options may stand before or
 * after a command.
 */
@Command(
    name = "sigyn",
    description = "Asks a Loki-compatible server for logs.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = ProgramVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    subcommands = {
      QueryCommand.class,
      InstantQueryCommand.class,
      LabelsCommand.class,
      SeriesCommand.class,
      StatsCommand.class,
      VolumeCommand.class,
      VolumeRangeCommand.class,
      DetectedFieldsCommand.class,
      FmtCommand.class,
      DemoCommand.class
    })
final class Logcli implements Runnable {
  private static final String DEFAULT_ADDRESS = "http://localhost:3100";

  private final Session session;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--addr",
      scope = ScopeType.INHERIT,
      paramLabel = "URL",
      description = "the server; LOKI_ADDR, else " + DEFAULT_ADDRESS)
  private @Nullable String address;

  @Option(
      names = "--org-id",
      scope = ScopeType.INHERIT,
      paramLabel = "TENANT",
      description = "the tenant, sent as X-Scope-OrgID; LOKI_ORG_ID")
  private @Nullable String tenant;

  @Option(
      names = "--username",
      scope = ScopeType.INHERIT,
      paramLabel = "NAME",
      description = "for HTTP basic authentication; LOKI_USERNAME")
  private @Nullable String username;

  @Option(
      names = "--password",
      scope = ScopeType.INHERIT,
      paramLabel = "TEXT",
      description =
          "for HTTP basic authentication; better in LOKI_PASSWORD, where ps does not show it")
  private @Nullable String password;

  @Option(
      names = "--bearer-token",
      scope = ScopeType.INHERIT,
      paramLabel = "TOKEN",
      description = "for the Authorization header; LOKI_BEARER_TOKEN")
  private @Nullable String bearerToken;

  @Option(
      names = "--bearer-token-file",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "a file with the token; LOKI_BEARER_TOKEN_FILE")
  private @Nullable String bearerTokenFile;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "data only: no common labels, no remarks")
  private boolean quiet;

  @Option(
      names = {"--no-color", "--no-colour"},
      scope = ScopeType.INHERIT,
      description = "no colours on a terminal either; NO_COLOR")
  private boolean noColour;

  @Option(
      names = "--colored-output",
      scope = ScopeType.INHERIT,
      description = "colours even when the output is not a terminal")
  private boolean colourAlways;

  Logcli(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  Session session() {
    return session;
  }

  boolean quiet() {
    return quiet;
  }

  Colours colours() {
    if (colourAlways) {
      return Colours.ON;
    }
    return session.terminal() && !noColour && session.variable("NO_COLOR").isEmpty()
        ? Colours.ON
        : Colours.OFF;
  }

  /** A client for the server that options and environment name. */
  LokiClient client() {
    return new LokiClient(
        Connection.of(
            given(address, "LOKI_ADDR").orElse(DEFAULT_ADDRESS),
            given(tenant, "LOKI_ORG_ID"),
            given(username, "LOKI_USERNAME"),
            given(password, "LOKI_PASSWORD"),
            token()));
  }

  /** What a command asks about a range of time, and what it prints. */
  interface Question {
    void ask(LokiClient client, RangeOptions.Range range, PrintStream out);
  }

  /** Asks the server; times that were typed without a zone are those of this machine. */
  int ask(RangeOptions range, Question question) {
    RangeOptions.Range asked = range.range(session.clock(), ZoneId.systemDefault());
    try (LokiClient client = client()) {
      question.ask(client, asked, session.out());
    }
    return 0;
  }

  private Optional<String> token() {
    Optional<String> direct = given(bearerToken, "LOKI_BEARER_TOKEN");
    Optional<String> file = given(bearerTokenFile, "LOKI_BEARER_TOKEN_FILE");
    if (direct.isPresent() && file.isPresent()) {
      throw new FailedException("give the bearer token itself or its file, not both");
    }
    if (file.isEmpty()) {
      return direct;
    }
    try {
      return Optional.of(Files.readString(Path.of(file.get())).strip());
    } catch (IOException e) {
      throw new FailedException(
          "cannot read the bearer token from " + file.get() + ": " + reason(e));
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "no such file";
      case AccessDeniedException denied -> "permission denied";
      default -> e.toString();
    };
  }

  private Optional<String> given(@Nullable String option, String variable) {
    return option == null ? session.variable(variable) : Optional.of(option);
  }
}
