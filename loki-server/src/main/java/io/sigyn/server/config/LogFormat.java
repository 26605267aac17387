package io.sigyn.server.config;

/** How a line of the log is written. */
public enum LogFormat {
  /** {@code key=value} pairs. */
  LOGFMT,
  /** One JSON object. */
  JSON
}
