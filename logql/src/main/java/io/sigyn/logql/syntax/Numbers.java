package io.sigyn.logql.syntax;

/** Finds the end of a number in Go's notation. */
final class Numbers {
  private Numbers() {}

  /**
   * The offset after the number that starts at {@code start} with a digit, or with a dot and a digit.
   *
   * @throws ScanException for what Go's scanner refuses
   */
  static int scan(int[] text, int start) {
    int at = start;
    int base = 10;
    String name = "decimal literal";
    if (text[at] == '0') {
      int letter = at + 1 < text.length ? text[at + 1] | 0x20 : 0;
      base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;
      if (base != 10) {
        name = base == 16 ? "hexadecimal literal" : base == 8 ? "octal literal" : "binary literal";
        at += 2;
      } else if (at + 1 < text.length && (isDecimal(text[at + 1]) || text[at + 1] == '_')) {
        base = 8;
        name = "octal literal";
      }
    }
    boolean prefixed = at > start;
    int from = at;
    at = skipDigits(text, at, base == 16);
    boolean digits = hasDigit(text, from, at);
    boolean isFloat = false;
    if (at < text.length && text[at] == '.' && (!prefixed || base == 16)) {
      isFloat = true;
      int fraction = at + 1;
      at = skipDigits(text, fraction, base == 16);
      digits |= hasDigit(text, fraction, at);
    }
    if (!digits) {
      throw new ScanException(name + " has no digits", start);
    }
    int e = at < text.length && text[at] < 128 ? text[at] | 0x20 : 0;
    if (e == 'p' || (e == 'e' && base != 16)) {
      if (e == 'e' && prefixed) {
        throw new ScanException("'" + (char) text[at] + "' exponent requires decimal mantissa", start);
      }
      if (e == 'p' && base != 16) {
        throw new ScanException("'" + (char) text[at] + "' exponent requires hexadecimal mantissa", start);
      }
      isFloat = true;
      at++;
      if (at < text.length && (text[at] == '+' || text[at] == '-')) {
        at++;
      }
      int exponent = at;
      at = skipDigits(text, at, false);
      if (!hasDigit(text, exponent, at)) {
        throw new ScanException("exponent has no digits", start);
      }
    } else if (base == 16 && isFloat) {
      throw new ScanException("hexadecimal mantissa requires a 'p' exponent", start);
    }
    if (!isFloat && base < 10) {
      for (int i = from; i < at; i++) {
        if (text[i] != '_' && text[i] - '0' >= base) {
          throw new ScanException("invalid digit '" + (char) text[i] + "' in " + name, start);
        }
      }
    }
    checkSeparators(text, start, at, prefixed);
    return at;
  }

  private static void checkSeparators(int[] text, int start, int end, boolean prefixed) {
    for (int i = start; i < end; i++) {
      if (text[i] == '_') {
        boolean before = i > start && (isHex(text[i - 1]) || (prefixed && i == start + 2));
        boolean after = i + 1 < end && isHex(text[i + 1]);
        if (!before || !after) {
          throw new ScanException("'_' must separate successive digits", start);
        }
      }
    }
  }

  private static int skipDigits(int[] text, int from, boolean hex) {
    int at = from;
    while (at < text.length && (text[at] == '_' || (hex ? isHex(text[at]) : isDecimal(text[at])))) {
      at++;
    }
    return at;
  }

  private static boolean hasDigit(int[] text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text[i] != '_') {
        return true;
      }
    }
    return false;
  }

  private static boolean isDecimal(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isHex(int c) {
    return isDecimal(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
  }
}
