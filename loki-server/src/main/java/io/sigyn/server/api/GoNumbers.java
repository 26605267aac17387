package io.sigyn.server.api;

import io.sigyn.gocompat.GoQuote;

/** Whole numbers as Go's {@code strconv} reads them, with its texts. */
final class GoNumbers {
  private GoNumbers() {}

  /**
   * Go's {@code strconv.ParseInt(text, 10, 64)}.
   *
   * @throws NumberFormatException with Go's text
   */
  static long parseInt(String text) {
    return integer("ParseInt", text);
  }

  /**
   * Go's {@code strconv.Atoi} on a 64-bit machine.
   *
   * @throws NumberFormatException with Go's text
   */
  static long atoi(String text) {
    return integer("Atoi", text);
  }

  private static long integer(String function, String text) {
    int from = !text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
    boolean digits = text.length() > from;
    for (int i = from; i < text.length(); i++) {
      digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    if (!digits) {
      throw new NumberFormatException(
          "strconv." + function + ": parsing " + GoQuote.quote(text) + ": invalid syntax");
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new NumberFormatException(
          "strconv." + function + ": parsing " + GoQuote.quote(text) + ": value out of range");
    }
  }
}
