package io.sigyn.server.http;

import org.jspecify.annotations.Nullable;

/** One request on its way through a connection. Belongs to the connection's event loop, except {@link #abort}. */
final class Exchange {
  final String method;
  final String target;
  final Router.Match match;
  final Headers headers;
  final boolean http10;
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

  /** The answer was given before the request was complete; what still comes of it is thrown away. */
  boolean refused;

  /** Nothing more is to be done for it. */
  boolean finished;

  int status;
  @Nullable AnswerStream stream;

  Exchange(
      String method, String target, Router.Match match, Headers headers, boolean http10, long announced, long startTicks) {
    this.method = method;
    this.target = target;
    this.match = match;
    this.headers = headers;
    this.http10 = http10;
    this.body = new RequestBody(announced);
    this.startTicks = startTicks;
  }
}
