package io.sigyn.server.http;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.server.http.Response.Body;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer to one request on its way to the client, or the WebSocket that the connection becomes instead. Belongs to the
 * connection's event loop, except what {@link AnswerBudget} asks.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes and closes are seen by channelInactive
final class Answering implements AnswerBudget.Reader {
  private static final Logger LOG = LoggerFactory.getLogger(Answering.class);

  /** Bytes of a frame of a WebSocket's client, of whom nothing but a good-bye is expected. */
  private static final int MAX_FRAME = 64 << 10;

  /** What an answer that is made while it is sent takes in buffers, at most. */
  private static final long BUFFERS = 128 << 10;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

  private final HttpServer server;
  private final ChannelHandlerContext ctx;
  private final Exchange exchange;
  private final IntConsumer ended;
  private volatile long lastTaken;
  private volatile boolean allGiven;
  private boolean begun;
  private int status;
  private long bytes;
  private @Nullable AnswerStream stream;
  private AnswerBudget.@Nullable Held room;

  /**
   * To a request.
   *
   * @param ended called on the event loop with the status when the client has been given everything, with 499 when it has
   *     gone before
   */
  Answering(HttpServer server, ChannelHandlerContext ctx, Exchange exchange, IntConsumer ended) {
    this.server = server;
    this.ctx = ctx;
    this.exchange = exchange;
    this.ended = ended;
  }

  /** Whether there is an answer. */
  boolean begun() {
    return begun;
  }

  /** Whether the answer is made while it is sent. */
  boolean isStream() {
    return stream != null;
  }

  /** Bytes of the body given to the connection. */
  long bytes() {
    AnswerStream made = stream;
    return made == null ? bytes : made.sent();
  }

  /** Sends the answer. */
  void send(Response response) {
    if (!ctx.channel().isActive()) {
      ended.accept(499);
      return;
    }
    switch (response.body()) {
      case Body.Upgrade(Conversation conversation) -> {
        if (SocketHandshake.isAsked(exchange.head)) {
          upgrade(conversation);
        } else {
          send(SocketHandshake.refusal());
        }
      }
      case Body.Bytes(byte[] body) -> {
        if (takeRoom(body.length)) {
          HttpHeaders headers = begin(response);
          stream = null;
          bytes = body.length;
          allGiven = true;
          sent(
              AnswerHead.send(
                  ctx, HttpResponseStatus.valueOf(response.status()), headers, body, this::taken));
        }
      }
      case Body.Stream(long holds, Response.Writer writer) -> {
        release();
        taken();
        room = server.answers().hold(holds + Math.min(holds, BUFFERS), this);
        exchange.keepAlive &= !exchange.head.http10();
        AnswerStream made =
            new AnswerStream(
                ctx.channel(),
                HttpResponseStatus.valueOf(response.status()),
                begin(response),
                !exchange.head.http10(),
                this::taken);
        stream = made;
        server.writers().execute(() -> write(made, writer));
      }
    }
  }

  /** Whether there is room for an answer; if not, that is what the client is told. */
  private boolean takeRoom(long wanted) {
    release();
    taken();
    Optional<AnswerBudget.Held> found = server.answers().take(wanted, this);
    if (found.isPresent()) {
      room = found.get();
      return true;
    }
    String text =
        "too many bytes of answers that clients have not taken yet (%d held, %d more wanted, limit: %d), try again later"
            .formatted(server.answers().held(), wanted, server.answers().limit());
    send(exchange.match.route().failures().apply(new LokiException(ErrorKind.UNAVAILABLE, text)));
    return false;
  }

  private HttpHeaders begin(Response response) {
    begun = true;
    status = response.status();
    if (server.isDraining()) {
      exchange.keepAlive = false;
    }
    HttpHeaders headers = new DefaultHttpHeaders();
    response.headers().forEach(h -> headers.add(h.name(), h.value()));
    headers.set(HttpHeaderNames.DATE, server.date(DATE));
    AnswerHead.connection(exchange, headers);
    return headers;
  }

  /** Runs on a thread that may wait for the client. */
  private void write(AnswerStream made, Response.Writer writer) {
    try {
      writer.writeTo(made);
      taken();
      allGiven = true;
      sent(made.finish());
    } catch (IOException e) {
      LOG.debug(
          "answer not taken to its end target={} reason=\"{}\"",
          exchange.head.target(),
          e.getMessage());
      ctx.close();
    } catch (RuntimeException e) {
      LOG.error("answer could not be written target={}", exchange.head.target(), e);
      if (made.headSent()) {
        // A half-sent answer must not look like a whole one.
        ctx.close();
      } else {
        ctx.executor().execute(() -> send(exchange.match.route().failures().apply(e)));
      }
    }
  }

  private void sent(ChannelFuture last) {
    last.addListener(done -> ended.accept(done.isSuccess() ? status : 499));
  }

  /** The client has taken something, or is given something while nothing waits for it. */
  private void taken() {
    lastTaken = server.clock().ticks();
  }

  @Override
  public long stalledNanos() {
    boolean waits = allGiven || !ctx.channel().isWritable();
    return waits ? server.clock().ticks() - lastTaken : 0;
  }

  @Override
  public void close() {
    LOG.debug("client takes nothing of its answer, closed remote={}", ctx.channel().remoteAddress());
    ctx.close();
  }

  /** The channel's state has changed. */
  void wake() {
    AnswerStream made = stream;
    if (made != null) {
      made.wake();
    }
  }

  /** Gives back what was taken for the answer. */
  void release() {
    AnswerBudget.Held taken = room;
    if (taken != null) {
      taken.give();
    }
  }

  /** Hands the connection over to a WebSocket; the handlers of HTTP leave it. */
  private void upgrade(Conversation conversation) {
    begun = true;
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
              SocketConnection connection =
                  new SocketConnection(
                      socket, server.clock(), server.settings().writeTimeout(), () -> ended.accept(101));
              pipeline.addLast(new WebSocket13FrameDecoder(frames), new WebSocket13FrameEncoder(false), connection);
              pipeline.remove(HttpServerCodec.class);
              pipeline.remove(ByteClock.class);
              pipeline.remove(Connection.class);
              if (server.isDraining()) {
                // Whoever drains may have looked for sockets just before this was one.
                connection.goAway();
              }
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
}
