package io.sigyn.cli.client;

import io.sigyn.cli.terminal.FailedException;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one WebSocket. One thread takes them with {@link #next}; a frame is asked of the connection when the one
 * before was taken, so that a reader who is slow slows the server down and fills no memory here.
 */
final class Frames implements AutoCloseable {
  /** The code with which a server that stops closes. */
  static final int GOING_AWAY = 1001;

  private static final int ABNORMAL = 1006;

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final long silence;
  private volatile @Nullable WebSocket socket;

  /** What the connection says. */
  sealed interface Event permits Taken, Ping {}

  /** What {@link #next} gives out. */
  sealed interface Taken extends Event permits Message, End {}

  /** A whole frame. */
  record Message(byte[] json) implements Taken {
    @Override
    public String toString() {
      return new String(json, StandardCharsets.UTF_8);
    }
  }

  /** A sign of life. */
  record Ping() implements Event {}

  /** Nothing comes after it. */
  sealed interface End extends Taken {
    /** The server closed. */
    record Closed(int code, String reason) implements End {}

    /** There is no connection any more. */
    record Broken(String why) implements End {}

    /** Nobody wants more. */
    record Unwanted() implements End {}
  }

  private Frames(Duration silence) {
    this.silence = silence.toMillis();
  }

  /**
   * Connects.
   *
   * @param silence after which a connection counts as broken; servers of Loki's kind ping every second
   * @return fails with what the builder fails with
   */
  static CompletableFuture<Frames> open(WebSocket.Builder builder, URI uri, Duration silence) {
    Frames frames = new Frames(silence);
    return builder.buildAsync(uri, frames.new Listener()).thenApply(socket -> frames);
  }

  /**
   * Waits for the next frame, or the end.
   *
   * @throws FailedException when the thread is interrupted
   */
  Taken next() {
    while (true) {
      @Nullable Event event;
      try {
        event = events.poll(silence, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new FailedException("interrupted while following the query");
      }
      switch (event) {
        case null -> {
          return new End.Broken("nothing heard for " + silence / 1000 + " s");
        }
        case Ping ping -> {}
        case Message message -> {
          more();
          return message;
        }
        case End end -> {
          return end;
        }
      }
    }
  }

  private void more() {
    WebSocket open = socket;
    if (open != null) {
      open.request(1);
    }
  }

  /** Ends the connection at once. */
  @Override
  public void close() {
    WebSocket open = socket;
    if (open != null) {
      open.abort();
    }
  }

  private final class Listener implements WebSocket.Listener {
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

    @Override
    public void onOpen(WebSocket opened) {
      socket = opened;
      opened.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      parts.writeBytes(data.toString().getBytes(StandardCharsets.UTF_8));
      if (last) {
        events.add(new Message(parts.toByteArray()));
        parts.reset();
      } else {
        from.request(1);
      }
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
      events.add(new Ping());
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      events.add(code == ABNORMAL ? new End.Broken("closed without a word") : new End.Closed(code, reason));
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
      events.add(new End.Broken(failure.getMessage() == null ? failure.toString() : failure.getMessage()));
    }
  }
}
