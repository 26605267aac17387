package io.sigyn.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
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
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The body of an answer while it is made. What fits one buffer is sent with its length, more is
 * sent in chunks, and the writer waits whenever the client is slow. Used by one thread that may
 * wait; {@link #wake} by the event loop.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // whether the client is there is looked at before every wait
final class AnswerStream extends OutputStream {
  private static final int CHUNK = 32 << 10;

  private final Channel channel;
  private final HttpResponseStatus status;
  private final HttpHeaders headers;
  private final boolean chunks;
  private final Runnable progress;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private byte[] buffer = new byte[CHUNK];
  private int length;
  private boolean headSent;
  private final AtomicLong sent = new AtomicLong();

  /**
   * An answer about to be sent.
   *
   * @param chunks whether the client understands chunks; otherwise the end of the connection ends
   *     the answer
   * @param progress called by any thread when the client took something, or is given something while little waits for it
   */
  AnswerStream(
      Channel channel,
      HttpResponseStatus status,
      HttpHeaders headers,
      boolean chunks,
      Runnable progress) {
    this.channel = channel;
    this.status = status;
    this.headers = headers;
    this.chunks = chunks;
    this.progress = progress;
  }

  @Override
  public void write(int b) throws IOException {
    if (length == buffer.length) {
      flushBuffer();
    }
    buffer[length++] = (byte) b;
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    int at = from;
    int end = from + count;
    while (at < end) {
      if (length == buffer.length) {
        flushBuffer();
      }
      int part = Math.min(end - at, buffer.length - length);
      System.arraycopy(bytes, at, buffer, length, part);
      length += part;
      at += part;
    }
  }

  /** Whether the head is on its way, so that no other answer can be given any more. */
  boolean headSent() {
    return headSent;
  }

  /** Bytes of the body given to the connection so far. */
  long sent() {
    return sent.get();
  }

  /** Sends what is left; the future tells when the client has been given everything. */
  ChannelFuture finish() {
    byte[] rest = Arrays.copyOf(buffer, length);
    sent.addAndGet(length);
    if (!headSent) {
      headSent = true;
      headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
      return channel.writeAndFlush(
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              status,
              Unpooled.wrappedBuffer(rest),
              headers,
              new DefaultHttpHeaders()));
    }
    return channel.writeAndFlush(new DefaultLastHttpContent(Unpooled.wrappedBuffer(rest)));
  }

  /** To be called when the channel's state changed. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void flushBuffer() throws IOException {
    if (!headSent) {
      headSent = true;
      if (chunks) {
        headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
      }
      channel.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers));
    }
    byte[] full = buffer;
    buffer = new byte[CHUNK];
    progress.run();
    channel
        .writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(full, 0, length)))
        .addListener(done -> progress.run());
    sent.addAndGet(length);
    length = 0;
    awaitRoom();
  }

  private void awaitRoom() throws IOException {
    lock.lock();
    try {
      // Whether the client is too slow is decided elsewhere, and ends the wait by closing the channel.
      while (channel.isActive() && !channel.isWritable()) {
        boolean _ = changed.await(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the client was slow", e);
    } finally {
      lock.unlock();
    }
    if (!channel.isActive()) {
      throw new IOException("client is gone");
    }
  }
}
