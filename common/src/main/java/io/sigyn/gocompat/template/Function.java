package io.sigyn.gocompat.template;

import org.jspecify.annotations.Nullable;

/**
 * A function that templates may call.
 *
 * @param parameters one letter each: {@code s} string, {@code i} integer, {@code f} float, {@code t} time, {@code a} any;
 *     a star after the last lets it occur any number of times
 */
public record Function(String name, String parameters, Body body) {
  /** What it does. */
  @FunctionalInterface
  public interface Body {
    /**
     * Computes the result from checked arguments, which are in an array that must not be kept.
     *
     * @throws TemplateException when there is none; the message is the reason alone
     */
    @Nullable Object call(@Nullable Object[] arguments);
  }

  boolean isVariadic() {
    return parameters.endsWith("*");
  }

  int fixed() {
    return isVariadic() ? parameters.length() - 2 : parameters.length();
  }

  char kind(int i) {
    return i < parameters.length() && parameters.charAt(i) != '*' ? parameters.charAt(i) : parameters.charAt(fixed());
  }
}
