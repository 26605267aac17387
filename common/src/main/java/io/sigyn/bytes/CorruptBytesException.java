package io.sigyn.bytes;

/** Bytes that are not what their format says. The message names what was read, at which offset, and both values. */
public final class CorruptBytesException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message that stands by itself. */
  public CorruptBytesException(String message) {
    super(message);
  }
}
