package io.sigyn.wire.push;

/**
 * Memory for what a push decompresses to, used again by the next one: whoever reads a push with it is done with the batch of
 * the one before. Used by one thread.
 */
public final class PushScratch {
  /** What a larger push needs is not kept. */
  private static final int MOST = 4 << 20;

  private byte[] arena = {};

  /** Empty. */
  public PushScratch() {}

  /** At least so many bytes, with anything in them. */
  byte[] arena(int bytes) {
    if (bytes > MOST) {
      return new byte[bytes];
    }
    if (bytes > arena.length) {
      arena = new byte[Math.max(bytes, Math.min(MOST, 2 * arena.length))];
    }
    return arena;
  }
}
