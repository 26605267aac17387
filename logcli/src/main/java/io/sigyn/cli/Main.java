package io.sigyn.cli;

import io.sigyn.cli.terminal.FailedException;
import io.sigyn.cli.terminal.Session;
import io.sigyn.life.Clock;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The program {@code logcli}: exit code 0 when all went well, 1 when not, 2 when the command line
 * is wrong.
 */
public final class Main {
  private Main() {}

  /** Runs one command and exits. */
  public static void main(String[] args) {
    PrintStream out = stream(FileDescriptor.out, false);
    PrintStream err = stream(FileDescriptor.err, true);
    System.exit(
        run(new Session(System.in, out, err, readByPerson(), System.getenv(), Clock.SYSTEM), args));
  }

  /** Runs one command. Nothing is exited and no stream is closed. */
  public static int run(Session session, String... args) {
    Logcli logcli = new Logcli(session);
    CommandLine line = new CommandLine(logcli);
    line.setExpandAtFiles(false);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setOut(new PrintWriter(session.out(), false, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(session.err(), true, StandardCharsets.UTF_8));
    boolean colour = session.terminal() && session.variable("NO_COLOR").isEmpty();
    line.setColorScheme(CommandLine.Help.defaultColorScheme(colour ? Ansi.ON : Ansi.OFF));
    line.setParameterExceptionHandler((failure, arguments) -> correct(failure));
    line.setExecutionExceptionHandler((failure, command, result) -> explain(failure, session));
    int code = line.execute(args);
    line.getOut().flush();
    line.getErr().flush();
    session.out().flush();
    session.err().flush();
    return code;
  }

  /** One line and where to read on: a page of options would hide what was wrong. */
  private static int correct(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(failure.getMessage());
    UnmatchedArgumentException.printSuggestions(failure, err);
    err.println("see " + command.getCommandSpec().qualifiedName() + " --help");
    return CommandLine.ExitCode.USAGE;
  }

  private static int explain(Exception failure, Session session) {
    session.out().flush();
    if (failure instanceof FailedException failed) {
      session.err().println(failed.text());
    } else {
      session.err().println("unexpected failure, please report it:");
      failure.printStackTrace(session.err());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** The launcher says it: a shell can ask about standard output alone, the JVM cannot. */
  private static boolean readByPerson() {
    return Boolean.getBoolean("sigyn.terminal");
  }

  private static PrintStream stream(FileDescriptor descriptor, boolean flushing) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor), 1 << 16),
        flushing,
        StandardCharsets.UTF_8);
  }
}
