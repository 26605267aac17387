package io.sigyn.benchmarks.macro;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command says about the server it starts when it is given none. */
final class OwnServerOptions {
  @Option(names = "--heap", paramLabel = "SIZE", description = "heap of the own server, such as 512m")
  private @Nullable String heap;

  @Option(names = "--config-line", paramLabel = "YAML", description = "line for the own server's configuration; may be repeated")
  private List<String> configLines = List.of();

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  /**
   * Starts the server.
   *
   * @param limits more lines of {@code limits_config}, indented
   * @param server more lines of the section {@code server}, indented
   */
  OwnServer start(HttpClient http, String limits, String server) throws IOException, InterruptedException {
    Path home = Path.of(System.getProperty("sigyn.home", "."));
    String extra = limits + "\n" + String.join("\n", configLines);
    return OwnServer.start(http, home, Optional.ofNullable(heap), extra, server);
  }

  /** Where the command prints. */
  PrintWriter out() {
    return Objects.requireNonNull(command, "picocli sets it").commandLine().getOut();
  }
}
