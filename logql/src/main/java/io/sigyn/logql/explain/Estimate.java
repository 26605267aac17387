package io.sigyn.logql.explain;

/**
 * What a selection holds, by indexes alone.
 *
 * @param blocks blocks of the streams, once per stream
 * @param bytes of lines and structured metadata
 */
public record Estimate(long streams, long blocks, long entries, long bytes) {
  /** Of nothing. */
  public static final Estimate NONE = new Estimate(0, 0, 0, 0);

  /** Of both together. */
  public Estimate plus(Estimate other) {
    return new Estimate(
        streams + other.streams, blocks + other.blocks, entries + other.entries, bytes + other.bytes);
  }
}
