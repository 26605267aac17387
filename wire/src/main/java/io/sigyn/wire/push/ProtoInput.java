package io.sigyn.wire.push;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;

/**
 * A position in a protobuf message. Every method takes the end of the message it reads in and never reads past it; what
 * does not fit is a LokiException with the words of Loki's generated decoders.
 */
public final class ProtoInput {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int DELIMITED = 2;
  private static final int START_GROUP = 3;
  private static final int END_GROUP = 4;
  private static final int FIXED32 = 5;

  /** The message. */
  public final byte[] in;

  /** The next byte to read; readers may move it. */
  public int at;

  /** At a position of a message. */
  public ProtoInput(byte[] in, int at) {
    this.in = in;
    this.at = at;
  }

  /** An unsigned varint of 64 bits. */
  public long varint(int end) {
    if (at < end) {
      byte first = in[at];
      if (first >= 0) {
        at++;
        return first;
      }
    }
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at >= end) {
        throw Body.unexpectedEnd();
      }
      byte b = in[at++];
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw error("proto: integer overflow");
  }

  /** The length of a delimited field that lies wholly before {@code end}. */
  public int length(int end) {
    long length = varint(end);
    if (length < 0) {
      throw error("proto: negative length found during unmarshaling");
    }
    if (length > end - at) {
      throw Body.unexpectedEnd();
    }
    return (int) length;
  }

  /**
   * Skips the field whose tag was just read.
   *
   * @param message the name of the message, for complaints
   * @param known how many fields the message has: their numbers are 1 to this, and the tag has the wrong type for them
   */
  public void skip(long tag, int end, String message, int known) {
    int field = (int) (tag >>> 3);
    int type = (int) (tag & 7);
    if (type == END_GROUP) {
      throw error("proto: " + message + ": wiretype end group for non-group");
    }
    if (field <= 0) {
      throw error("proto: " + message + ": illegal tag " + field + " (wire type " + tag + ")");
    }
    if (field <= known) {
      throw error("proto: wrong wireType = " + type + " for field " + field + " of " + message);
    }
    int depth = 0;
    while (true) {
      switch (type) {
        case VARINT -> varint(end);
        case FIXED64 -> advance(8, end);
        case DELIMITED -> advance(length(end), end);
        case START_GROUP -> depth++;
        case END_GROUP -> depth--;
        case FIXED32 -> advance(4, end);
        default -> throw error("proto: illegal wireType " + type);
      }
      if (depth == 0) {
        return;
      }
      type = (int) (varint(end) & 7);
    }
  }

  /** Passes over bytes that must lie before {@code end}. */
  public void advance(int bytes, int end) {
    if (bytes > end - at) {
      throw Body.unexpectedEnd();
    }
    at += bytes;
  }

  /** A complaint about the message. */
  public static LokiException error(String message) {
    return new LokiException(ErrorKind.BAD_REQUEST, message);
  }
}
