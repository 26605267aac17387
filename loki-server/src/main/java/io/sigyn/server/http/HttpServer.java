package io.sigyn.server.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listening socket and its connections. */
@SuppressWarnings("FutureReturnValueIgnored") // nothing follows from the end of the event loops
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private static final byte[] TOO_MANY =
      "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  /** Requests whose answers the codec keeps apart; one read cannot hold more. */
  private static final int SENT_AHEAD = 8_192;

  private final HttpSettings settings;
  private final BodyBudget budget;
  private final AnswerBudget answers;
  private final Observer observer;
  private final Clock clock;
  private final EventLoopGroup loops;
  private final ExecutorService writers = Threads.virtual("answer");
  private final ChannelGroup connections =
      new DefaultChannelGroup("connections", GlobalEventExecutor.INSTANCE);
  private final Channel listener;
  private volatile Router router;
  private volatile boolean draining;

  private HttpServer(
      HttpSettings settings,
      Router router,
      BodyBudget budget,
      AnswerBudget answers,
      Observer observer,
      Clock clock) {
    this.settings = settings;
    this.router = router;
    this.budget = budget;
    this.answers = answers;
    this.observer = observer;
    this.clock = clock;
    this.loops =
        new MultiThreadIoEventLoopGroup(
            settings.eventLoops(), Threads.named("http"), NioIoHandler.newFactory());
    try {
      this.listener = bind();
    } catch (RuntimeException e) {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw e;
    }
  }

  /**
   * Listens.
   *
   * @throws LokiException naming the address and what to do when it cannot be listened on
   */
  public static HttpServer start(
      HttpSettings settings,
      Router router,
      BodyBudget budget,
      AnswerBudget answers,
      Observer observer,
      Clock clock) {
    return new HttpServer(settings, router, budget, answers, observer, clock);
  }

  private Channel bind() {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel);
                  }
                });
    InetSocketAddress address =
        settings.address().isEmpty()
            ? new InetSocketAddress(settings.port())
            : new InetSocketAddress(settings.address(), settings.port());
    String wanted =
        (settings.address().isEmpty() ? "*" : settings.address()) + ":" + settings.port();
    if (address.isUnresolved()) {
      throw new LokiException(
          ErrorKind.UNAVAILABLE,
          "cannot listen on "
              + wanted
              + ": the host name is unknown; correct server.http_listen_address");
    }
    var bound = bootstrap.bind(address).awaitUninterruptibly();
    Throwable cause = bound.cause();
    if (cause != null) {
      throw new LokiException(
          ErrorKind.UNAVAILABLE,
          "cannot listen on "
              + wanted
              + ": "
              + cause.getMessage()
              + "; stop whatever uses the port, or set server.http_listen_port or"
              + " -server.http-listen-port",
          cause);
    }
    return bound.channel();
  }

  private void accept(Channel channel) {
    if (settings.maxConnections() > 0 && connections.size() >= settings.maxConnections()) {
      channel
          .writeAndFlush(Unpooled.wrappedBuffer(TOO_MANY))
          .addListener(ChannelFutureListener.CLOSE);
      return;
    }
    connections.add(channel);
    ByteClock bytes = new ByteClock(clock);
    HttpDecoderConfig decoder =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(settings.maxRequestLine())
            .setMaxHeaderSize(settings.maxHeaders())
            .setMaxChunkSize(64 << 10)
            .setStrictLineParsing(true);
    channel
        .pipeline()
        .addLast(bytes, new HttpServerCodec(decoder, SENT_AHEAD), new Connection(this, bytes));
  }

  /** Answers requests that arrive from now on by other routes. */
  public void use(Router other) {
    router = other;
  }

  /** The port listened on. */
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** The connections open now. */
  public int connections() {
    return connections.size();
  }

  /**
   * Stops listening, lets running requests end, closes connections that are silent and all others when time is up.
   *
   * @param grace how long running requests may go on
   */
  public void drain(Duration grace) {
    // In this order: whoever sees its connection end because of the drain must not be let in again.
    listener.close().awaitUninterruptibly();
    draining = true;
    for (Channel channel : connections) {
      ChannelHandlerContext ctx = channel.pipeline().context(Connection.class);
      if (ctx != null) {
        ((Connection) ctx.handler()).retire(ctx);
      }
      SocketConnection socket = channel.pipeline().get(SocketConnection.class);
      if (socket != null) {
        socket.goAway();
      }
    }
    long deadline = clock.ticks() + grace.toNanos();
    while (!connections.isEmpty() && clock.ticks() - deadline < 0) {
      Threads.pause(10_000_000L);
    }
    int left = connections.size();
    if (left > 0) {
      LOG.warn("requests cut off at shutdown connections={} after={}", left, grace);
      connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
  }

  /** Ends the threads. {@link #drain} comes first. */
  @Override
  public void close() {
    draining = true;
    listener.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    writers.shutdownNow();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  Router router() {
    return router;
  }

  BodyBudget budget() {
    return budget;
  }

  AnswerBudget answers() {
    return answers;
  }

  Observer observer() {
    return observer;
  }

  Clock clock() {
    return clock;
  }

  HttpSettings settings() {
    return settings;
  }

  ExecutorService writers() {
    return writers;
  }

  boolean isDraining() {
    return draining;
  }

  /** How often connections look at the clock. */
  long checkMillis() {
    long shortest = 8_000;
    for (Duration timeout :
        new Duration[] {
          settings.headTimeout(),
          settings.stallTimeout(),
          settings.writeTimeout(),
          settings.idleTimeout()
        }) {
      shortest = Math.min(shortest, timeout.toMillis());
    }
    return Math.max(20, shortest / 4);
  }

  /** The answer when the bodies of all connections together are too many bytes. */
  Response overloaded() {
    return Response.error(
            503,
            "too many bytes of requests in flight ("
                + budget.held()
                + " of "
                + budget.limit()
                + " bytes held), try again later\n")
        .with("Retry-After", Integer.toString(ThreadLocalRandom.current().nextInt(1, 6)));
  }

  String date(DateTimeFormatter format) {
    return format.format(Instant.ofEpochMilli(clock.epochMillis()));
  }
}
