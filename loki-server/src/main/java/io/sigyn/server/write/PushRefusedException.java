package io.sigyn.server.write;

/** Entries of a push that were not taken. The others, if any, are stored. */
public final class PushRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;

  /** With the status and the text for the client. */
  public PushRefusedException(int status, String text) {
    super(text, null, false, false);
    this.status = status;
  }

  /**
   * The HTTP status: 400, 429, or whatever the tenant's {@code block_ingestion_status_code} says.
   */
  public int status() {
    return status;
  }

  /** The text for the client, without a line feed at its end. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
