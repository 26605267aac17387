package io.sigyn.agent.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** How a file is compressed. */
public enum Packing {
  /** Not at all. */
  NONE,
  /** gzip, of one member or several. */
  GZ,
  /** One zlib stream. */
  Z;

  private static final int BUFFER = 1 << 16;

  /** The bytes before compression. */
  InputStream unpack(InputStream raw) throws IOException {
    return switch (this) {
      case NONE -> raw;
      case GZ -> new GZIPInputStream(raw, BUFFER);
      case Z -> new InflaterInputStream(raw);
    };
  }
}
