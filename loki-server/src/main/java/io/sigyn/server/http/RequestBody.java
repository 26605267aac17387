package io.sigyn.server.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Collects a body. Memory follows what has arrived, at most sixteen times as much, never what was announced. */
final class RequestBody {
  private static final int FIRST = 64 << 10;

  private final long expected;
  private byte[] bytes;
  private int length;

  /** With the announced length, or -1. */
  RequestBody(long expected) {
    this.expected = expected;
    this.bytes = new byte[expected < 0 ? 512 : (int) Math.min(expected, FIRST)];
  }

  void add(ByteBuf content) {
    int more = content.readableBytes();
    if (length + more > bytes.length) {
      long grown = Math.max(length + more, (expected < 0 ? 2L : 16L) * bytes.length);
      bytes =
          Arrays.copyOf(
              bytes,
              (int)
                  (expected < 0 ? grown : Math.max(length + more, Math.min(grown, expected))));
    }
    content.readBytes(bytes, length, more);
    length += more;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }
}
