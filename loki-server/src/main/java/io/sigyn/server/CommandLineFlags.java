package io.sigyn.server;

import io.sigyn.config.Bound;
import io.sigyn.config.ConfigException;
import io.sigyn.config.ConfigKeys;
import io.sigyn.config.ConfigKeys.Acting;
import io.sigyn.config.EnvExpansion;
import io.sigyn.config.Suggestions;
import io.sigyn.server.config.ConfigFlags;
import io.sigyn.server.config.ServerConfig;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The command line in Go's syntax: {@code -name value}, {@code -name=value}, with one dash or two; a switch is {@code
 * -name} or {@code -name=false}. Beside the program's own flags there are those of {@link ConfigFlags}, which win over the
 * file. What is given twice counts as given last.
 *
 * @param own flags of the program, by name without dashes; switches are {@code true} or {@code false}
 * @param settings flags that set a key of the configuration
 */
record CommandLineFlags(Map<String, String> own, Map<String, String> settings) {
  static final String DEFAULT_FILES = "config.yaml,config/config.yaml";

  private static final String FILE = "config.file";
  private static final Set<String> TRUE = Set.of("1", "t", "true");
  private static final Set<String> FALSE = Set.of("0", "f", "false");

  /** The program's own switches and what they do. */
  private static final Map<String, String> SWITCHES = switches();

  private static Map<String, String> switches() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("config.expand-env", "replace ${VAR} and ${VAR:-default} in the file by variables of the environment");
    all.put("verify-config", "check the configuration and exit");
    all.put("print-config-stderr", "print the configuration in effect, without secrets, to standard error");
    all.put("log-config-reverse-order", "log the configuration in effect, last line first");
    all.put("list-targets", "print what -target may be and exit");
    all.put("version", "print the version and exit");
    all.put("help", "print this and exit");
    return all;
  }

  /**
   * Reads a command line.
   *
   * @throws ConfigException for an unknown flag, a flag without its value, or words that are no flags
   */
  static CommandLineFlags parse(List<String> arguments) {
    Map<String, String> own = new LinkedHashMap<>();
    Map<String, String> settings = new LinkedHashMap<>();
    for (int at = 0; at < arguments.size(); at++) {
      String word = arguments.get(at);
      if (!word.startsWith("-") || word.equals("-") || word.equals("--")) {
        throw new ConfigException("\"" + word + "\" is no flag; flags begin with a dash");
      }
      String flag = word.substring(word.startsWith("--") ? 2 : 1);
      int equals = flag.indexOf('=');
      String name = equals < 0 ? flag : flag.substring(0, equals);
      name = name.equals("h") ? "help" : name;
      boolean isOwn = name.equals(FILE) || SWITCHES.containsKey(name);
      if (!isOwn && !ConfigFlags.ALL.isKnown(name)) {
        throw new ConfigException("-" + name + ": no such flag" + hint(name));
      }
      boolean isSwitch = SWITCHES.containsKey(name) || ConfigFlags.ALL.isSwitch(name);
      String value;
      if (equals >= 0) {
        value = flag.substring(equals + 1);
      } else if (isSwitch) {
        value = "true";
      } else if (at + 1 < arguments.size()) {
        value = arguments.get(++at);
      } else {
        throw new ConfigException("-" + name + ": needs a value");
      }
      (isOwn ? own : settings).put(name, isSwitch ? truth(name, value) : value);
    }
    return new CommandLineFlags(own, settings);
  }

  private static String truth(String name, String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    if (TRUE.contains(lower)) {
      return "true";
    } else if (FALSE.contains(lower)) {
      return "false";
    }
    throw new ConfigException("-" + name + ": expected true or false, found \"" + value + "\"");
  }

  private static String hint(String name) {
    Set<String> names = new TreeSet<>(ConfigFlags.ALL.names());
    names.addAll(SWITCHES.keySet());
    names.add(FILE);
    return Suggestions.nearest(name, names).map(nearest -> "; did you mean \"-" + nearest + "\"?").orElse("");
  }

  /** Whether one of the program's own switches is on. */
  boolean isOn(String name) {
    return own.getOrDefault(name, "false").equals("true");
  }

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
    if (isOn("config.expand-env")) {
      Bound<String> expanded = EnvExpansion.expand(file.toString(), text, System::getenv);
      warnings.addAll(expanded.warnings());
      text = expanded.value();
    }
    Bound<ServerConfig> read = ServerConfig.read(file.toString(), text, settings);
    warnings.addAll(read.warnings());
    return new Bound<>(read.value(), warnings);
  }

  private Path file() {
    String files = own.getOrDefault(FILE, DEFAULT_FILES);
    for (String name : files.split(",", -1)) {
      Path file = Path.of(name.strip());
      if (!name.isBlank() && Files.exists(file)) {
        return file;
      }
    }
    throw new ConfigException(files + ": does not exist; give the configuration with -config.file=FILE");
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case CharacterCodingException _ -> "it is not UTF-8 text";
      default -> Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
    };
  }

  /** Every flag that acts. */
  static String usage() {
    StringBuilder out =
        new StringBuilder("Usage: loki-server [flags]\nA log server that speaks Loki's HTTP API.\n\n");
    line(out, FILE, "file,file", "the first of these that exists", DEFAULT_FILES);
    SWITCHES.forEach((name, does) -> line(out, name, "", does, ""));
    out.append("\nKeys of the configuration; flags win over the file:\n");
    for (ConfigKeys key : ConfigFlags.ALL.keys()) {
      if (key instanceof Acting acting) {
        ConfigFlags.ALL
            .flag(acting.path())
            .ifPresent(name -> line(out, name, acting.takes(), acting.path(), acting.text()));
      }
    }
    return out.append("\nAll other flags of Loki 3.7 are accepted with a warning that says why they have no effect.\n")
        .toString();
  }

  private static void line(StringBuilder out, String name, String takes, String does, String otherwise) {
    out.append("  -").append(name);
    if (!takes.isEmpty() && !takes.equals("true or false")) {
      out.append("  ").append(takes);
    }
    out.append("\n        ").append(does);
    if (!otherwise.isEmpty()) {
      out.append(" (default ").append(otherwise).append(')');
    }
    out.append('\n');
  }
}
