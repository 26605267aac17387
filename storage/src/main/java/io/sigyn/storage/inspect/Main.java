package io.sigyn.storage.inspect;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program {@code sigyn storage}: exit code 0 when all is well, 1 when something was found, 2 for a wrong command line. */
public final class Main {
  private Main() {}

  @Command(name = "sigyn storage", description = "Looks into the directory of a store.")
  private static final class Storage {}

  /** Runs one command and exits. */
  public static void main(String[] args) {
    // What the store would log about damage is part of the report here.
    if (System.getProperty("slf4j.provider") == null) {
      System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
      System.setProperty("slf4j.internal.verbosity", "WARN");
    }
    PrintWriter out = new PrintWriter(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    System.exit(run(out, err, args));
  }

  /** Runs one command. Nothing is exited and no stream is closed. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = new CommandLine(new Storage());
    line.addSubcommand(new CommandLine(new InspectCommand(out, err)));
    line.addSubcommand(new CommandLine.HelpCommand());
    line.setOut(out);
    line.setErr(err);
    line.setExpandAtFiles(false);
    line.setParameterExceptionHandler(
        (failure, arguments) -> {
          err.println(failure.getMessage());
          err.println("see sigyn storage inspect --help");
          return CommandLine.ExitCode.USAGE;
        });
    line.setExecutionStrategy(
        parsed -> {
          if (parsed.subcommand() == null && !parsed.isUsageHelpRequested()) {
            parsed.commandSpec().commandLine().usage(out);
            return CommandLine.ExitCode.USAGE;
          }
          return new CommandLine.RunLast().execute(parsed);
        });
    int code = line.execute(args);
    out.flush();
    err.flush();
    return code;
  }
}
