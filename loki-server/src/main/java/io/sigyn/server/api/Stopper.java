package io.sigyn.server.api;

/** Ends the server. */
@FunctionalInterface
public interface Stopper {
  /**
   * Begins the stop that a signal begins, too, and returns at once.
   *
   * @param flush whether what is in memory becomes segments; otherwise the log keeps it for the next start
   */
  void stop(boolean flush);
}
