package io.sigyn.storage;

/**
 * How much a selection holds, from indexes alone.
 *
 * @param streams different streams with something in the range
 * @param chunks blocks with rows of a stream, counted once per stream, and one per stream in memory
 * @param entries entries, see {@link Store#stats}
 * @param bytes bytes of lines and structured metadata, see {@link Store#stats}
 */
public record IndexStats(long streams, long chunks, long entries, long bytes) {
  /** Of nothing. */
  public static final IndexStats NONE = new IndexStats(0, 0, 0, 0);

  /** Of both together, which have no stream in common. */
  public IndexStats plus(IndexStats other) {
    return new IndexStats(
        streams + other.streams, chunks + other.chunks, entries + other.entries, bytes + other.bytes);
  }
}
