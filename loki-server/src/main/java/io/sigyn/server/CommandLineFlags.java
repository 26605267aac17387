package io.sigyn.server;

import io.sigyn.config.Bound;
import io.sigyn.config.ConfigException;
import io.sigyn.config.EnvExpansion;
import io.sigyn.server.config.LogFormat;
import io.sigyn.server.config.LogLevel;
import io.sigyn.server.config.ServerConfig;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The flags of the program, named as Loki's; each may be written with one dash or two. Flags win
 * over the file.
 */
@Command(
    name = "loki-server",
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = "A log server that speaks Loki's HTTP API.")
final class CommandLineFlags {
  static final String DEFAULT_FILES = "config.yaml,config/config.yaml";

  @Option(
      names = {"-config.file", "--config.file"},
      paramLabel = "FILE[,FILE]",
      description =
          "The configuration: the first of these files that exists. Default: " + DEFAULT_FILES)
  String configFile = DEFAULT_FILES;

  @Option(
      names = {"-config.expand-env", "--config.expand-env"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description =
          "Replace $${VAR} and $${VAR:-default} in the file by variables of the environment.")
  boolean expandEnv;

  @Option(
      names = {"-target", "--target"},
      paramLabel = "NAME",
      description = "What to run; all is the only choice.")
  @Nullable String target;

  @Option(
      names = {"-verify-config", "--verify-config"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Check the configuration and exit.")
  boolean verifyConfig;

  @Option(
      names = {"-print-config-stderr", "--print-config-stderr"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Print the configuration in effect to standard error.")
  boolean printConfig;

  @Option(
      names = {"-server.http-listen-address", "--server.http-listen-address"},
      paramLabel = "ADDRESS",
      description = "Listen on this address.")
  @Nullable String listenAddress;

  @Option(
      names = {"-server.http-listen-port", "--server.http-listen-port"},
      paramLabel = "PORT",
      description = "Listen on this port.")
  @Nullable Integer listenPort;

  @Option(
      names = {"-log.level", "--log.level"},
      paramLabel = "LEVEL",
      description = "debug, info, warn or error.")
  @Nullable String logLevel;

  @Option(
      names = {"-log.format", "--log.format"},
      paramLabel = "FORMAT",
      description = "logfmt or json.")
  @Nullable String logFormat;

  @Option(
      names = {"-version", "--version"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Print the version and exit.")
  boolean version;

  @Option(
      names = {"-help", "--help", "-h"},
      usageHelp = true,
      description = "Print this and exit.")
  boolean help;

  /**
   * The configuration of file and flags.
   *
   * @throws ConfigException with every problem
   */
  Bound<ServerConfig> config() {
    Path file = file();
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new ConfigException(file + ": cannot be read: " + reason(e));
    }
    List<String> warnings = new ArrayList<>();
    if (expandEnv) {
      Bound<String> expanded = EnvExpansion.expand(file.toString(), text, System::getenv);
      warnings.addAll(expanded.warnings());
      text = expanded.value();
    }
    Bound<ServerConfig> read = ServerConfig.read(file.toString(), text);
    warnings.addAll(read.warnings());
    return new Bound<>(withFlags(read.value()), warnings);
  }

  private Path file() {
    for (String name : configFile.split(",", -1)) {
      Path file = Path.of(name.strip());
      if (!name.isBlank() && Files.exists(file)) {
        return file;
      }
    }
    throw new ConfigException(
        configFile + ": does not exist; give the configuration with -config.file=FILE");
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case CharacterCodingException _ -> "it is not UTF-8 text";
      default -> Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
    };
  }

  private ServerConfig withFlags(ServerConfig config) {
    ServerConfig result = config;
    if (target != null && !target.equals("all")) {
      throw new ConfigException(
          "-target: \""
              + target
              + "\" cannot be run alone; this server runs all its parts in one process, write all");
    }
    if (listenAddress != null) {
      result = result.withAddress(listenAddress);
    }
    if (listenPort != null) {
      try {
        result = result.withPort(listenPort);
      } catch (IllegalArgumentException e) {
        throw new ConfigException("-server.http-listen-port: must be 0 to 65535, is " + listenPort);
      }
    }
    LogLevel level = choice("-log.level", logLevel, LogLevel.values(), result.server().logLevel());
    LogFormat format =
        choice("-log.format", logFormat, LogFormat.values(), result.server().logFormat());
    return result.withLog(level, format);
  }

  private static <E extends Enum<E>> E choice(
      String flag, @Nullable String text, E[] values, E otherwise) {
    if (text == null) {
      return otherwise;
    }
    List<String> names = new ArrayList<>();
    for (E value : values) {
      String name = value.name().toLowerCase(Locale.ROOT);
      if (name.equals(text.toLowerCase(Locale.ROOT))) {
        return value;
      }
      names.add(name);
    }
    throw new ConfigException(flag + ": \"" + text + "\" unknown; use " + String.join(", ", names));
  }
}
