package io.sigyn.cli.terminal;

/**
 * A command could not do its work; the message is all the user is shown, and the exit code is 1.
 */
public class FailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A failure whose message says what was wrong, where, and what to do. */
  public FailedException(String message) {
    super(message, null, false, false);
  }

  /** The message, never null. */
  public final String text() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
