package io.sigyn.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: reads its requests, and has them answered one after the other, in order, however many the
 * client sends ahead.
 *
 * <p>Parameters that prevent excessive memory consumption:
 *
 * <table>
 *   <caption>limits</caption>
 *   <tr><td>request line</td><td>{@link HttpSettings#maxRequestLine}</td><td>414</td></tr>
 *   <tr><td>headers</td><td>{@link HttpSettings#maxHeaders}</td><td>431</td></tr>
 *   <tr><td>body</td><td>{@link Route#bodyLimit}, as announced before it is read</td><td>413</td></tr>
 *   <tr><td>all bodies</td><td>{@link BodyBudget}</td><td>503</td></tr>
 *   <tr><td>all answers</td><td>{@link AnswerBudget}</td><td>503, or others are closed</td></tr>
 *   <tr><td>requests sent ahead</td><td>{@value #MAX_WAITING} pieces or {@value #MAX_WAITING_BYTES} bytes of bodies, then
 *       nothing more is read</td><td></td></tr>
 * </table>
 *
 * <p>Whatever the decoder calls malformed is answered 400 and ends the connection: nothing after it
 * is looked at. So are requests without or with several {@code Host} headers, with another
 * authority in the request line than in {@code Host}, with a transfer coding in HTTP/1.0, with {@code CONNECT}, and with
 * trailers; transfer codings other than chunked are answered 501, versions other than 1 with 505. A folded header is joined
 * with a blank, and trailers that would change what has been read are dropped.
 *
 * <p>The socket is read while a handler works, because that is the only way to learn that a client
 * has gone away.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // failed writes and closes are seen by channelInactive
final class Connection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final int MAX_WAITING = 64;

  /** One read more may follow. */
  private static final int MAX_WAITING_BYTES = 64 << 10;

  /** Bytes per second below which a body is given up, after {@link #BODY_GRACE_SECONDS}. */
  private static final int MIN_BODY_RATE = 1024;

  private static final int BODY_GRACE_SECONDS = 5;
  private static final long LINGER_MILLIS = 2_000;

  /** How long a connection must be silent before it is closed while the server stops. */
  private static final long QUIET_MILLIS = 200;

  private final HttpServer server;
  private final ByteClock bytes;
  private final Queue<HttpObject> waiting = new ArrayDeque<>();
  private @Nullable Exchange current;
  private @Nullable Future<?> timer;
  private long waitingBytes;
  private boolean closing;
  private long lastActivity;

  Connection(HttpServer server, ByteClock bytes) {
    this.server = server;
    this.bytes = bytes;
    this.lastActivity = server.clock().ticks();
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    long period = server.checkMillis();
    timer =
        ctx.executor()
            .scheduleAtFixedRate(() -> checkTime(ctx), period, period, TimeUnit.MILLISECONDS);
    if (server.isDraining()) {
      retire(ctx);
    }
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof HttpObject object)) {
      ReferenceCountUtil.release(message);
      return;
    }
    Exchange exchange = current;
    if (exchange != null && exchange.dispatched && !exchange.refused) {
      waiting.add(object);
      waitingBytes += length(object);
      if (!mayReadAhead()) {
        ctx.channel().config().setAutoRead(false);
      }
      return;
    }
    process(ctx, object);
  }

  private boolean mayReadAhead() {
    return waiting.size() < MAX_WAITING && waitingBytes < MAX_WAITING_BYTES;
  }

  private static int length(HttpObject object) {
    return object instanceof HttpContent content ? content.content().readableBytes() : 0;
  }

  private void process(ChannelHandlerContext ctx, HttpObject object) {
    try {
      if (closing && current == null) {
        return;
      }
      if (object instanceof HttpRequest head) {
        head(ctx, head);
      }
      if (object instanceof HttpContent content) {
        content(ctx, content);
      }
    } finally {
      ReferenceCountUtil.release(object);
    }
  }

  private void head(ChannelHandlerContext ctx, HttpRequest head) {
    bytes.headComplete();
    RequestHead read = RequestHead.of(head);
    Exchange exchange =
        new Exchange(
            server,
            ctx,
            read,
            server.router().find(read.method(), read.path()),
            (ended, status) -> finish(ctx, ended, status));
    exchange.keepAlive = HttpUtil.isKeepAlive(head);
    current = exchange;
    server.observer().started();
    long announced = read.announced();
    Optional<Response> malformed = read.malformed(head);
    if (malformed.isPresent()) {
      refuse(exchange, malformed.get());
    } else if (announced > exchange.match.route().bodyLimit()) {
      refuse(exchange, tooLarge(announced, exchange));
    } else if (announced > 0 && !hold(exchange, announced)) {
      refuse(exchange, server.overloaded());
    } else if (HttpUtil.is100ContinueExpected(head)) {
      ctx.writeAndFlush(
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    } else if (head.headers().contains(HttpHeaderNames.EXPECT)) {
      refuse(exchange, Response.empty(417));
    }
  }

  private void content(ChannelHandlerContext ctx, HttpContent content) {
    Exchange exchange = current;
    if (exchange == null) {
      return;
    }
    if (exchange.refused) {
      if (content instanceof LastHttpContent && closing) {
        ctx.close();
      }
      return;
    }
    int more = content.content().readableBytes();
    long length = (long) exchange.body.length() + more;
    if (content.decoderResult().isFailure()) {
      refuse(exchange, RequestHead.undecodable(content.decoderResult().cause()));
    } else if (length > exchange.match.route().bodyLimit()) {
      refuse(exchange, tooLarge(length, exchange));
    } else if (length > exchange.held && !hold(exchange, length - exchange.held)) {
      refuse(exchange, server.overloaded());
    } else {
      exchange.body.add(content.content());
      if (content instanceof LastHttpContent last) {
        bytes.messageComplete();
        if (last.trailingHeaders().isEmpty()) {
          dispatch(ctx, exchange);
        } else {
          refuse(exchange, Response.error(400, "400 Bad Request: trailers"));
        }
      }
    }
  }

  private boolean hold(Exchange exchange, long more) {
    if (!server.budget().take(more)) {
      return false;
    }
    exchange.held += more;
    return true;
  }

  private static Response tooLarge(long length, Exchange exchange) {
    return Response.error(
        413,
        "request body too large: message size too large than max ("
            + length
            + " vs "
            + exchange.match.route().bodyLimit()
            + ")\n");
  }

  private void dispatch(ChannelHandlerContext ctx, Exchange exchange) {
    exchange.dispatched = true;
    Route route = exchange.match.route();
    Request request =
        new Request(
            exchange.head.method(),
            exchange.match.path(),
            exchange.match.rawQuery(),
            exchange.head.headers(),
            exchange.match.variables(),
            exchange.body.bytes(),
            exchange.body.length(),
            exchange.abort);
    try {
      route
          .handler()
          .handle(request)
          .whenComplete((response, failure) ->
              ctx.executor()
                  .execute(() ->
                      exchange.answer.send(
                          failure == null ? response : route.failures().apply(failure))));
    } catch (RuntimeException e) {
      exchange.answer.send(route.failures().apply(e));
    }
  }

  /** Answers before the request is complete; the connection is not used any more. */
  private void refuse(Exchange exchange, Response response) {
    exchange.refused = true;
    exchange.keepAlive = false;
    exchange.answer.send(response);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timer != null) {
      timer.cancel(false);
    }
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
  }

  private void finish(ChannelHandlerContext ctx, Exchange exchange, int status) {
    if (exchange.finished) {
      return;
    }
    exchange.finished = true;
    server.budget().give(exchange.held);
    exchange.answer.release();
    lastActivity = server.clock().ticks();
    server
        .observer()
        .finished(
            new Observer.Served(
                exchange.head.method(),
                exchange.match.route().name(),
                exchange.head.target(),
                exchange.head.headers(),
                String.valueOf(ctx.channel().remoteAddress()),
                status,
                lastActivity - exchange.startTicks,
                exchange.body.length(),
                exchange.answer.bytes()));
    if (exchange.handedOver) {
      return;
    }
    if (exchange.refused) {
      linger(ctx);
      return;
    }
    current = null;
    if (!exchange.keepAlive || !ctx.channel().isActive()) {
      closing = true;
      ctx.close();
      return;
    }
    if (server.isDraining()) {
      // The answer was on its way before: it did not say that it is the last one.
      retire(ctx);
    }
    while (!waiting.isEmpty() && (current == null || !current.dispatched)) {
      HttpObject next = waiting.remove();
      waitingBytes -= length(next);
      process(ctx, next);
    }
    if (mayReadAhead()) {
      ctx.channel().config().setAutoRead(true);
    }
  }

  /**
   * Lets a client that is still sending read the answer: closing at once would make its system
   * throw it away.
   */
  private void linger(ChannelHandlerContext ctx) {
    closing = true;
    if (ctx.channel() instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
      ctx.executor().schedule(() -> ctx.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    } else {
      ctx.close();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    wakeStream();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (timer != null) {
      timer.cancel(false);
    }
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
    wakeStream();
    Exchange exchange = current;
    if (exchange != null) {
      exchange.abort.abort();
      if (!exchange.dispatched || exchange.answer.isStream()) {
        finish(ctx, exchange, 499);
      }
    }
    ctx.fireChannelInactive();
  }

  private void wakeStream() {
    if (current != null) {
      current.answer.wake();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug(
          "connection lost remote={} reason=\"{}\"",
          ctx.channel().remoteAddress(),
          cause.getMessage());
    } else {
      LOG.warn("connection closed after an error remote={}", ctx.channel().remoteAddress(), cause);
    }
    ctx.close();
  }

  /**
   * Closes the connection when nothing has come for a moment: a request that is on its way is answered, and its answer says
   * that it is the last one. Whoever gets no answer can be sure that nothing was done.
   */
  void retire(ChannelHandlerContext ctx) {
    ctx.executor()
        .schedule(
            () -> {
              if (current == null && !bytes.inHead()) {
                closing = true;
                ctx.close();
              }
            },
            QUIET_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  private void checkTime(ChannelHandlerContext ctx) {
    long now = server.clock().ticks();
    HttpSettings limits = server.settings();
    Exchange exchange = current;
    if (exchange == null) {
      if (bytes.headAge(now) > limits.headTimeout().toNanos()) {
        timedOut(ctx);
      } else if (!bytes.inHead()
          && now - Math.max(lastActivity, bytes.lastRead()) > limits.idleTimeout().toNanos()) {
        ctx.close();
      }
    } else if (exchange.answer.begun()) {
      if (exchange.answer.stalledNanos() > limits.writeTimeout().toNanos()) {
        exchange.answer.close();
      }
    } else if (!exchange.dispatched) {
      long seconds = (now - exchange.startTicks) / 1_000_000_000L;
      boolean slow =
          seconds > BODY_GRACE_SECONDS && exchange.body.length() < seconds * MIN_BODY_RATE;
      if (slow || now - bytes.lastRead() > limits.stallTimeout().toNanos()) {
        refuse(exchange, Response.error(408, "408 Request Timeout"));
      }
    }
  }

  private void timedOut(ChannelHandlerContext ctx) {
    closing = true;
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    AnswerHead.send(ctx, HttpResponseStatus.REQUEST_TIMEOUT, headers, new byte[0], () -> {})
        .addListener(done -> ctx.close());
  }
}
