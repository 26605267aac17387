package io.sigyn.server.http;

import io.netty.channel.ChannelHandlerContext;
import java.util.function.ObjIntConsumer;

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
  final Answering answer;
  boolean keepAlive;

  /** Bytes taken from the budget. */
  long held;

  /** The request is complete and the handler has it. */
  boolean dispatched;

  /**
   * The answer was given before the request was complete; what still comes of it is thrown away.
   */
  boolean refused;

  /** Nothing more is to be done for it. */
  boolean finished;

  /** The connection has become a WebSocket. */
  boolean handedOver;

  /**
   * A request whose head has arrived.
   *
   * @param ended called on the event loop with the status when it has been answered, or the client is gone
   */
  Exchange(
      HttpServer server,
      ChannelHandlerContext ctx,
      RequestHead head,
      Router.Match match,
      ObjIntConsumer<Exchange> ended) {
    this.head = head;
    this.match = match;
    this.startTicks = server.clock().ticks();
    this.body = new RequestBody(head.announced());
    this.answer = new Answering(server, ctx, this, status -> ended.accept(this, status));
  }
}
