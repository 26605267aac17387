package io.sigyn.gocompat.template;

/** A template that cannot be parsed, or that failed while it ran. The message is Go's. */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With Go's text. */
  public TemplateException(String message) {
    super(message, null, false, false);
  }
}
