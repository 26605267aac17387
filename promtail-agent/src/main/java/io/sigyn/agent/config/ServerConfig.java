package io.sigyn.agent.config;

import io.sigyn.config.Ignored;
import java.util.List;

/**
 * The block {@code server}: the agent's own pages.
 *
 * @param httpListenAddress empty for every address
 * @param httpListenPort 0 to 65535; 0 takes a free one
 * @param grpcListenPort accepted, since every promtail file sets it; no gRPC is served
 * @param httpPathPrefix stands before the path of every page
 * @param healthCheckTarget whether {@code /ready} looks at log files; false is always ready
 * @param disable no pages at all
 * @param registerInstrumentation whether {@code /metrics} exists
 * @param enableRuntimeReload whether {@code /reload} exists
 * @param httpTlsConfig pages are served with TLS when it has a certificate
 * @param tlsCipherSuites allowed up to TLS 1.2; empty for the JDK's choice
 * @param tlsMinVersion {@code VersionTLS10} to {@code VersionTLS13}, empty for the JDK's choice
 */
@Ignored(
    value = {
      "grpc_listen_network", "grpc_listen_address", "grpc_listen_conn_limit", "grpc_tls_config",
      "grpc_server_max_recv_msg_size", "grpc_server_max_send_msg_size", "grpc_server_max_concurrent_streams",
      "grpc_server_max_connection_idle", "grpc_server_max_connection_age", "grpc_server_max_connection_age_grace",
      "grpc_server_keepalive_time", "grpc_server_keepalive_timeout", "grpc_server_min_time_between_pings",
      "grpc_server_ping_without_stream_allowed", "grpc_server_num_workers", "grpc_server_recv_buffer_pools_enabled",
      "grpc_server_stats_tracking_enabled", "grpc_collect_max_streams_by_conn",
      "report_grpc_codes_in_instrumentation_label_enabled"
    },
    because = "the agent serves no gRPC")
@Ignored(
    value = {
      "http_listen_network", "http_listen_conn_limit", "http_server_read_timeout", "http_server_read_header_timeout",
      "http_server_write_timeout", "http_server_idle_timeout", "graceful_shutdown_timeout",
      "http_log_closed_connections_without_response_enabled"
    },
    because = "the pages are small and served with fixed limits")
@Ignored(
    value = {
      "log_source_ips_enabled", "log_source_ips_full", "log_source_ips_header", "log_source_ips_regex",
      "log_request_headers", "log_request_at_info_level_enabled", "log_request_exclude_headers_list",
      "trace_request_headers", "trace_request_exclude_headers_list"
    },
    because = "requests for the agent's pages are neither logged nor traced")
@Ignored(value = "proxy_protocol_enabled", because = "the PROXY protocol is not spoken, let the proxy speak plain HTTP")
@Ignored(value = "cluster_validation", because = "agents form no cluster")
@Ignored(value = "profiling_enabled", because = "profile the JVM with jcmd JFR.start")
public record ServerConfig(
    String httpListenAddress,
    int httpListenPort,
    int grpcListenPort,
    String httpPathPrefix,
    String externalUrl,
    boolean healthCheckTarget,
    boolean disable,
    boolean registerInstrumentation,
    boolean enableRuntimeReload,
    LogLevel logLevel,
    LogFormat logFormat,
    ServerTls httpTlsConfig,
    List<String> tlsCipherSuites,
    String tlsMinVersion) {
  /** promtail's defaults. */
  public static final ServerConfig DEFAULT =
      new ServerConfig(
          "", 80, 9095, "", "", true, false, true, false, LogLevel.INFO, LogFormat.LOGFMT, ServerTls.DEFAULT, List.of(), "");

  /** Checks the ports. */
  public ServerConfig {
    if (httpListenPort < 0 || httpListenPort > 65535) {
      throw new IllegalArgumentException("http_listen_port: must be 0 to 65535, is " + httpListenPort);
    }
    if (grpcListenPort < 0 || grpcListenPort > 65535) {
      throw new IllegalArgumentException("grpc_listen_port: must be 0 to 65535, is " + grpcListenPort);
    }
    TlsConfig.protocolsFrom(tlsMinVersion);
  }

  /** The protocols of TLS that are spoken, in the JDK's words; empty for its own choice. */
  public List<String> tlsProtocols() {
    return TlsConfig.protocolsFrom(tlsMinVersion);
  }

  /** The same with another port. */
  public ServerConfig withPort(int port) {
    return new ServerConfig(
        httpListenAddress,
        port,
        grpcListenPort,
        httpPathPrefix,
        externalUrl,
        healthCheckTarget,
        disable,
        registerInstrumentation,
        enableRuntimeReload,
        logLevel,
        logFormat,
        httpTlsConfig,
        tlsCipherSuites,
        tlsMinVersion);
  }

  /** Which messages are logged. */
  public enum LogLevel {
    /** Everything. */
    DEBUG,
    /** What an operator wants to see. */
    INFO,
    /** What may need an action. */
    WARN,
    /** What needs an action. */
    ERROR
  }

  /** How messages are written. */
  public enum LogFormat {
    /** {@code key=value} pairs. */
    LOGFMT,
    /** One JSON object a line. */
    JSON
  }
}
