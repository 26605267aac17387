package io.sigyn.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** Sends answers whose bytes are there already. */
@SuppressWarnings("FutureReturnValueIgnored") // the last write's future tells about all of them
final class AnswerHead {
  private static final int SLICE = 64 << 10;

  private AnswerHead() {}

  /** What the answer says about the connection. */
  static void connection(Exchange exchange, HttpHeaders headers) {
    if (!exchange.keepAlive) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (exchange.head.http10()) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
  }

  /**
   * Sends everything.
   *
   * @param progress called whenever the client took a part
   * @return completes when the client took it all
   */
  static ChannelFuture send(
      ChannelHandlerContext ctx,
      HttpResponseStatus status,
      HttpHeaders headers,
      byte[] body,
      Runnable progress) {
    boolean bodiless = status.code() == 204 || status.code() == 304;
    if (!bodiless) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    }
    if (body.length <= SLICE) {
      return ctx.writeAndFlush(
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              status,
              Unpooled.wrappedBuffer(body),
              headers,
              new DefaultHttpHeaders()));
    }
    ctx.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers));
    int at = 0;
    while (body.length - at > SLICE) {
      ctx.write(new DefaultHttpContent(Unpooled.wrappedBuffer(body, at, SLICE)))
          .addListener(done -> progress.run());
      at += SLICE;
    }
    return ctx.writeAndFlush(
        new DefaultLastHttpContent(Unpooled.wrappedBuffer(body, at, body.length - at)));
  }
}
