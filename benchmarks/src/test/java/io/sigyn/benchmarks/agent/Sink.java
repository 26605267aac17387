package io.sigyn.benchmarks.agent;

import com.sun.net.httpserver.HttpServer;
import io.sigyn.life.Threads;
import io.sigyn.model.EntryBatch;
import io.sigyn.wire.push.PushReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A server that takes everything and counts the lines. */
final class Sink {
  private static final long TICK = 20_000_000;
  private static final long SILENCE = 30_000_000_000L;

  private final HttpServer server;
  private final AtomicLong lines = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private volatile Optional<Consumer<EntryBatch>> listener = Optional.empty();

  Sink() throws IOException {
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Threads.virtual("sink"));
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          EntryBatch batch = PushReader.read(body, body.length, "application/x-protobuf", "", 64 << 20);
          listener.ifPresent(to -> to.accept(batch));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
          count(batch);
        });
    server.start();
  }

  private void count(EntryBatch batch) {
    long sum = 0;
    for (int i = 0; i < batch.entries(); i++) {
      sum += batch.lineEnd(i) - batch.lineStart(i);
    }
    bytes.addAndGet(sum);
    lines.addAndGet(batch.entries());
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Lines that were acknowledged since the last {@link #forget}. */
  long lines() {
    return lines.get();
  }

  /** Their bytes, without timestamps and labels. */
  long bytes() {
    return bytes.get();
  }

  /** Counts from 0 again, and nobody listens. */
  void forget() {
    listener = Optional.empty();
    lines.set(0);
    bytes.set(0);
  }

  /** Waits until so many lines were acknowledged, or until the agent is gone or none arrived for half a minute. */
  void await(long expected, AgentProcess agent) {
    long last = -1;
    long since = System.nanoTime();
    while (lines() < expected && agent.isAlive() && System.nanoTime() - since < SILENCE) {
      if (lines() != last) {
        last = lines();
        since = System.nanoTime();
      }
      Threads.pause(TICK);
    }
  }

  /** Gives every batch to the listener from now on, on the thread of its request, before it is acknowledged. */
  void listen(Consumer<EntryBatch> to) {
    listener = Optional.of(to);
  }
}
