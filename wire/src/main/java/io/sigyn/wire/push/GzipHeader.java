package io.sigyn.wire.push;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;

/** The header of a gzip member, RFC 1952 section 2.3. */
final class GzipHeader {
  private static final int CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  private GzipHeader() {}

  /**
   * Where the compressed data of the member that starts at {@code at} begins.
   *
   * @throws LokiException BAD_REQUEST with Go's words
   */
  static int skip(byte[] in, int at, int length) {
    if (length - at < 10) {
      throw Body.unexpectedEnd();
    }
    if (in[at] != 0x1f || in[at + 1] != (byte) 0x8b || in[at + 2] != 8) {
      throw new LokiException(ErrorKind.BAD_REQUEST, "gzip: invalid header");
    }
    int flags = in[at + 3];
    int i = at + 10;
    if ((flags & EXTRA) != 0) {
      if (length - i < 2) {
        throw Body.unexpectedEnd();
      }
      i += 2 + (in[i] & 0xff) + ((in[i + 1] & 0xff) << 8);
    }
    if ((flags & NAME) != 0) {
      i = text(in, i, length);
    }
    if ((flags & COMMENT) != 0) {
      i = text(in, i, length);
    }
    if ((flags & CRC) != 0) {
      i += 2;
    }
    if (i > length) {
      throw Body.unexpectedEnd();
    }
    return i;
  }

  private static int text(byte[] in, int at, int length) {
    int i = at;
    while (i < length && in[i] != 0) {
      i++;
    }
    return i + 1;
  }
}
