package io.sigyn.agent.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** How a file is compressed. */
public enum Packing {
  /** Not at all. */
  NONE,
  /** gzip, of one member or several. */
  GZ,
  /** One zlib stream. */
  Z,
  /** bzip2, of one stream or several. */
  BZ2;

  private static final int BUFFER = 1 << 16;

  /** What {@code decompression.format} names: {@code gz}, {@code z} or {@code bz2}. */
  public static Packing named(String format) {
    return valueOf(format.toUpperCase(Locale.ROOT));
  }

  /** The bytes before compression. */
  InputStream unpack(InputStream raw) throws IOException {
    return switch (this) {
      case NONE -> raw;
      case GZ -> new GZIPInputStream(raw, BUFFER);
      case Z -> new InflaterInputStream(raw);
      case BZ2 -> new Bunzip2(raw);
    };
  }
}
