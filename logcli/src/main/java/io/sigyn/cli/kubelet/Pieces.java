package io.sigyn.cli.kubelet;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How a runtime cuts a line into pieces and frames each of them as one record of its file. */
final class Pieces {
  /** The buffer of containerd and of Docker: a longer line is written in several records. */
  static final int MAX_BYTES = 16 * 1024;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Pieces() {}

  /**
   * The pieces of a line, at least one. containerd cuts at bytes, so a character may lie in two
   * pieces; Docker encodes each piece as JSON and has to keep characters whole.
   */
  static List<byte[]> cut(LogFormat format, String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    List<byte[]> pieces = new ArrayList<>();
    int from = 0;
    do {
      int to = Math.min(from + MAX_BYTES, bytes.length);
      if (format == LogFormat.DOCKER) {
        while (to < bytes.length && (bytes[to] & 0xc0) == 0x80) {
          to--;
        }
      }
      pieces.add(java.util.Arrays.copyOfRange(bytes, from, to));
      from = to;
    } while (from < bytes.length);
    return pieces;
  }

  /**
   * The record of a piece, with the line feed that ends it.
   *
   * @param last whether the line ends here
   * @param timestamp nanoseconds since the Unix epoch
   */
  static byte[] frame(LogFormat format, String stream, long timestamp, byte[] piece, boolean last) {
    String time = TIME.format(Instant.ofEpochSecond(0, timestamp));
    ByteArrayOutputStream out = new ByteArrayOutputStream(piece.length + 96);
    switch (format) {
      case CRI -> {
        out.writeBytes(utf8(time + ' ' + stream + (last ? " F " : " P ")));
        out.writeBytes(piece);
      }
      case DOCKER -> {
        String log = new String(piece, StandardCharsets.UTF_8) + (last ? "\n" : "");
        out.writeBytes(
            utf8(
                "{\"log\":\""
                    + escaped(log)
                    + "\",\"stream\":\""
                    + stream
                    + "\",\"time\":\""
                    + time
                    + "\"}"));
      }
    }
    out.write('\n');
    return out.toByteArray();
  }

  /** JSON string content as Go writes it, angle brackets and ampersands included. */
  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.toString();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
