package io.sigyn.benchmarks.agent;

import com.sun.net.httpserver.HttpServer;
import io.sigyn.life.Threads;
import io.sigyn.model.EntryBatch;
import io.sigyn.wire.push.PushReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/** A server that takes everything, and looks at nothing unless somebody listens. */
final class Sink {
  private final HttpServer server;
  private volatile Optional<Consumer<EntryBatch>> listener = Optional.empty();

  Sink() throws IOException {
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Threads.virtual("sink"));
    server.createContext(
        "/",
        exchange -> {
          InputStream in = exchange.getRequestBody();
          if (listener.isPresent()) {
            byte[] body = in.readAllBytes();
            listener.get().accept(PushReader.read(body, body.length, "application/x-protobuf", "", 64 << 20));
          } else {
            in.transferTo(OutputStream.nullOutputStream());
          }
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Gives every batch to the listener from now on, on the thread of its request. */
  void listen(Consumer<EntryBatch> to) {
    listener = Optional.of(to);
  }
}
