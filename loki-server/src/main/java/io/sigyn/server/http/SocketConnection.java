package io.sigyn.server.http;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.concurrent.Future;
import io.sigyn.life.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that has become a WebSocket. What the client says is read and ignored, but for pings and its good-bye.
 * The client is pinged every second, which is how a dead one is noticed; one that takes nothing for long is closed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes are seen by channelInactive
final class SocketConnection extends SimpleChannelInboundHandler<WebSocketFrame> {
  private static final Logger LOG = LoggerFactory.getLogger(SocketConnection.class);
  private static final long PING_MILLIS = 1_000;

  private final Socket socket;
  private final Clock clock;
  private final Duration patience;
  private final Runnable ended;
  private long fullSince;
  private @Nullable Future<?> pings;
  private boolean done;

  /**
   * For a socket.
   *
   * @param patience how long the client may take nothing while much waits for it
   * @param ended called once, when the connection is gone
   */
  SocketConnection(Socket socket, Clock clock, Duration patience, Runnable ended) {
    this.socket = socket;
    this.clock = clock;
    this.patience = patience;
    this.ended = ended;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    fullSince = clock.ticks();
    long period = Math.min(PING_MILLIS, Math.max(20, patience.toMillis() / 4));
    pings = ctx.executor().scheduleAtFixedRate(() -> ping(ctx), period, period, TimeUnit.MILLISECONDS);
    if (!ctx.channel().isActive()) {
      end();
    }
  }

  private void ping(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      ctx.writeAndFlush(new PingWebSocketFrame());
    } else if (clock.ticks() - fullSince > patience.toNanos()) {
      LOG.debug("client takes nothing from its socket, closed remote={}", ctx.channel().remoteAddress());
      ctx.close();
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
    if (frame instanceof CloseWebSocketFrame close) {
      socket.end();
      ctx.writeAndFlush(close.retain()).addListener(ChannelFutureListener.CLOSE);
    } else if (frame instanceof PingWebSocketFrame ping && ctx.channel().isWritable()) {
      ctx.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    fullSince = clock.ticks();
    socket.wake();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
    ctx.fireChannelInactive();
  }

  private void end() {
    if (pings != null) {
      pings.cancel(false);
    }
    socket.end();
    if (!done) {
      done = true;
      ended.run();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOG.debug("socket closed after an error remote={}", ctx.channel().remoteAddress(), cause);
    }
    ctx.close();
  }

  /** Tells the client that the server goes away. */
  void goAway() {
    socket.close(Socket.GOING_AWAY, "server is shutting down");
  }
}
