package io.sigyn.json;

/** The bytes are not the JSON that was expected. Cheap to throw: it has no stack trace. */
public final class JsonSyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int offset;
  private final String found;

  /**
   * Says what was expected, what stood there instead and where.
   *
   * @param expected a noun with its article
   * @param found what stood there
   * @param offset bytes from the start of the text
   */
  public JsonSyntaxException(String expected, String found, int offset) {
    super("expected " + expected + ", found " + found + " at byte " + offset, null, false, false);
    this.offset = offset;
    this.found = found;
  }

  /** Where, in bytes from the start of the text. */
  public int offset() {
    return offset;
  }

  /** What stood there. */
  public String found() {
    return found;
  }

  /** The message, never null. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
