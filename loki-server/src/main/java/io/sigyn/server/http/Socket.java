package io.sigyn.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The server's end of a WebSocket. Sending is for one thread; everything else is safe for many. */
@SuppressWarnings("FutureReturnValueIgnored") // whether the client is there is looked at before every wait
public final class Socket {
  /** The server goes away. */
  public static final int GOING_AWAY = 1001;

  /** The server cannot go on. */
  public static final int INTERNAL_ERROR = 1011;

  /** Bytes a reason may have. */
  private static final int LONGEST_REASON = 123;

  private static final int NORMAL = 1000;

  private final Channel channel;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Runnable> actions = new ArrayList<>();
  private boolean closed;

  Socket(Channel channel) {
    this.channel = channel;
  }

  /**
   * Sends a text, waiting while the client is slow.
   *
   * @param utf8 not to be changed any more
   * @throws IOException when the client is gone or the socket is closed
   */
  public void send(byte[] utf8) throws IOException {
    lock.lock();
    try {
      while (!closed && !channel.isWritable()) {
        // Looked at every second, too: a change of state between two looks must not be slept over for ever.
        boolean _ = changed.await(1, TimeUnit.SECONDS);
      }
      if (closed) {
        throw new IOException("socket is closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the client was slow", e);
    } finally {
      lock.unlock();
    }
    channel.writeAndFlush(new TextWebSocketFrame(Unpooled.wrappedBuffer(utf8)));
  }

  /** Whether the client is there and the socket was not closed. */
  public boolean isOpen() {
    lock.lock();
    try {
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Runs the action when the client goes away or the socket is closed; at once when that is so already. */
  public void onClose(Runnable action) {
    lock.lock();
    try {
      if (!closed) {
        actions.add(action);
        return;
      }
    } finally {
      lock.unlock();
    }
    action.run();
  }

  /**
   * Says good-bye and closes.
   *
   * @param reason for people; cut when it is longer than a frame allows
   */
  public void close(int status, String reason) {
    if (end()) {
      channel
          .writeAndFlush(new CloseWebSocketFrame(status, cut(reason)))
          .addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Closes as one who has said everything. */
  void close() {
    close(NORMAL, "");
  }

  /** The channel took something, or is gone. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Marks the end; whether this was the first to do so. */
  boolean end() {
    List<Runnable> run;
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      closed = true;
      run = List.copyOf(actions);
      actions.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    run.forEach(Runnable::run);
    return true;
  }

  private static String cut(String reason) {
    byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= LONGEST_REASON) {
      return reason;
    }
    int end = LONGEST_REASON;
    while ((utf8[end] & 0xc0) == 0x80) {
      end--;
    }
    return new String(Arrays.copyOf(utf8, end), StandardCharsets.UTF_8);
  }
}
