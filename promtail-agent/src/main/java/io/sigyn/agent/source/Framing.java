package io.sigyn.agent.source;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * How a file's encoding writes a line feed, which tells its lines apart before they are text.
 *
 * @param width bytes of a unit: 1, 2 or 4; lines begin at multiples of it
 * @param last where in a unit its lowest byte is
 * @param bom bytes of a byte order mark at the beginning of the file
 * @param charset of the lines; anything when {@code width} is 1, where somebody else decodes
 */
public record Framing(int width, int last, int bom, Charset charset) {
  /** One byte is one line feed, as in UTF-8 and most encodings; UTF-8's own mark may stand first. */
  public static final Framing BYTES = new Framing(1, 0, 0, StandardCharsets.UTF_8);

  /** Whether the encoding writes the line feed as more than one byte. */
  public static boolean isWide(Charset charset) {
    String name = charset.name().toUpperCase(Locale.ROOT);
    return name.contains("UTF-16") || name.contains("UTF-32");
  }

  /**
   * The framing of a file.
   *
   * @param charset of the job; one that leaves the order of bytes open takes it from the mark, and is big-endian without
   * @param head the first bytes of the file, as many as there are up to {@code length}
   */
  static Framing of(Charset charset, byte[] head, int length) {
    if (!isWide(charset)) {
      boolean mark = length >= 3 && head[0] == (byte) 0xEF && head[1] == (byte) 0xBB && head[2] == (byte) 0xBF;
      return mark ? new Framing(1, 0, 3, StandardCharsets.UTF_8) : BYTES;
    }
    String name = charset.name().toUpperCase(Locale.ROOT);
    int width = name.contains("32") ? 4 : 2;
    boolean bigMark =
        length >= width && head[width - 2] == (byte) 0xFE && head[width - 1] == (byte) 0xFF && zero(head, 0, width - 2);
    boolean littleMark =
        length >= width && head[0] == (byte) 0xFF && head[1] == (byte) 0xFE && zero(head, 2, width);
    boolean little = name.contains("LE") || (!name.contains("BE") && littleMark);
    boolean mark = little ? littleMark : bigMark;
    Charset exact = Charset.forName("UTF-" + width * 8 + (little ? "LE" : "BE"));
    return new Framing(width, little ? 0 : width - 1, mark ? width : 0, exact);
  }

  private static boolean zero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether the unit that starts here is this character. */
  boolean isAt(byte[] bytes, int at, char c) {
    for (int i = 0; i < width; i++) {
      if (bytes[at + i] != (i == last ? (byte) c : 0)) {
        return false;
      }
    }
    return true;
  }
}
