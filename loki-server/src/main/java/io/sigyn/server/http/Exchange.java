package io.sigyn.server.http;

import org.jspecify.annotations.Nullable;

/**
 * One request on its way through a connection. Belongs to the connection's event loop, except
 * {@link #abort}.
 */
final class Exchange {
  final RequestHead head;
  final Router.Match match;
  final long startTicks;
  final Abort abort = new Abort();
  final RequestBody body;
  boolean keepAlive;

  /** Bytes taken from the budget. */
  long held;

  /** The request is complete and the handler has it. */
  boolean dispatched;

  /** The answer is being sent. */
  boolean answering;

  /**
   * The answer was given before the request was complete; what still comes of it is thrown away.
   */
  boolean refused;

  /** Nothing more is to be done for it. */
  boolean finished;

  /** The connection has become a WebSocket. */
  boolean handedOver;

  int status;

  /** Bytes of the answer's body, where they are known before it is sent. */
  long answerBytes;

  @Nullable AnswerStream stream;

  Exchange(RequestHead head, Router.Match match, long startTicks) {
    this.head = head;
    this.match = match;
    this.startTicks = startTicks;
    this.body = new RequestBody(head.announced());
  }
}
