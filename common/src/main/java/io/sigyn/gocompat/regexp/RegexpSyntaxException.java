package io.sigyn.gocompat.regexp;

/** A regular expression that Go refuses. The message is Go's: {@code error parsing regexp: missing closing ]: `[`}. */
public final class RegexpSyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With Go's text. */
  public RegexpSyntaxException(String message) {
    super(message, null, false, false);
  }
}
