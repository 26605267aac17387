package io.sigyn.server.http;

/** Hears of every request. Called on event loops: must not wait. */
public interface Observer {
  /** A request's head has arrived. */
  void started();

  /**
   * An answer is complete, or the client is gone.
   *
   * @param status 499 when the client went away first
   * @param nanos since the request's head
   */
  void finished(
      String method,
      String route,
      String target,
      String remote,
      int status,
      long nanos,
      long requestBytes);
}
