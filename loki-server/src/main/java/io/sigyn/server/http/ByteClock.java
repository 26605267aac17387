package io.sigyn.server.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sigyn.life.Clock;

/**
 * Knows when bytes arrived, before anybody understands them. Belongs to the connection's event
 * loop.
 */
final class ByteClock extends ChannelInboundHandlerAdapter {
  private final Clock clock;
  private long lastRead;
  private long headStart;
  private boolean inHead;

  ByteClock(Clock clock) {
    this.clock = clock;
    this.lastRead = clock.ticks();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    lastRead = clock.ticks();
    if (!inHead) {
      inHead = true;
      headStart = lastRead;
    }
    ctx.fireChannelRead(message);
  }

  /** The head of a request is complete; what comes next is its body. */
  void headComplete() {
    inHead = false;
  }

  /** A request is complete; what comes next is another head. */
  void messageComplete() {
    inHead = false;
  }

  boolean inHead() {
    return inHead;
  }

  long lastRead() {
    return lastRead;
  }

  /** Nanoseconds since the first byte of an unfinished head; 0 when there is none. */
  long headAge(long now) {
    return inHead ? now - headStart : 0;
  }
}
