package io.sigyn.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.sigyn.server.http.Response.Body;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: its requests one after the other, in order, however many the client sends ahead.
 *
 * <p>Parameters that prevent excessive memory consumption:
 *
 * <table>
 *   <caption>limits</caption>
 *   <tr><td>request line</td><td>{@link HttpSettings#maxRequestLine}</td><td>414</td></tr>
 *   <tr><td>headers</td><td>{@link HttpSettings#maxHeaders}</td><td>431</td></tr>
 *   <tr><td>body</td><td>{@link Route#bodyLimit}, as announced before it is read</td><td>413</td></tr>
 *   <tr><td>all bodies</td><td>{@link BodyBudget}</td><td>503</td></tr>
 *   <tr><td>requests sent ahead</td><td>{@value #MAX_WAITING} pieces, then nothing more is read</td><td></td></tr>
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

  /** Bytes per second below which a body is given up, after {@link #BODY_GRACE_SECONDS}. */
  private static final int MIN_BODY_RATE = 1024;

  private static final int BODY_GRACE_SECONDS = 5;
  private static final long LINGER_MILLIS = 2_000;

  /** How long a connection must be silent before it is closed while the server stops. */
  private static final long QUIET_MILLIS = 200;

  /** Bytes of a frame of a WebSocket's client, of whom nothing but a good-bye is expected. */
  private static final int MAX_FRAME = 64 << 10;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

  private final HttpServer server;
  private final ByteClock bytes;
  private final Queue<HttpObject> waiting = new ArrayDeque<>();
  private @Nullable Exchange current;
  private @Nullable Future<?> timer;
  private boolean closing;
  private long lastActivity;
  private long lastWrite;

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
      if (waiting.size() >= MAX_WAITING) {
        ctx.channel().config().setAutoRead(false);
      }
      return;
    }
    process(ctx, object);
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
            read, server.router().find(read.method(), read.path()), server.clock().ticks());
    exchange.keepAlive = HttpUtil.isKeepAlive(head);
    current = exchange;
    server.observer().started();
    long announced = read.announced();
    Optional<Response> malformed = read.malformed(head);
    if (malformed.isPresent()) {
      refuse(ctx, exchange, malformed.get());
    } else if (announced > exchange.match.route().bodyLimit()) {
      refuse(ctx, exchange, tooLarge(announced, exchange));
    } else if (announced > 0 && !hold(exchange, announced)) {
      refuse(ctx, exchange, server.overloaded());
    } else if (HttpUtil.is100ContinueExpected(head)) {
      ctx.writeAndFlush(
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    } else if (head.headers().contains(HttpHeaderNames.EXPECT)) {
      refuse(ctx, exchange, Response.empty(417));
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
      refuse(ctx, exchange, RequestHead.undecodable(content.decoderResult().cause()));
    } else if (length > exchange.match.route().bodyLimit()) {
      refuse(ctx, exchange, tooLarge(length, exchange));
    } else if (length > exchange.held && !hold(exchange, length - exchange.held)) {
      refuse(ctx, exchange, server.overloaded());
    } else {
      exchange.body.add(content.content());
      if (content instanceof LastHttpContent last) {
        bytes.messageComplete();
        if (last.trailingHeaders().isEmpty()) {
          dispatch(ctx, exchange);
        } else {
          refuse(ctx, exchange, Response.error(400, "400 Bad Request: trailers"));
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
                      answer(
                          ctx,
                          exchange,
                          failure == null ? response : route.failures().apply(failure))));
    } catch (RuntimeException e) {
      answer(ctx, exchange, route.failures().apply(e));
    }
  }

  /** Answers before the request is complete; the connection is not used any more. */
  private void refuse(ChannelHandlerContext ctx, Exchange exchange, Response response) {
    exchange.refused = true;
    exchange.keepAlive = false;
    answer(ctx, exchange, response);
  }

  private void answer(ChannelHandlerContext ctx, Exchange exchange, Response response) {
    if (!ctx.channel().isActive()) {
      finish(ctx, exchange, 499);
      return;
    }
    if (response.body() instanceof Body.Upgrade(Conversation conversation)) {
      if (SocketHandshake.isAsked(exchange.head)) {
        upgrade(ctx, exchange, conversation);
      } else {
        answer(ctx, exchange, SocketHandshake.refusal());
      }
      return;
    }
    exchange.answering = true;
    exchange.status = response.status();
    lastWrite = server.clock().ticks();
    if (server.isDraining()) {
      exchange.keepAlive = false;
    }
    HttpResponseStatus status = HttpResponseStatus.valueOf(response.status());
    HttpHeaders headers = new DefaultHttpHeaders();
    response.headers().forEach(h -> headers.add(h.name(), h.value()));
    headers.set(HttpHeaderNames.DATE, server.date(DATE));
    switch (response.body()) {
      case Body.Bytes body -> {
        AnswerHead.connection(exchange, headers);
        exchange.answerBytes = body.bytes().length;
        sent(ctx, exchange, AnswerHead.send(ctx, status, headers, body.bytes(), this::wrote));
      }
      case Body.Stream body -> {
        exchange.keepAlive &= !exchange.head.http10();
        AnswerHead.connection(exchange, headers);
        AnswerStream stream =
            new AnswerStream(
                ctx.channel(),
                status,
                headers,
                !exchange.head.http10(),
                server.settings().writeTimeout(),
                this::wrote);
        exchange.stream = stream;
        server.writers().execute(() -> stream(ctx, exchange, stream, body.writer()));
      }
      case Body.Upgrade _ -> throw new IllegalStateException("a WebSocket is no answer");
    }
  }

  /** Hands the connection over to a WebSocket; this handler leaves it. */
  private void upgrade(ChannelHandlerContext ctx, Exchange exchange, Conversation conversation) {
    exchange.answering = true;
    exchange.status = 101;
    ChannelPipeline pipeline = ctx.pipeline();
    HttpHeaders headers = SocketHandshake.accept(exchange.head);
    ctx.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, headers));
    // Only the encoder of HTTP can write what is still in its hands; then everything is frames.
    ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
        .addListener(
            sent -> {
              if (!sent.isSuccess()) {
                ctx.close();
                return;
              }
              exchange.handedOver = true;
              Socket socket = new Socket(ctx.channel());
              WebSocketDecoderConfig frames =
                  WebSocketDecoderConfig.newBuilder().maxFramePayloadLength(MAX_FRAME).build();
              pipeline.addLast(
                  new WebSocket13FrameDecoder(frames),
                  new WebSocket13FrameEncoder(false),
                  new SocketConnection(socket, () -> finish(ctx, exchange, 101)));
              pipeline.remove(HttpServerCodec.class);
              pipeline.remove(ByteClock.class);
              pipeline.remove(this);
              server.writers().execute(() -> converse(conversation, socket));
            });
  }

  /** Runs on a thread that may wait for the client. */
  private static void converse(Conversation conversation, Socket socket) {
    try {
      conversation.run(socket);
      socket.close();
    } catch (IOException e) {
      socket.close();
    } catch (RuntimeException e) {
      LOG.error("socket closed after an error", e);
      socket.close(Socket.INTERNAL_ERROR, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timer != null) {
      timer.cancel(false);
    }
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
  }

  /** Runs on a thread that may wait for the client. */
  private void stream(
      ChannelHandlerContext ctx, Exchange exchange, AnswerStream stream, Response.Writer writer) {
    try {
      writer.writeTo(stream);
      sent(ctx, exchange, stream.finish());
    } catch (IOException e) {
      LOG.debug(
          "answer not taken to its end target={} reason=\"{}\"",
          exchange.head.target(),
          e.getMessage());
      ctx.close();
    } catch (RuntimeException e) {
      LOG.error("answer could not be written target={}", exchange.head.target(), e);
      if (stream.headSent()) {
        // A half-sent answer must not look like a whole one.
        ctx.close();
      } else {
        ctx.executor()
            .execute(() -> answer(ctx, exchange, exchange.match.route().failures().apply(e)));
      }
    }
  }

  private void wrote() {
    lastWrite = server.clock().ticks();
  }

  private void sent(ChannelHandlerContext ctx, Exchange exchange, ChannelFuture last) {
    last.addListener(done -> finish(ctx, exchange, done.isSuccess() ? exchange.status : 499));
  }

  private void finish(ChannelHandlerContext ctx, Exchange exchange, int status) {
    if (exchange.finished) {
      return;
    }
    exchange.finished = true;
    server.budget().give(exchange.held);
    lastActivity = server.clock().ticks();
    AnswerStream stream = exchange.stream;
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
                stream == null ? exchange.answerBytes : stream.sent()));
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
      process(ctx, waiting.remove());
    }
    if (waiting.size() < MAX_WAITING) {
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
      if (!exchange.dispatched || exchange.stream != null) {
        finish(ctx, exchange, 499);
      }
    }
    ctx.fireChannelInactive();
  }

  private void wakeStream() {
    if (current != null && current.stream != null) {
      current.stream.wake();
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
    } else if (exchange.answering) {
      if (now - lastWrite > limits.writeTimeout().toNanos()) {
        LOG.debug(
            "client takes nothing of its answer, closed remote={}", ctx.channel().remoteAddress());
        ctx.close();
      }
    } else if (!exchange.dispatched) {
      long seconds = (now - exchange.startTicks) / 1_000_000_000L;
      boolean slow =
          seconds > BODY_GRACE_SECONDS && exchange.body.length() < seconds * MIN_BODY_RATE;
      if (slow || now - bytes.lastRead() > limits.stallTimeout().toNanos()) {
        refuse(ctx, exchange, Response.error(408, "408 Request Timeout"));
      }
    }
  }

  private void timedOut(ChannelHandlerContext ctx) {
    closing = true;
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    AnswerHead.send(ctx, HttpResponseStatus.REQUEST_TIMEOUT, headers, new byte[0], this::wrote)
        .addListener(done -> ctx.close());
  }
}
