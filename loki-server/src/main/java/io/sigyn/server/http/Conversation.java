package io.sigyn.server.http;

import java.io.IOException;

/** The server's part in a WebSocket. */
@FunctionalInterface
public interface Conversation {
  /**
   * Called once the client has been let in, on a thread that may wait. When it returns the socket is closed, with
   * status 1000 unless it was closed before, with 1011 and the message when it throws a RuntimeException.
   *
   * @throws IOException when the client is gone
   */
  void run(Socket socket) throws IOException;
}
