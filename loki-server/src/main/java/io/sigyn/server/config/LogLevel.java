package io.sigyn.server.config;

/** The least level that is logged. */
public enum LogLevel {
  /** Everything, each request included. */
  DEBUG,
  /** What an operator wants to know. */
  INFO,
  /** What may need an operator. */
  WARN,
  /** What does need an operator. */
  ERROR
}
