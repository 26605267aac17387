package io.sigyn.gocompat;

import java.util.Locale;

/** Sizes in bytes as configuration files write them: a whole number and a unit of powers of 1024. */
public final class ByteSizes {
  private static final String UNITS = "bkmgtp";

  private ByteSizes() {}

  /**
   * Reads {@code 1048576}, {@code 256KB}, {@code 256 kb}, {@code 4m}, {@code 1GiB}; case means nothing.
   *
   * @throws IllegalArgumentException saying what a size looks like
   */
  public static long parse(String text) {
    String s = text.trim().toLowerCase(Locale.ROOT);
    int at = 0;
    while (at < s.length() && s.charAt(at) >= '0' && s.charAt(at) <= '9') {
      at++;
    }
    String unit = s.substring(at).trim();
    int power =
        switch (unit) {
          case "", "b", "byte", "bytes" -> 0;
          default -> unit.length() == 1 || unit.substring(1).equals("b") || unit.substring(1).equals("ib")
              ? UNITS.indexOf(unit.charAt(0))
              : -1;
        };
    if (at == 0 || at > 18 || power < 0) {
      throw new IllegalArgumentException(
          GoQuote.quote(text) + " is no size; write a whole number and one of B, KB, MB, GB, TB, PB, as in 256KB");
    }
    long number = Long.parseLong(s.substring(0, at));
    long factor = 1L << (10 * power);
    if (number > Long.MAX_VALUE / factor) {
      throw new IllegalArgumentException(GoQuote.quote(text) + " is over 8 EiB");
    }
    return number * factor;
  }

  /** The size in the largest unit that leaves a whole number: {@code 256KB}, {@code 1536KB}, {@code 0B}. */
  public static String format(long bytes) {
    int power = 0;
    long n = bytes;
    while (n != 0 && n % 1024 == 0 && power < UNITS.length() - 1) {
      n /= 1024;
      power++;
    }
    return n + (power == 0 ? "B" : Character.toUpperCase(UNITS.charAt(power)) + "B");
  }
}
