package io.sigyn.model;

/**
 * What one query touched, counted as it happens. One thread at a time; the fields of several are added with {@link #add}.
 * Counts are of entries, bytes are uncompressed unless named otherwise, times are nanoseconds.
 */
public final class ScanStats {
  /** Streams that the matchers selected. */
  public long streams;

  /** Blocks in immutable segments that belong to the selected streams and days. */
  public long blocksMatched;

  /** Blocks that were read and decoded. */
  public long blocksDecoded;

  /** Bytes of blocks as stored, before decompression. */
  public long compressedBytes;

  /** Line bytes of decoded blocks that were handed out. */
  public long segmentBytes;

  /** Lines of decoded blocks that were handed out. */
  public long segmentLines;

  /** Line bytes handed out from memory. */
  public long headBytes;

  /** Lines handed out from memory. */
  public long headLines;

  /** Structured metadata bytes handed out. */
  public long metadataBytes;

  /** Exact duplicates that were left out. */
  public long duplicates;

  /** Line bytes of those. */
  public long duplicateBytes;

  /** Lines that passed every filter; counted by the engine. */
  public long postFilterLines;

  /** Adds the counts of another. */
  public void add(ScanStats o) {
    streams += o.streams;
    blocksMatched += o.blocksMatched;
    blocksDecoded += o.blocksDecoded;
    compressedBytes += o.compressedBytes;
    segmentBytes += o.segmentBytes;
    segmentLines += o.segmentLines;
    headBytes += o.headBytes;
    headLines += o.headLines;
    metadataBytes += o.metadataBytes;
    duplicates += o.duplicates;
    duplicateBytes += o.duplicateBytes;
    postFilterLines += o.postFilterLines;
  }
}
