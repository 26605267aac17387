package io.sigyn.error;

/**
 * A failure with a text meant for the client. The message is sent verbatim; the stack trace is of no use to anybody for
 * kinds that blame the request and is therefore left out for them.
 */
public final class LokiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ErrorKind kind;

  /** A failure without a cause worth reporting. */
  public LokiException(ErrorKind kind, String message) {
    super(message, null, false, kind == ErrorKind.INTERNAL);
    this.kind = kind;
  }

  /** A failure caused by another. */
  public LokiException(ErrorKind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Why the request failed. */
  public ErrorKind kind() {
    return kind;
  }

  /** The message, never null. */
  public String text() {
    String message = getMessage();
    return message == null ? kind.name() : message;
  }
}
