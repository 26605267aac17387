package io.sigyn.agent.config;

import io.sigyn.config.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  private static final String NO_EFFECT = "accepted, no effect";
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
    tls("http", "");
    text("server.tls-cipher-suites", "server.tls_cipher_suites", "of TLS 1.2 and below, separated by commas");
    text("server.tls-min-version", "server.tls_min_version", "VersionTLS10, VersionTLS11, VersionTLS12, VersionTLS13");
    withoutEffect();
  }

  /**
   * Flags of promtail that have no effect here. Most stand for a key of the block server that has none either: it is the
   * key that warns, in the same words as if it stood in the file.
   */
  private static void withoutEffect() {
    for (String flag :
        List.of(
            "log-source-ips-enabled", "log-source-ips-full", "log-request-headers", "profiling_enabled",
            "log-request-at-info-level-enabled", "http-log-closed-connections-without-response-enabled",
            "proxy-protocol-enabled", "report-grpc-codes-in-instrumentation-label-enabled", "trace-request-headers")) {
      toggle("server." + flag, "server." + flag.replace('-', '_'), NO_EFFECT);
    }
    toggle("tracing.enabled", "tracing.enabled", NO_EFFECT);
    for (String flag :
        List.of(
            "graceful-shutdown-timeout", "http-listen-network", "grpc-listen-network", "grpc-listen-address",
            "log-source-ips-header", "log-source-ips-regex", "grpc-collect-max-streams-by-conn")) {
      text("server." + flag, "server." + flag.replace('-', '_'), NO_EFFECT);
    }
    for (String side : List.of("read", "write", "idle", "read-header")) {
      text("server.http-" + side + "-timeout", "server.http_server_" + side.replace('-', '_') + "_timeout", NO_EFFECT);
    }
    text("server.http-conn-limit", "server.http_listen_conn_limit", NO_EFFECT);
    text("server.grpc-conn-limit", "server.grpc_listen_conn_limit", NO_EFFECT);
    text("server.log-request-headers-exclude-list", "server.log_request_exclude_headers_list", NO_EFFECT);
    text("server.trace-request-headers-exclude-list", "server.trace_request_exclude_headers_list", NO_EFFECT);
    text("server.grpc-max-recv-msg-size-bytes", "server.grpc_server_max_recv_msg_size", NO_EFFECT);
    text("server.grpc-max-send-msg-size-bytes", "server.grpc_server_max_send_msg_size", NO_EFFECT);
    text("server.grpc-max-concurrent-streams", "server.grpc_server_max_concurrent_streams", NO_EFFECT);
    text("server.grpc.num-workers", "server.grpc_server_num_workers", NO_EFFECT);
    toggle("server.grpc.recv-buffer-pools-enabled", "server.grpc_server_recv_buffer_pools_enabled", NO_EFFECT);
    toggle("server.grpc.stats-tracking-enabled", "server.grpc_server_stats_tracking_enabled", NO_EFFECT);
    String keepalive = "server.grpc.keepalive.";
    for (String flag :
        List.of("max-connection-age", "max-connection-age-grace", "max-connection-idle", "min-time-between-pings")) {
      text(keepalive + flag, "server.grpc_server_" + flag.replace('-', '_'), NO_EFFECT);
    }
    text(keepalive + "time", "server.grpc_server_keepalive_time", NO_EFFECT);
    text(keepalive + "timeout", "server.grpc_server_keepalive_timeout", NO_EFFECT);
    toggle(
        keepalive + "ping-without-stream-allowed", "server.grpc_server_ping_without_stream_allowed", NO_EFFECT);
    tls("grpc", NO_EFFECT);
    String cluster = "server.cluster-validation.";
    String block = "server.cluster_validation.";
    for (String flag :
        List.of("http.enabled", "http.soft-validation", "grpc.enabled", "grpc.soft-validation")) {
      toggle(cluster + flag, block + flag.replace('-', '_'), NO_EFFECT);
    }
    for (String flag : List.of("label", "http.excluded-paths", "http.excluded-user-agents")) {
      text(cluster + flag, block + flag.replace('-', '_'), NO_EFFECT);
    }
    text("server.throughput.latency-cutoff", "", NO_EFFECT);
    text("server.throughput.unit", "", NO_EFFECT);
  }

  private static void tls(String protocol, String effect) {
    String help = effect.isEmpty() ? "PEM file; pages are served with TLS when there is a certificate and its key" : effect;
    text("server." + protocol + "-tls-cert-path", "server." + protocol + "_tls_config.cert_file", help);
    text("server." + protocol + "-tls-key-path", "server." + protocol + "_tls_config.key_file", help);
    text(
        "server." + protocol + "-tls-client-auth", "server." + protocol + "_tls_config.client_auth_type",
        effect.isEmpty() ? "whether callers need a certificate, as RequireAndVerifyClientCert" : effect);
    text(
        "server." + protocol + "-tls-ca-path", "server." + protocol + "_tls_config.client_ca_file",
        effect.isEmpty() ? "PEM file of the authorities of callers' certificates" : effect);
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

  /** What to say of flags that were given in vain, and of which no key of the file says it. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (String name : values.keySet()) {
      Flag flag = FLAGS.get(name);
      if (flag != null && flag.path().isEmpty() && flag.help().equals(NO_EFFECT)) {
        warnings.add("-" + name + ": has no effect here; leave it out");
      } else if (flag != null && flag.path().startsWith("client:") && get("client.url").isEmpty()) {
        warnings.add(
            "-" + name + ": has no effect without -client.url; give that, or set " + flag.path().replace("client:", "")
                + " of the file's clients");
      }
    }
    return warnings;
  }

  /** All names, without the dash. */
  static Set<String> names() {
    return FLAGS.keySet();
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
