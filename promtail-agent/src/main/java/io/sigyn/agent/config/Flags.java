package io.sigyn.agent.config;

import io.sigyn.config.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The command line, in Go's syntax: {@code -name value}, {@code -name=value}, with one dash or two; a switch is {@code
 * -name} or {@code -name=false}. It ends at the first word that is no flag, or at {@code --}.
 *
 * @param values flag to value, of flags that were given; switches have {@code true} or {@code false}
 */
public record Flags(Map<String, String> values) {
  /** A command line that cannot be used. */
  public static final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
      super(message, null, false, false);
    }
  }

  private enum Kind {
    TEXT,
    SWITCH
  }

  /** A flag: what it takes, where it goes in the file (empty: nowhere), what it says in the usage. */
  private record Flag(Kind kind, String path, String help) {}

  private static final Map<String, Flag> FLAGS = new TreeMap<>();

  private static final String EXTERNAL_LABELS = "client.external-labels";

  private static void text(String name, String path, String help) {
    FLAGS.put(name, new Flag(Kind.TEXT, path, help));
  }

  private static void toggle(String name, String path, String help) {
    FLAGS.put(name, new Flag(Kind.SWITCH, path, help));
  }

  static {
    text("config.file", "", "configuration file; of several, separated by commas, the first that exists");
    toggle("config.expand-env", "", "replace ${NAME} and ${NAME:-default} in the file by environment variables");
    toggle("check-syntax", "", "check the whole configuration and exit");
    toggle("diagnose", "", "look at targets, files, servers and clocks once, say what is wrong, exit with 0 or 3");
    toggle("inspect", "", "show what each stage changes of each entry, on standard error");
    toggle("stdin", "", "read lines from standard input instead of files, with the first job's pipeline");
    toggle("strict", "", "warnings about the configuration are errors");
    toggle("dry-run", "", "print entries instead of sending them; positions are not changed");
    toggle("version", "", "print the version and exit");
    toggle("help", "", "print this and exit");
    toggle("print-config-stderr", "", "print the effective configuration, without secrets, to standard error");
    toggle("log-config-reverse-order", "", "log the effective configuration, last line first");
    text("log.level", "server.log_level", "debug, info, warn or error");
    text("log.format", "server.log_format", "logfmt or json");
    text("client.url", "client:url", "add a client with this push address");
    text("client.batch-wait", "client:batchwait", "for -client.url: age at which a batch is sent");
    text("client.batch-size-bytes", "client:batchsize", "for -client.url: size at which a batch is sent");
    text("client.max-retries", "client:backoff_config.max_retries", "for -client.url");
    text("client.min-backoff", "client:backoff_config.min_period", "for -client.url");
    text("client.max-backoff", "client:backoff_config.max_period", "for -client.url");
    text("client.timeout", "client:timeout", "for -client.url");
    text("client.tenant-id", "client:tenant_id", "for -client.url");
    text(EXTERNAL_LABELS, "", "NAME=VALUE,... labels for the entries of every client; those in the file win");
    toggle("client.drop-rate-limited-batches", "client:drop_rate_limited_batches", "for -client.url");
    text("positions.file", "positions.filename", "where delivered offsets are kept");
    text("positions.sync-period", "positions.sync_period", "how often they are written");
    toggle("positions.ignore-invalid-yaml", "positions.ignore_invalid_yaml", "start over when the file is damaged");
    text("target.sync-period", "target_config.sync_period", "how often globs are evaluated anew");
    text("file-watch.min_poll_frequency", "global.file_watch_config.min_poll_frequency", "period for growing files");
    text("file-watch.max_poll_frequency", "global.file_watch_config.max_poll_frequency", "period for silent files");
    text("limit.readline-rate", "limits_config.readline_rate", "lines a second");
    text("limit.readline-burst", "limits_config.readline_burst", "lines at once");
    toggle("limit.readline-rate-enabled", "limits_config.readline_rate_enabled", "limit lines");
    toggle("limit.readline-rate-drop", "limits_config.readline_rate_drop", "drop lines above the limit");
    text("max-streams", "limits_config.max_streams", "label sets in use at once; 0 is no limit");
    text("max-line-size", "limits_config.max_line_size", "bytes of a line; 0 is no limit");
    toggle("max-line-size-truncate", "limits_config.max_line_size_truncate", "cut longer lines instead of dropping them");
    toggle("server.disable", "server.disable", "serve no pages");
    text("server.http-listen-address", "server.http_listen_address", "address of the pages");
    text("server.http-listen-port", "server.http_listen_port", "port of the pages; 0 takes a free one");
    text("server.grpc-listen-port", "server.grpc_listen_port", "accepted; no gRPC is served");
    text("server.path-prefix", "server.http_path_prefix", "stands before the path of every page");
    toggle("server.register-instrumentation", "server.register_instrumentation", "serve /metrics");
    toggle("server.enable-runtime-reload", "server.enable_runtime_reload", "serve /reload; SIGHUP works without it");
    unbuilt();
  }

  /** Flags of promtail that have no effect here. */
  private static void unbuilt() {
    for (String name :
        List.of(
            "server.log-source-ips-enabled", "server.log-source-ips-full", "server.log-request-headers",
            "server.log-request-at-info-level-enabled", "server.profiling_enabled",
            "tracing.enabled", "server.http-log-closed-connections-without-response-enabled",
            "server.proxy-protocol-enabled", "server.report-grpc-codes-in-instrumentation-label-enabled",
            "server.trace-request-headers", "server.grpc.keepalive.ping-without-stream-allowed",
            "server.grpc.recv-buffer-pools-enabled", "server.grpc.stats-tracking-enabled",
            "server.cluster-validation.http.enabled", "server.cluster-validation.http.soft-validation",
            "server.cluster-validation.grpc.enabled", "server.cluster-validation.grpc.soft-validation")) {
      toggle(name, "", "accepted, no effect");
    }
    for (String name :
        List.of(
            "server.graceful-shutdown-timeout", "server.http-read-timeout", "server.http-write-timeout",
            "server.http-idle-timeout", "server.http-read-header-timeout", "server.http-conn-limit",
            "server.grpc-conn-limit", "server.http-listen-network", "server.grpc-listen-network",
            "server.grpc-listen-address", "server.http-tls-cert-path", "server.http-tls-key-path",
            "server.http-tls-client-auth", "server.http-tls-ca-path", "server.grpc-tls-cert-path",
            "server.grpc-tls-key-path", "server.grpc-tls-client-auth", "server.grpc-tls-ca-path",
            "server.tls-cipher-suites", "server.tls-min-version", "server.log-source-ips-header",
            "server.log-source-ips-regex", "server.log-request-headers-exclude-list",
            "server.grpc-max-recv-msg-size-bytes", "server.grpc-max-send-msg-size-bytes",
            "server.grpc-max-concurrent-streams", "server.grpc.keepalive.max-connection-age",
            "server.grpc.keepalive.max-connection-age-grace", "server.grpc.keepalive.max-connection-idle",
            "server.grpc.keepalive.min-time-between-pings", "server.grpc.keepalive.time",
            "server.grpc.keepalive.timeout", "server.grpc.num-workers", "server.grpc-collect-max-streams-by-conn",
            "server.cluster-validation.label", "server.cluster-validation.http.excluded-paths",
            "server.cluster-validation.http.excluded-user-agents", "server.throughput.latency-cutoff",
            "server.throughput.unit", "server.trace-request-headers-exclude-list")) {
      text(name, "", "accepted, no effect");
    }
  }

  /** Copies the map. */
  public Flags {
    values = new LinkedHashMap<>(values);
  }

  /**
   * Reads a command line.
   *
   * @throws UsageException for an unknown flag, a flag without its value, or words after the flags
   */
  public static Flags parse(List<String> arguments) {
    Map<String, String> values = new LinkedHashMap<>();
    int at = 0;
    while (at < arguments.size()) {
      String word = arguments.get(at++);
      if (word.equals("--")) {
        break;
      }
      if (!word.startsWith("-") || word.equals("-")) {
        throw new UsageException("unexpected word \"" + word + "\"; flags begin with a dash");
      }
      String flag = word.substring(word.startsWith("--") ? 2 : 1);
      int equals = flag.indexOf('=');
      String name = equals < 0 ? flag : flag.substring(0, equals);
      Flag known = FLAGS.get(name.equals("h") ? "help" : name);
      if (known == null) {
        throw new UsageException(
            "flag provided but not defined: -" + name + Suggestions.hint(name, FLAGS.keySet()));
      }
      if (name.equals("h")) {
        name = "help";
      }
      if (equals >= 0) {
        put(values, name, flag.substring(equals + 1));
      } else if (known.kind() == Kind.SWITCH) {
        values.put(name, "true");
      } else if (at < arguments.size()) {
        put(values, name, arguments.get(at++));
      } else {
        throw new UsageException("flag needs an argument: -" + name);
      }
      if (known.kind() == Kind.SWITCH && !List.of("true", "false", "1", "0", "t", "f").contains(values.get(name))) {
        throw new UsageException("flag -" + name + " takes true or false, not \"" + values.get(name) + "\"");
      }
    }
    return new Flags(values);
  }

  /** The last value counts, but labels add up. */
  private static void put(Map<String, String> values, String name, String value) {
    if (name.equals(EXTERNAL_LABELS)) {
      if (labels(value).isEmpty()) {
        return;
      }
      values.merge(name, value, (before, more) -> before + "," + more);
    } else {
      values.put(name, value);
    }
  }

  /** Refuses what is no list of labels. */
  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String pair : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw new UsageException("flag -" + EXTERNAL_LABELS + " takes NAME=VALUE,NAME=VALUE, not \"" + pair + "\"");
      }
      labels.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
    }
    return labels;
  }

  /** Whether a switch is on. */
  public boolean isOn(String name) {
    return List.of("true", "1", "t").contains(values.getOrDefault(name, "false"));
  }

  /** The value of a flag, empty when it was not given. */
  public String get(String name) {
    return values.getOrDefault(name, "");
  }

  /** Flags that were given and have no effect here. */
  public List<String> withoutEffect() {
    List<String> names = new ArrayList<>();
    for (String name : values.keySet()) {
      Flag flag = FLAGS.get(name);
      if (flag != null && flag.help().equals("accepted, no effect")) {
        names.add(name);
      }
    }
    return names;
  }

  /** The settings among the flags, to be laid over the file. */
  public Overlay overlay() {
    Map<String, String> settings = new LinkedHashMap<>();
    Map<String, String> origins = new LinkedHashMap<>();
    Map<String, String> client = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          Flag flag = FLAGS.get(name);
          String path = flag == null ? "" : flag.path();
          if (path.startsWith("client:")) {
            client.put(path.substring("client:".length()), value);
          } else if (!path.isEmpty()) {
            settings.put(path, value);
            origins.put(path, "-" + name);
          }
        });
    origins.put("external_labels", "-" + EXTERNAL_LABELS);
    boolean adds = client.containsKey("url");
    return new Overlay(settings, origins, adds ? client : Map.of(), labels(get(EXTERNAL_LABELS)));
  }

  /** All flags with what they mean. */
  public static String usage(String program) {
    StringBuilder out = new StringBuilder("Usage of " + program + ":\n");
    FLAGS.forEach(
        (name, flag) ->
            out.append("  -").append(name).append(flag.kind() == Kind.SWITCH ? "" : " value").append("\n    \t")
                .append(flag.help()).append('\n'));
    return out.toString();
  }
}
