package io.sigyn.agent.positions;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * One line of the journal: eight hexadecimal digits of CRC-32C over the rest, a space, then fields separated by single
 * spaces. In a field, every byte of UTF-8 up to the space, {@code %} and DEL are written as {@code %XX}; an empty field is
 * {@code %}.
 */
final class JournalLine {
  private JournalLine() {}

  static String print(List<String> fields) {
    StringBuilder body = new StringBuilder();
    for (String field : fields) {
      body.append(' ');
      escape(field, body);
    }
    String text = body.substring(1);
    return crc(text) + " " + text + "\n";
  }

  /** The fields; none when the line is damaged. */
  static List<String> parse(String line) {
    if (line.length() < 10 || line.charAt(8) != ' ' || !crc(line.substring(9)).equals(line.substring(0, 8))) {
      return List.of();
    }
    return List.of(line.substring(9).split(" ", -1)).stream().map(JournalLine::unescape).toList();
  }

  private static String crc(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, "%08x", (int) crc.getValue());
  }

  private static void escape(String field, StringBuilder out) {
    if (field.isEmpty()) {
      out.append('%');
      return;
    }
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c <= ' ' || c == '%' || c == 0x7f) {
        out.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
      } else {
        out.append(c);
      }
    }
  }

  private static String unescape(String field) {
    if (field.indexOf('%') < 0) {
      return field;
    } else if (field.equals("%")) {
      return "";
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '%' && i + 2 < field.length()) {
        out.append((char) HexFormat.fromHexDigits(field, i + 1, i + 3));
        i += 2;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
