package io.sigyn.server.http;

/** Hears of every request. Called on event loops: must not wait. */
public interface Observer {
  /** A request's head has arrived. */
  void started();

  /** An answer is complete, or the client is gone. */
  void finished(Served served);

  /**
   * A request and what became of it.
   *
   * @param route its name
   * @param target as sent
   * @param remote the client's address and port
   * @param status 499 when the client went away first, 101 when it was a WebSocket
   * @param nanos since the request's head
   * @param requestBytes of its body as sent
   * @param answerBytes of the answer's body; 0 for a WebSocket
   */
  record Served(
      String method,
      String route,
      String target,
      Headers headers,
      String remote,
      int status,
      long nanos,
      long requestBytes,
      long answerBytes) {}
}
