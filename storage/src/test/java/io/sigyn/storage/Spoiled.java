package io.sigyn.storage;

/** Segments that cannot be made whole. */
public final class Spoiled {
  private static final int FOOTER = 64;

  private Spoiled() {}

  /** Flips a bit in the table of a segment's parity, so that further damage stays. */
  public static byte[] withoutParity(byte[] segment) {
    segment[segment.length - FOOTER - 4] ^= 1;
    return segment;
  }
}
