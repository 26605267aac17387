package io.sigyn.gocompat;

/** Go's {@code strconv.Quote}. */
public final class GoQuote {
  private GoQuote() {}

  /** The text in double quotes with Go's escapes. */
  public static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2);
    quote(text, out);
    return out.toString();
  }

  /** Appends the text in double quotes with Go's escapes. */
  public static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case 0x07 -> out.append("\\a");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case 0x0b -> out.append("\\v");
        default -> {
          if (isPrint(c)) {
            out.appendCodePoint(c);
          } else if (c < 0x80) {
            out.append("\\x").append(hex(c, 2));
          } else if (c < 0x10000) {
            out.append("\\u").append(hex(c, 4));
          } else {
            out.append("\\U").append(hex(c, 8));
          }
        }
      }
    }
    out.append('"');
  }

  /** Whether Go's {@code strconv.IsPrint} holds: letters, marks, numbers, punctuation, symbols and the ASCII space. */
  public static boolean isPrint(int c) {
    if (c == ' ') {
      return true;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private static String hex(int c, int digits) {
    String h = Integer.toHexString(c);
    return "0".repeat(digits - h.length()) + h;
  }
}
