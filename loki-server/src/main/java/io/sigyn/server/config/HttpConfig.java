package io.sigyn.server.config;

import io.sigyn.config.Ignored;
import java.time.Duration;

/**
 * The section {@code server}.
 *
 * @param httpListenAddress an address or host name; empty is every address
 * @param httpListenPort 0 takes any free port
 * @param httpPathPrefix put in front of every path; empty or with a leading slash
 * @param httpListenConnLimit connections at once; one more is answered 503. 0 is no limit
 * @param gracefulShutdownTimeout how long running requests may go on after the server was asked to
 *     stop
 * @param httpServerReadTimeout how long a client may send nothing in the middle of a body; then 408. Independent
 *     of it, a body slower than 1 KiB per second is given up after 5 s
 * @param httpServerReadHeaderTimeout how long a client may take for the head of a request; then 408. 0 is 10 s
 * @param httpServerWriteTimeout how long a client may take nothing of an answer or a live tail, or less than 64KB of what
 *     waits for it; then the connection is closed. Unlike Loki's it does not count the time that a query takes. 0 is for
 *     ever, as it is for the two timeouts around it
 * @param httpServerIdleTimeout how long a connection is kept without a request
 * @param logLevel the least level that is logged; {@code debug} logs every request. Changed at run time by {@code
 *     POST /log_level} with {@code log_level=debug}
 * @param logFormat how a line of the log is written
 * @param logRequestAtInfoLevelEnabled whether every request is logged at info instead of debug
 */
@Ignored(
    value = {
      "grpc_listen_network",
      "grpc_listen_address",
      "grpc_listen_port",
      "grpc_listen_conn_limit",
      "grpc_collect_max_streams_by_conn",
      "grpc_tls_config",
      "grpc_server_max_recv_msg_size",
      "grpc_server_max_send_msg_size",
      "grpc_server_max_concurrent_streams",
      "grpc_server_max_connection_idle",
      "grpc_server_max_connection_age",
      "grpc_server_max_connection_age_grace",
      "grpc_server_keepalive_time",
      "grpc_server_keepalive_timeout",
      "grpc_server_min_time_between_pings",
      "grpc_server_ping_without_stream_allowed",
      "grpc_server_num_workers",
      "grpc_server_stats_tracking_enabled",
      "grpc_server_recv_buffer_pools_enabled",
      "grpc_server_read_buffer_size",
      "grpc_server_write_buffer_size"
    },
    because = "there is no gRPC, every client speaks HTTP")
@Ignored(
    value = {
      "http_listen_network",
      "proxy_protocol_enabled",
      "register_instrumentation",
      "cluster_validation",
      "report_grpc_codes_in_instrumentation_label_enabled",
      "http_log_closed_connections_without_response_enabled",
      "log_source_ips_enabled",
      "log_source_ips_full",
      "log_source_ips_header",
      "log_source_ips_regex",
      "log_request_headers",
      "log_request_exclude_headers_list",
      "trace_request_headers",
      "trace_request_exclude_headers_list",
      "create_new_traces"
    },
    because = "requests are not traced, and the log has of their headers only the tenant and the trace")
@Ignored(
    value = {"tls_cipher_suites", "tls_min_version", "http_tls_config"},
    because = "this version speaks plain HTTP, put a TLS proxy in front of it")
public record HttpConfig(
    String httpListenAddress,
    int httpListenPort,
    String httpPathPrefix,
    int httpListenConnLimit,
    Duration gracefulShutdownTimeout,
    Duration httpServerReadTimeout,
    Duration httpServerReadHeaderTimeout,
    Duration httpServerWriteTimeout,
    Duration httpServerIdleTimeout,
    LogLevel logLevel,
    LogFormat logFormat,
    boolean logRequestAtInfoLevelEnabled) {

  /** Port 3100 on every address. */
  public static final HttpConfig DEFAULT =
      new HttpConfig(
          "",
          3100,
          "",
          10_000,
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          LogLevel.INFO,
          LogFormat.LOGFMT,
          false);

  /** Refuses impossible ports and prefixes without a leading slash. */
  public HttpConfig {
    if (httpListenPort < 0 || httpListenPort > 65535) {
      throw new IllegalArgumentException(
          "http_listen_port: must be 0 to 65535, is " + httpListenPort);
    }
    if (httpPathPrefix.equals("/")) {
      httpPathPrefix = "";
    }
    if (!httpPathPrefix.isEmpty()
        && (!httpPathPrefix.startsWith("/") || httpPathPrefix.endsWith("/"))) {
      throw new IllegalArgumentException(
          "http_path_prefix: must start with a slash and not end with one, as in /loki; is "
              + httpPathPrefix);
    }
  }

  HttpConfig withAddress(String address) {
    return new HttpConfig(
        address,
        httpListenPort,
        httpPathPrefix,
        httpListenConnLimit,
        gracefulShutdownTimeout,
        httpServerReadTimeout,
        httpServerReadHeaderTimeout,
        httpServerWriteTimeout,
        httpServerIdleTimeout,
        logLevel,
        logFormat,
        logRequestAtInfoLevelEnabled);
  }

  HttpConfig withPort(int port) {
    return new HttpConfig(
        httpListenAddress,
        port,
        httpPathPrefix,
        httpListenConnLimit,
        gracefulShutdownTimeout,
        httpServerReadTimeout,
        httpServerReadHeaderTimeout,
        httpServerWriteTimeout,
        httpServerIdleTimeout,
        logLevel,
        logFormat,
        logRequestAtInfoLevelEnabled);
  }
}
