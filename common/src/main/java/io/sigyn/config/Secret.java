package io.sigyn.config;

/**
 * Text that must never be shown: it prints as {@code <secret>}.
 *
 * @param reveal the text itself, for whoever has to send it
 */
public record Secret(String reveal) {
  /** No secret. */
  public static final Secret NONE = new Secret("");

  /** Whether there is one. */
  public boolean isSet() {
    return !reveal.isEmpty();
  }

  @Override
  public String toString() {
    return isSet() ? "<secret>" : "";
  }
}
